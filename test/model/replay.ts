import type { Recovered } from '../../src/core/ballot.js';
import type { Effect } from '../../src/core/effects.js';
import type { Elector } from '../../src/core/elector.js';
import type { Input, Instant } from '../../src/core/inputs.js';
import type { Message, Term } from '../../src/core/messages.js';
import type { State } from '../../src/core/roles.js';
import type { Configuration } from './configuration.js';
import { MOST_WAKES, ticksToLeader } from './continuation.js';
import { Histories } from './history.js';
import { brokenBy, notesOf, overlap } from './observations.js';
import type { MakeElector } from './opened-elector.js';
import { ScriptedDraws } from './scripted-draws.js';
import { settingsOf } from './settings.js';
import type { Story, StoryStep, VoterStep } from './story.js';
import { effectInWords, stepInWords } from './words.js';

/** Clocks count from where they like; each voter's from elsewhere, so that nothing can hang on it. */
const ORIGIN_MS = 1_000;
const WALL_ORIGIN_MS = 1_700_000_000_000;

/** One voter as it really runs: absolute time, its own counting of rounds. */
interface Voter {
  readonly name: string;
  readonly index: number;
  elector: Elector;
  disk: Recovered;
  elapsedMs: number;
  /** When its timer goes off. */
  nextDeadlineMs: number;
  /** The round that it asks in; none before it has asked since its last start. */
  round: number | undefined;
}

interface Sent {
  readonly from: string;
  readonly to: string | undefined;
  readonly message: Message;
}

/** What a replay came to. */
export interface Replayed {
  /** The invariant that the last step broke. */
  readonly violation: string | undefined;
  /** Every step with what it did, for people. */
  readonly lines: readonly string[];
  /** Everyone as they are in the end. */
  readonly voters: readonly Shown[];
}

/** One voter as anybody can see it. */
export interface Shown {
  readonly name: string;
  readonly state: State;
  readonly term: Term;
  readonly votedFor: string | undefined;
  readonly isLeader: boolean;
  readonly disk: Recovered;
}

/**
 * Runs a story again with electors that know nothing of the model: clocks that go on, rounds as they come, messages
 * only if they were really sent. So a violation that is found again here owes nothing to how the model looks at states.
 *
 * @throws Error when the story tells of a message that nobody has sent.
 */
export function replay(story: Story, configuration: Configuration, make: MakeElector): Replayed {
  return new Replay(configuration, make).run(story);
}

/**
 * Whether a story really ends as it says, on electors that know nothing of the model. Where it says that no leader can
 * come, the run goes on without any fault, for each voter in turn as the one that stands for election.
 *
 * @throws Error when the story tells of a message that nobody has sent.
 */
export function confirms(story: Story, configuration: Configuration, make: MakeElector): boolean {
  const { violation } = replay(story, configuration, make);
  if (story.harm === 'broken') return violation === story.violation;
  const standing = settingsOf(configuration).filter(({ priority }) => priority > 0);
  const isStuck = (name: string) => {
    const again = new Replay(configuration, make);
    again.run(story);
    return again.heal(name, ticksToLeader(configuration)) === undefined;
  };
  return violation === undefined && standing.some(({ id }) => isStuck(id));
}

class Replay {
  readonly #configuration: Configuration;
  readonly #make: MakeElector;
  readonly #draws: ScriptedDraws;
  readonly #voters: readonly Voter[];
  readonly #sent: Sent[] = [];
  readonly #histories: Histories;
  readonly #lines: string[] = [];
  #history = 0;
  #ticks = 0;

