import type { Effect } from '../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../src/core/elector.js';
import type { Input, Instant } from '../../src/core/inputs.js';
import type { Message, Term } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import { type Cluster as ClusterOption, type ElectionOptions, settle } from '../../src/core/options.js';
import { drawing, incarnationOf, type MakeElector } from './electors.js';
import { Transcript } from './transcript.js';
import { Timeline } from './world/timeline.js';

export interface NodeOptions extends Partial<Omit<ElectionOptions, 'cluster'>> {
  /** What its log holds: by default term 1, no vote. */
  readonly term?: Term;
  readonly votedFor?: string;
  readonly isNew?: boolean;
  /** All that its generator ever draws, or what it draws next: who draws less asks more often, and sooner. */
  readonly draw?: number | (() => number);
  readonly make?: MakeElector;
}

export interface ClusterOptions {
  /** Which nodes there are; those that nothing is said about are given nothing. */
  readonly nodes: Readonly<Record<string, NodeOptions>>;
  /** By default all nodes that are no observers, by name. */
  readonly cluster?: ClusterOption;
  /** What holds for every node that says nothing else. */
  readonly all?: NodeOptions;
}

type Command = Input extends infer One ? (One extends Instant ? Omit<One, keyof Instant> : never) : never;

interface Member {
  readonly id: string;
  readonly options: NodeOptions;
  disk: { readonly term: Term; readonly votedFor: string | undefined; readonly isNew: boolean };
  elector: Elector | undefined;
  starts: number;
  sent: number;
  alarm: number;
}

/**
 * Electors on a network that takes a millisecond for every message, with clocks that agree: nothing is left to chance,
 * so that a story can be told. Everyone is started at 0 unless told otherwise.
 */
export class Cluster {
  readonly transcript: Transcript;
  /** Two or more at one instant, whenever that was; the harm that most protections prevent. */
  readonly overlaps: string[] = [];
  readonly #timeline = new Timeline();
  readonly #members = new Map<string, Member>();
  readonly #cluster: ClusterOption;
  readonly #cuts = new Set<string>();
  readonly #delays = new Map<string, number>();

