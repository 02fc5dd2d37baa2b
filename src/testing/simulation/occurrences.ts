import type { Message } from '../../core/messages.js';
import type { WorldEvent, WorldView } from './invariant.js';
import type { Hearer } from './watch.js';

/** What has to happen in any large number of worlds: a run in which one of these never does was idle, and shows nothing. */
export const SOMETIMES = [
  'leader elected',
  'elected by its heirship on silence',
  'vote split',
  'pre-vote refused',
  'vote refused',
  'lease expired',
  'lease ended by wall time',
  'hand-over to the heir',
  'hand-over lost',
  'nobody took over',
  'leadership ended by a newer term',
  'candidate followed a leader',
  'candidacy timed out',
  'write failed',
  'leadership or candidacy ended by a failed write',
  'process died within a write',
  'disk replaced',
  'stopped past the lease',
  'message more than a second late',
  'position refused',
  'new log done waiting',
  'stale leader told of a newer term',
  'work drained before a hand-over',
] as const;

export type Occurrence = (typeof SOMETIMES)[number];

/** How often each {@link Occurrence} was seen. */
export type OccurrenceCounts = Readonly<Record<Occurrence, number>>;

/** Counts what happens in one world. */
export class Occurrences implements Hearer {
  readonly hears: readonly WorldEvent['kind'][] = [
    'sent',
    'delivered',
    'lost',
    'stateChange',
    'callEnded',
    'call',
    'crashed',
    'closed',
    'saveFailed',
    'durable',
    'diskReplaced',
    'stopped',
    'resumed',
    'fault',
    'wallClockSet',
    'positionRefused',
  ];
  readonly #counts = new Map<Occurrence, number>();
  /** Who asked for votes in each term. */
  readonly #candidates = new Map<number, string>();
  readonly #heirs = new Map<string, boolean>();
  readonly #campaigns = new Map<string, 'as heir' | 'asked' | 'other'>();
  readonly #sentAtMs = new WeakMap<Message, number>();
  readonly #stoppedAtMs = new Map<string, number>();
  readonly #wallJumpMs = new Map<string, number>();
  readonly #newLogs = new Set<string>();
  #handedOverBy: string | undefined;

