import type { Effect } from '../../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../../src/core/elector.js';
import type { Input, Instant } from '../../../src/core/inputs.js';
import type { Message, Term } from '../../../src/core/messages.js';
import { type NodeId, parseNodeId } from '../../../src/core/names.js';
import { type Settings, settle } from '../../../src/core/options.js';
import type { Weather } from './faults.js';
import type { Invariants } from './invariants.js';
import type { Network } from './network.js';
import type { MachinePlan, WorldPlan } from './plan.js';
import type { Timeline } from './timeline.js';

/** Makes one elector: the real class, or one with a rule taken away. */
export type MakeElector = (start: ElectorStart) => Elector;

/** What a machine shares with all others of its world. */
export interface Surroundings {
  readonly timeline: Timeline;
  readonly network: Network;
  readonly weather: Weather;
  readonly random: () => number;
  readonly makeElector: MakeElector | undefined;
  /** Term and vote do not survive a restart: the harm of rule 1. */
  readonly forgetsDisk: boolean;
}

/** What is kept of the messages that come while nothing runs. */
const LONGEST_INBOX = 1000;
const WRITE_FAILURE_RATE = 0.02;

type Command = Input extends infer One ? (One extends Instant ? Omit<One, keyof Instant> : never) : never;

/** A machine with two clocks, a disk and at most one process, which is a bare elector. */
export class Machine {
  readonly id: NodeId;
  readonly plan: MachinePlan;
  disk: { readonly term: Term; readonly votedFor: string | undefined; readonly isNew: boolean } = {
    term: 0,
    votedFor: undefined,
    isNew: true,
  };

  readonly #settings: Settings;
  readonly #surroundings: Surroundings;
  #invariants: Invariants | undefined;
  #elector: Elector | undefined;
  /** Counts starts and wakings: an alarm that was set before the last of them is void. */
  #alarm = 0;
  #inbox: Message[] = [];
  #blockedUntilMs = 0;
  #asleepUntilMs = 0;
  /** Where the monotonic clock stood at `#sinceMs`, from when it runs; it stands still until then. */
  #monotonicMs: number;
  #sinceMs = 0;
  #wallAheadMs = 0;

  constructor(plan: MachinePlan, { cluster, timings, preVote }: WorldPlan, surroundings: Surroundings) {
    this.id = parseNodeId(plan.id);
    this.plan = plan;
    const { observer, priority } = plan;
    this.#settings = settle(this.id, { cluster, timings, preVote, observer, priority });
    this.#surroundings = surroundings;
    this.#monotonicMs = surroundings.random() * 1e6;
  }

  watch(invariants: Invariants): void {
    this.#invariants = invariants;
  }

  get elector(): Elector | undefined {
    return this.#elector;
  }

  /** Whether somebody who asks this machine's process now is told that it leads. Nobody can ask one that sleeps. */
  get leads(): boolean {
    return !this.asleep && (this.#elector?.isLeader(this.#instant()) ?? false);
  }

  get asleep(): boolean {
    return this.#surroundings.timeline.nowMs < this.#asleepUntilMs;
  }

  // ---------------------------------------------------------------- its life

  start(): void {
    if (this.#elector !== undefined) return;
    if (this.asleep) {
      this.#surroundings.timeline.in(this.#asleepUntilMs - this.#surroundings.timeline.nowMs, () => this.start());
      return;
    }
    const { random, makeElector = (start: ElectorStart) => new Elector(start), forgetsDisk } = this.#surroundings;
    if (forgetsDisk) this.disk = { term: 0, votedFor: undefined, isNew: false };
    this.#inbox = [];
    this.#invariants?.onStart(this);
    this.#elector = makeElector({
      settings: this.#settings,
      rng: { next: random },
      incarnation: 1 + Math.floor(random() * 2 ** 40),
      recovered: this.disk,
    });
    this.#handle({ kind: 'start' });
  }

  /** The process dies, without a word. */
  kill(): void {
    this.#elector = undefined;
    this.#alarm += 1;
  }