  constructor({ nodes, cluster, all = {} }: ClusterOptions) {
    const ids = Object.keys(nodes);
    this.#cluster = cluster ?? { name: 'story', voters: ids.filter((id) => nodes[id]?.observer !== true) };
    this.transcript = new Transcript(() => this.#timeline.nowMs);
    ids.forEach((id, index) => {
      const options = { draw: index / 10, ...all, ...nodes[id] };
      const disk = { term: options.term ?? 1, votedFor: options.votedFor, isNew: options.isNew ?? false };
      this.#members.set(id, { id, options, disk, elector: undefined, starts: 0, sent: 0, alarm: 0 });
    });
  }

  // ---------------------------------------------------------------- what happens

  startAll(): this {
    for (const id of this.#members.keys()) this.start(id);
    return this;
  }

  /** Starts a process; its log is what it was. */
  start(id: string): this {
    const member = this.#member(id);
    const { make = (start: ElectorStart) => new Elector(start), draw = 0, ...options } = member.options;
    member.starts += 1;
    this.transcript.tell(`${id} starts`);
    member.elector = make({
      settings: settle(parseNodeId(id), { ...options, cluster: this.#cluster }),
      rng: drawing(draw),
      incarnation: incarnationOf(id) + 100 * member.starts,
      recovered: member.disk,
    });
    this.#handle(member, { kind: 'start' });
    return this;
  }

  kill(id: string): this {
    const member = this.#member(id);
    this.transcript.tell(`${id} is killed`);
    member.elector = undefined;
    member.alarm += 1;
    return this;
  }

  /** Cuts a link in both directions. */
  cut(one: string, other: string): this {
    this.transcript.tell(`link ${one} - ${other} is cut`);
    this.#cuts.add(`${one}>${other}`).add(`${other}>${one}`);
    return this;
  }

  cutOneWay(from: string, to: string): this {
    this.transcript.tell(`link ${from} -> ${to} is cut`);
    this.#cuts.add(`${from}>${to}`);
    return this;
  }

  /** Cuts every link of a node. */
  isolate(id: string): this {
    this.transcript.tell(`${id} is cut off`);
    for (const other of this.#members.keys()) {
      if (other !== id) this.#cuts.add(`${id}>${other}`).add(`${other}>${id}`);
    }
    return this;
  }

  heal(): this {
    this.transcript.tell('all links heal');
    this.#cuts.clear();
    return this;
  }

  /** From now on a message takes so long in one direction of a link. */
  delay(from: string, to: string, delayMs: number): this {
    this.#delays.set(`${from}>${to}`, delayMs);
    return this;
  }

  command(id: string, command: Command): this {
    this.transcript.tell(`${id} is told: ${command.kind}`);
    this.#handle(this.#member(id), command);
    return this;
  }

  runTo(nowMs: number): this {
    this.#timeline.runUntil(nowMs, () => {
      const leaders = this.leaders;
      if (leaders.length > 1) this.overlaps.push(`${Math.round(this.#timeline.nowMs)}: ${leaders.join(' and ')}`);
      return false;
    });
    return this;
  }

  // ---------------------------------------------------------------- what there is

  /** Everyone who is told, asking now, that it leads. */
  get leaders(): string[] {
    const instant = this.#instant();
    return [...this.#members.values()].filter(({ elector }) => elector?.isLeader(instant)).map(({ id }) => id);
  }

  /** How many messages this node has sent, each receiver counted. */
  sentBy(id: string): number {
    return this.#member(id).sent;
  }

  elector(id: string): Elector {
    const { elector } = this.#member(id);
    if (elector === undefined) throw new Error(`${id} is dead`);
    return elector;
  }

  #member(id: string): Member {
    const member = this.#members.get(id);
    if (member === undefined) throw new Error(`there is no ${id} in this story`);
    return member;
  }

  // ---------------------------------------------------------------- how it happens

  #instant(): Instant {
    const { nowMs } = this.#timeline;
    return { nowMs, wallMs: 1.7e12 + nowMs };
  }

  #handle(member: Member, command: Command): void {
    const { elector } = member;
    if (elector === undefined) return;
    const { effects, nextDeadlineMs } = elector.handle({ ...command, ...this.#instant() });
    for (const effect of effects) this.#apply(member, effect);
    member.alarm += 1;
    const { alarm } = member;
    if (nextDeadlineMs === Number.POSITIVE_INFINITY) return;
    this.#timeline.in(nextDeadlineMs - this.#timeline.nowMs, () => {
      if (member.alarm === alarm) this.#handle(member, { kind: 'deadline' });
    });
  }

  #apply(member: Member, effect: Effect): void {
    switch (effect.kind) {
      case 'persist':
        member.disk = { term: effect.term, votedFor: effect.votedFor, isNew: effect.isNew };
        break;
      case 'broadcast':
        this.#carry(
          member.id,
          [...this.#members.keys()].filter((id) => id !== member.id),
          effect.message,
        );
        break;
      case 'send':
        if (effect.to !== member.id) this.#carry(member.id, [effect.to], effect.message);
        break;
      case 'stateChange':
        this.transcript.changed(member.id, effect);
        break;
      case 'report':
        this.transcript.tell(`${member.id} reports ${effect.code}`);
        break;
      case 'leaderChange':
        break;
    }
  }

  #carry(from: string, receivers: readonly string[], message: Message): void {
    const reached = receivers.filter((to) => !this.#cuts.has(`${from}>${to}`));
    this.transcript.said(from, receivers, reached, message);
    this.#member(from).sent += receivers.length;
    for (const to of reached) {
      this.#timeline.in(this.#delays.get(`${from}>${to}`) ?? 1, () => {
        this.#handle(this.#member(to), { kind: 'message', message, grantVote: true });
      });
    }
  }
}