  get counts(): OccurrenceCounts {
    const entries = SOMETIMES.map((occurrence) => [occurrence, this.#counts.get(occurrence) ?? 0]);
    return Object.fromEntries(entries) as OccurrenceCounts;
  }

  hear(event: WorldEvent, world: WorldView): void {
    switch (event.kind) {
      case 'sent':
        this.#onSent(event.message, event.from, world);
        break;
      case 'delivered':
        if (event.message.kind === 'heartbeat') this.#heirs.set(event.to, event.message.heir === event.to);
        if (world.nowMs - (this.#sentAtMs.get(event.message) ?? world.nowMs) > 1_000)
          this.#count('message more than a second late');
        break;
      case 'lost':
        if (event.message.kind === 'timeoutNow') this.#count('hand-over lost');
        break;
      case 'stateChange':
        this.#onStateChange(event, world);
        break;
      case 'call':
        this.#handedOverBy = event.by;
        if (world.plan.drainMs !== undefined && world.members.get(event.by)?.isLeader() === true)
          this.#count('work drained before a hand-over');
        break;
      case 'callEnded':
        if (event.outcome === 'NO_SUCCESSOR') this.#count('nobody took over');
        break;
      case 'positionRefused':
        this.#count('position refused');
        break;
      case 'saveFailed':
        this.#count('write failed');
        break;
      case 'diskReplaced':
        this.#count('disk replaced');
        break;
      case 'durable':
        if (event.state.isNew) this.#newLogs.add(event.by);
        else if (this.#newLogs.delete(event.by)) this.#count('new log done waiting');
        break;
      case 'fault':
        if (event.text.includes(' dies at step ')) this.#count('process died within a write');
        break;
      case 'wallClockSet':
        this.#wallJumpMs.set(event.by, world.nowMs);
        break;
      case 'stopped':
        if (world.members.get(event.by)?.isLeader() === true) this.#stoppedAtMs.set(event.by, world.nowMs);
        break;
      case 'resumed':
        this.#onResumed(event.by, world);
        break;
      case 'crashed':
      case 'closed':
        this.#stoppedAtMs.delete(event.by);
        this.#heirs.delete(event.by);
        break;
      default:
    }
  }

  #onSent(message: Message, from: string, { nowMs }: WorldView): void {
    if (!this.#sentAtMs.has(message)) this.#sentAtMs.set(message, nowMs);
    switch (message.kind) {
      case 'voteRequest': {
        const first = this.#candidates.get(message.term);
        if (first === undefined) this.#candidates.set(message.term, from);
        else if (first !== from && first !== 'split') {
          this.#candidates.set(message.term, 'split');
          this.#count('vote split');
        }
        break;
      }
      case 'voteResponse':
        if (message.granted) break;
        this.#count(message.preVote ? 'pre-vote refused' : 'vote refused');
        break;
      case 'heartbeatResponse':
        if (message.round === 0) this.#count('stale leader told of a newer term');
        break;
      case 'timeoutNow':
        this.#handedOverBy = from;
        break;
      default:
    }
  }

  #onStateChange({ by, from, to, reason }: Extract<WorldEvent, { kind: 'stateChange' }>, world: WorldView): void {
    if (to === 'PRE_CANDIDATE' || (to === 'CANDIDATE' && from !== 'PRE_CANDIDATE')) {
      const asHeir = reason === 'electionTimeout' && this.#heirs.get(by) === true;
      this.#campaigns.set(by, asHeir ? 'as heir' : reason === 'asked' ? 'asked' : 'other');
    }
    if (to === 'LEADER') {
      this.#count('leader elected');
      if (this.#campaigns.get(by) === 'as heir') this.#count('elected by its heirship on silence');
      if (this.#campaigns.get(by) === 'asked' && this.#handedOverBy !== undefined) this.#count('hand-over to the heir');
      this.#handedOverBy = undefined;
    }
    if (from === 'LEADER') {
      if (reason === 'leaseExpired') this.#onLeaseExpired(by, world);
      if (reason === 'newerTerm') this.#count('leadership ended by a newer term');
    }
    if (from === 'CANDIDATE') {
      if (reason === 'heardLeader') this.#count('candidate followed a leader');
      if (reason === 'electionTimeout') this.#count('candidacy timed out');
    }
    if (reason === 'persistFailed') this.#count('leadership or candidacy ended by a failed write');
  }

  #onLeaseExpired(by: string, { nowMs }: WorldView): void {
    this.#count('lease expired');
    if (this.#wallJumpMs.get(by) !== undefined && nowMs - (this.#wallJumpMs.get(by) ?? 0) < 200)
      this.#count('lease ended by wall time');
  }

  #onResumed(by: string, { nowMs, plan, members }: WorldView): void {
    const sinceMs = this.#stoppedAtMs.get(by);
    this.#stoppedAtMs.delete(by);
    if (sinceMs === undefined || nowMs - sinceMs < plan.timings.electionTimeoutMinMs) return;
    if (members.get(by)?.isLeader() !== true) this.#count('stopped past the lease');
  }

  #count(occurrence: Occurrence): void {
    this.#counts.set(occurrence, (this.#counts.get(occurrence) ?? 0) + 1);
  }
}

/** The sum of what was counted in several worlds. */
export function addOccurrences(one: OccurrenceCounts, other: OccurrenceCounts): OccurrenceCounts {
  const entries = SOMETIMES.map((occurrence) => [occurrence, one[occurrence] + other[occurrence]]);
  return Object.fromEntries(entries) as OccurrenceCounts;
}