  /** The event loop is blocked. */
  block(forMs: number): void {
    const { timeline } = this.#surroundings;
    this.#blockedUntilMs = Math.max(this.#blockedUntilMs, timeline.nowMs + forMs);
    timeline.in(this.#blockedUntilMs - timeline.nowMs, () => this.#goOn());
  }

  /** The machine sleeps: the monotonic clock stands still. */
  suspend(forMs: number): void {
    if (this.asleep) return;
    const { timeline } = this.#surroundings;
    this.#monotonicMs = this.#instant().nowMs;
    this.#asleepUntilMs = timeline.nowMs + forMs;
    this.#sinceMs = this.#asleepUntilMs;
    this.block(forMs);
  }

  stepWallClock(byMs: number): void {
    this.#wallAheadMs += byMs;
  }

  command(command: Command): void {
    if (this.#elector !== undefined && !this.#blocked) this.#handle(command);
  }

  arrive(message: Message): void {
    if (this.#elector === undefined) return;
    if (!this.#blocked) this.#handle({ kind: 'message', message, grantVote: true });
    else if (this.#inbox.length < LONGEST_INBOX) this.#inbox.push(message);
  }

  get #blocked(): boolean {
    return this.#surroundings.timeline.nowMs < this.#blockedUntilMs;
  }

  /** What piled up comes first, then the timers (DESIGN section 2). */
  #goOn(): void {
    if (this.#blocked) return;
    // Before any event is told, whoever asks here is answered by the clocks.
    this.#invariants?.checkLeases();
    for (const message of this.#inbox.splice(0)) this.arrive(message);
    this.command({ kind: 'deadline' });
  }

  // ---------------------------------------------------------------- its process

  #instant(): Instant {
    const { nowMs } = this.#surroundings.timeline;
    const { rate } = this.plan;
    return {
      nowMs: this.#monotonicMs + Math.max(0, nowMs - this.#sinceMs) * rate,
      wallMs: 1.7e12 + nowMs * rate + this.#wallAheadMs,
    };
  }

  #handle(command: Command): void {
    const elector = this.#elector;
    if (elector === undefined) return;
    let outcome = elector.handle({ ...command, ...this.#instant() });
    if (this.#apply(outcome.effects) === 'failed') {
      outcome = elector.handle({ kind: 'persistFailed', ...this.#instant() });
      this.#apply(outcome.effects);
    }
    this.#setAlarm(outcome.nextDeadlineMs);
  }

  /** Does what is owed. When a write fails, nothing that relies on it gets out; changes are told all the same. */
  #apply(effects: readonly Effect[]): 'done' | 'failed' {
    const { network, weather, random } = this.#surroundings;
    let failed = false;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'persist':
          failed = weather.brings('persistFailure') && random() < WRITE_FAILURE_RATE;
          if (failed) this.#invariants?.note('write failed');
          // A write that failed may have reached the disk all the same.
          if (!failed || random() < 0.5) this.#persist(effect);
          break;
        case 'broadcast':
          if (!failed) this.#say(effect.message, () => network.broadcast(this, effect.message));
          break;
        case 'send':
          if (!failed) this.#say(effect.message, () => network.send(this, effect.to, effect.message));
          break;
        case 'stateChange':
          this.#invariants?.onStateChange(this, effect);
          break;
        case 'report':
          this.#invariants?.onReport(this, effect.code, effect.text);
          break;
        case 'leaderChange':
          break;
      }
    }
    return failed ? 'failed' : 'done';
  }

  #say(message: Message, send: () => void): void {
    this.#invariants?.onSend(this, message);
    send();
  }

  #persist({ term, votedFor, isNew }: Extract<Effect, { kind: 'persist' }>): void {
    this.#invariants?.onPersist(this, term);
    this.disk = { term, votedFor, isNew };
  }

  /** Wakes the process when it asked for it, by its own clock. */
  #setAlarm(deadlineMs: number): void {
    this.#alarm += 1;
    if (deadlineMs === Number.POSITIVE_INFINITY) return;
    const { timeline } = this.#surroundings;
    const alarm = this.#alarm;
    const asleepMs = Math.max(0, this.#sinceMs - timeline.nowMs);
    const inMs = Math.max(0, deadlineMs - this.#instant().nowMs) / this.plan.rate;
    // A hair late, as the division may round to a hair early.
    timeline.in(asleepMs + inMs + 1e-6, () => {
      if (this.#alarm === alarm) this.command({ kind: 'deadline' });
    });
  }
}