  constructor(configuration: Configuration, make: MakeElector) {
    this.#configuration = configuration;
    this.#make = make;
    this.#draws = new ScriptedDraws(configuration.draws ?? [0]);
    const ids = settingsOf(configuration).map(({ id }) => id);
    this.#histories = new Histories(ids.length, (index) => ids[index] ?? 'nobody');
    this.#voters = ids.map((name, index) => {
      const disk = { term: 0, votedFor: undefined, isNew: configuration.newLogs ?? false };
      const elector = this.#started(index, 1, disk);
      return { name, index, elector, disk, elapsedMs: 0, nextDeadlineMs: 0, round: undefined };
    });
    for (const voter of this.#voters) this.#handle(voter, { ...this.#instant(voter), kind: 'start' });
  }

  run({ steps }: Story): Replayed {
    let violation: string | undefined;
    for (const step of steps) {
      if (violation !== undefined) throw new Error(`the story goes on after: ${violation}`);
      violation = this.#take(step) ?? overlap(this.#leaders());
    }
    this.#lines.push(violation ?? 'nothing is broken');
    return { violation, lines: this.#lines, voters: this.#voters.map((voter) => this.#shown(voter)) };
  }

  /**
   * Who leads once nothing goes wrong any more: the timers of `standing` go off on time, what it says and is told
   * arrives at once, and the others answer; undefined when nobody does, `ticks` later.
   */
  heal(standing: string, ticks: number): string | undefined {
    const voter = this.#voterNamed(standing);
    this.#draws.play([]);
    for (let tick = 0; tick <= ticks; tick++) {
      for (let wakes = 0; wakes < MOST_WAKES && voter.nextDeadlineMs <= this.#instant(voter).nowMs; wakes++) {
        this.#serve(voter);
      }
      const [leader] = this.#leaders();
      if (leader !== undefined) return leader;
      this.#passTick();
    }
    return undefined;
  }

  /** Wakes a voter, and lets everything arrive that comes of it. */
  #serve(voter: Voter): void {
    const before = this.#sent.length;
    this.#take({ kind: 'wake', voter: voter.name, draws: [], write: 'done' });
    for (let at = before; at < this.#sent.length; at++) {
      const { from, to, message } = this.#sent[at] ?? {};
      if (message === undefined) continue;
      for (const receiver of this.#voters) {
        if (receiver.name === from || (to !== undefined && to !== receiver.name)) continue;
        const effects = this.#handle(receiver, {
          ...this.#instant(receiver),
          kind: 'message',
          message,
          grantVote: true,
        });
        this.#keep(receiver, effects);
      }
    }
  }

  #shown(voter: Voter): Shown {
    const { name, elector, disk } = voter;
    return shownOf(name, elector, disk, this.#instant(voter));
  }

  #leaders(): string[] {
    return this.#voters.filter((voter) => voter.elector.isLeader(this.#instant(voter))).map(({ name }) => name);
  }

  #instant({ index, elapsedMs }: Voter): Instant {
    return { nowMs: ORIGIN_MS * (index + 1) + elapsedMs, wallMs: WALL_ORIGIN_MS + elapsedMs };
  }

  #started(index: number, incarnation: number, recovered: Recovered): Elector {
    const settings = settingsOf(this.#configuration)[index];
    if (settings === undefined) throw new RangeError(`no voter ${index}`);
    // Where a process's rounds begin is drawn, so no two processes have rounds in common.
    let beginsAt = incarnation / 1000;
    const rng = { next: () => this.#draws.next() + beginsAt };
    const elector = this.#make({ settings, rng, incarnation, recovered });
    beginsAt = 0;
    return elector;
  }

  #take(step: StoryStep): string | undefined {
    if (step.kind === 'tick') {
      this.#passTick();
      return undefined;
    }
    const voter = this.#voterNamed(step.voter);
    const heard = step.kind === 'message' ? this.#arriving(step, voter) : undefined;
    this.#lines.push(`${voter.name} ${stepInWords(step)}`);
    const termBefore = voter.elector.term;
    let effects = this.#feed(voter, step, heard);
    const persist = effects.find((effect) => effect.kind === 'persist');
    this.#noteRound(voter, effects);
    if (persist !== undefined && step.write !== 'done') {
      if (step.write === 'failedLate') voter.disk = diskOf(persist);
      effects = this.#handle(voter, { ...this.#instant(voter), kind: 'persistFailed' });
    }
    const broken = brokenBy({
      machine: voter,
      name: voter.name,
      heard,
      termBefore,
      effects,
      at: this.#instant(voter),
    });
    this.#keep(voter, step.write === 'done' ? effects : effects.filter(({ kind }) => kind !== 'persist'));
    const notes = notesOf(
      voter.index,
      this.#voters.map(({ name }) => name),
      effects,
    );
    const after = this.#histories.after(this.#history, this.#histories.noteListId(notes));
    if (after < 0) return broken ?? this.#histories.violation(after);
    this.#history = after;
    return broken;
  }

  #voterNamed(name: string): Voter {
    const voter = this.#voters.find((one) => one.name === name);
    if (voter === undefined) throw new Error(`no voter ${name}`);
    return voter;
  }

  #passTick(): void {
    this.#ticks += 1;
    for (const voter of this.#voters) voter.elapsedMs += this.#configuration.clockRates?.[voter.index] ?? 1;
    this.#lines.push(`---- tick ${this.#ticks}`);
  }

  #handle(voter: Voter, input: Input): readonly Effect[] {
    const { effects, nextDeadlineMs } = voter.elector.handle(input);
    voter.nextDeadlineMs = nextDeadlineMs;
    return effects;
  }

  /** What was written is on the disk, and what was sent is on its way. */
  #keep(voter: Voter, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'persist') voter.disk = diskOf(effect);
      this.#let(voter, effect);
    }
  }

  #feed(voter: Voter, step: VoterStep, heard: Message | undefined): readonly Effect[] {
    this.#draws.play(step.draws);
    if (step.kind === 'restart') {
      voter.elector = this.#started(voter.index, voter.elector.incarnation + 1, voter.disk);
      voter.round = undefined;
      return this.#handle(voter, { ...this.#instant(voter), kind: 'start' });
    }
    return this.#handle(voter, this.#inputOf(voter, step, heard));
  }

  #inputOf(voter: Voter, step: VoterStep, message: Message | undefined): Input {
    const at = this.#instant(voter);
    if (message !== undefined) return { ...at, kind: 'message', message, grantVote: true };
    if (step.kind !== 'transfer') return { ...at, kind: 'deadline' };
    const to = this.#voters.find(({ name }) => name === step.to)?.elector.settings.id;
    return { ...at, kind: 'transfer', to };
  }

  #noteRound(voter: Voter, effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'broadcast' && isRequest(effect.message)) voter.round = effect.message.round;
    }
  }

  #let(voter: Voter, effect: Effect): void {
    this.#lines.push(`       ${effectInWords(effect)}`);
    if (effect.kind === 'broadcast') this.#sent.push({ from: voter.name, to: undefined, message: effect.message });
    if (effect.kind === 'send') this.#sent.push({ from: voter.name, to: effect.to, message: effect.message });
  }

  /** The message that the story means, as it was really sent; of what the model takes away, that is taken away. */
  #arriving({ message: told, from }: VoterStep, voter: Voter): Message {
    const sent = this.#sent.findLast(
      (one) =>
        one.from === from &&
        (one.to === undefined || one.to === voter.name) &&
        told !== undefined &&
        this.#isMeant(one, voter, told),
    );
    if (sent === undefined || told === undefined) {
      throw new Error(`${from} has not sent ${voter.name} ${JSON.stringify(told)}`);
    }
    const { message } = sent;
    if (message.kind === 'heartbeat' && told.kind === 'heartbeat') return { ...message, heir: told.heir };
    if (message.kind === 'voteResponse' && told.kind === 'voteResponse') {
      return { ...message, preVote: told.preVote, retryAfterMs: told.retryAfterMs };
    }
    return message;
  }

  #isMeant({ message, from }: Sent, receiver: Voter, told: Message): boolean {
    if (message.kind !== told.kind || message.term !== told.term) return false;
    if (message.incarnation !== told.incarnation) return false;
    if (message.kind === 'heartbeat' || message.kind === 'heartbeatResponse') {
      return message.round === told.round;
    }
    if (message.kind === 'timeoutNow') return true;
    const asker = isRequest(message) ? this.#voters.find(({ name }) => name === from) : receiver;
    const age = message.round === asker?.round ? 1 : 0;
    if (told.round !== age) return false;
    if (message.kind !== 'voteResponse' || told.kind !== 'voteResponse') return true;
    const isOldRefusal = age === 0 && !message.granted;
    return message.granted === told.granted && (isOldRefusal || message.preVote === told.preVote);
  }
}

export function shownOf(name: string, elector: Elector, disk: Recovered, at: Instant): Shown {
  const { state, term, votedFor } = elector;
  return { name, state, term, votedFor, isLeader: elector.isLeader(at), disk };
}

function isRequest(message: Message) {
  return message.kind === 'voteRequest' || message.kind === 'preVoteRequest';
}

function diskOf({ term, votedFor, isNew }: Extract<Effect, { kind: 'persist' }>): Recovered {
  return { term, votedFor, isNew };
}
