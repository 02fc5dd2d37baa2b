import type { Effect, Outcome } from '../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../src/core/elector.js';
import type { GraftErrorCode } from '../../src/core/errors.js';
import type { Input, Instant } from '../../src/core/inputs.js';
import { leaseDurationMs } from '../../src/core/lease.js';
import type {
  Heartbeat,
  HeartbeatResponse,
  Message,
  PreVoteRequest,
  Term,
  TimeoutNow,
  VoteRequest,
  VoteResponse,
} from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import { type Cluster, type ElectionOptions, settle } from '../../src/core/options.js';
import type { Rng } from '../../src/core/random.js';
import type { ChangeReason, State } from '../../src/core/roles.js';

/** The lease of the default timings: a little more than 452 ms. */
export const LEASE_MS = leaseDurationMs(500, 0.05);
/** Where wall time stands when the monotonic clock stands at 0. */
const WALL_ORIGIN_MS = 1_700_000_000_000;

export type MakeElector = (start: ElectorStart) => Elector;

export interface SubjectOptions extends Partial<Omit<ElectionOptions, 'cluster'>> {
  /** Default `a`. */
  readonly id?: string;
  /** Default: the voters a, b and c by name. */
  readonly cluster?: Cluster;
  /** What the log holds; by default term 4, no vote, and not new. */
  readonly term?: Term;
  readonly votedFor?: string;
  readonly isNew?: boolean;
  readonly incarnation?: number;
  /** All that the generator ever draws, or what it draws next; by default 0, which gives the shortest of all waits. */
  readonly draw?: number | (() => number);
  /** By default the real class. */
  readonly make?: MakeElector;
}

/** One elector under test and the clock that it is shown. With default options: the voter a of a, b and c. */
export class Subject {
  readonly elector: Elector;
  nextDeadlineMs = Number.POSITIVE_INFINITY;
  #nowMs = 0;
  #wallAheadMs = 0;

  constructor(options: SubjectOptions = {}) {
    const {
      id = 'a',
      cluster = { name: 'test', voters: ['a', 'b', 'c'] },
      make = (start) => new Elector(start),
    } = options;
    this.elector = make({
      settings: settle(parseNodeId(id), { ...options, cluster }),
      rng: drawing(options.draw ?? 0),
      incarnation: options.incarnation ?? incarnationOf(id),
      recovered: { term: options.term ?? 4, votedFor: options.votedFor, isNew: options.isNew ?? false },
    });
  }

  get instant(): Instant {
    return { nowMs: this.#nowMs, wallMs: WALL_ORIGIN_MS + this.#nowMs + this.#wallAheadMs };
  }

  get isLeader(): boolean {
    return this.elector.isLeader(this.instant);
  }

  at(nowMs: number): this {
    this.#nowMs = nowMs;
    return this;
  }

  /** The machine sleeps: wall time goes on, the monotonic clock does not. */
  suspended(forMs: number): this {
    this.#wallAheadMs += forMs;
    return this;
  }

  start(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'start' });
  }

  hears(message: Message, { grantVote = true }: { readonly grantVote?: boolean } = {}): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'message', message, grantVote });
  }

  wakes(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'deadline' });
  }

  /** Wakes at each deadline up to `nowMs`, in order; returns all that was owed meanwhile. */
  wakesUntil(nowMs: number): Effect[] {
    const effects: Effect[] = [];
    for (let wakes = 0; this.nextDeadlineMs <= nowMs; wakes++) {
      if (wakes > 10_000) throw new Error(`never rests at ${this.#nowMs} ms`);
      this.#nowMs = Math.max(this.#nowMs, this.nextDeadlineMs);
      effects.push(...this.wakes());
    }
    this.#nowMs = nowMs;
    return effects;
  }

  /** Whether there is a voter to hand leadership to. */
  mayHandOver(to?: string): boolean {
    return this.elector.mayHandOver(to === undefined ? undefined : parseNodeId(to));
  }

  persistFails(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'persistFailed' });
  }

  campaigns(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'campaign' });
  }

  /** The transport says that the process `id` is gone. */
  isToldGone(id: string): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'peerGone', id: parseNodeId(id) });
  }

  transfers(to?: string): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'transfer', to: to === undefined ? undefined : parseNodeId(to) });
  }

  stepsDown(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'stepDown' });
  }

  /** The application can do a leader's work from now on, or cannot. */
  becomes({ fit }: { readonly fit: boolean }): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'fitness', fit });
  }

  closes(): readonly Effect[] {
    return this.#take({ ...this.instant, kind: 'close' });
  }

  #take(input: Input): readonly Effect[] {
    const outcome: Outcome = this.elector.handle(input);
    this.nextDeadlineMs = outcome.nextDeadlineMs;
    return outcome.effects;
  }
}

/** Has been started at 0 and has said that its id is in use; an old log's wait lasts until 500. */
export function started(options: SubjectOptions = {}): Subject {
  const subject = new Subject(options);
  subject.start();
  subject.wakes();
  return subject;
}

/**
 * At 500, the wait after its start just over, it hears the second heartbeat of `leader` in term 5. So it refuses
 * until 1000, and its election timeout ends at 1100; at 1000 if it was named the heir.
 */
export function follower({ leader = 'b', heir, ...options }: SubjectOptions & FollowerOptions = {}): Subject {
  const subject = started(options);
  subject.hears(heartbeat({ term: 5, leader, round: 1 }));
  subject.wakesUntil(500);
  subject.hears(heartbeat({ term: 5, leader, round: 2, heir }));
  return subject;
}

export interface FollowerOptions {
  readonly leader?: string;
  readonly heir?: string | undefined;
}

/** In term 4, at 500, free to vote; has been asking about term 5 since 100, in round 1, and nobody has answered. */
export function preCandidate(options: SubjectOptions = {}): Subject {
  const subject = started(options);
  subject.wakesUntil(500);
  return subject;
}

/** Of term 5, at 500, in round 2; it has its own vote alone, and its candidacy ends at 952.4. */
export function candidate(options: SubjectOptions = {}): Subject {
  const subject = preCandidate(options);
  subject.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
  return subject;
}

/** Has won term 5 with b's vote at 500 and sent the first heartbeat, which nobody has answered. */
export function elected(options: SubjectOptions = {}): Subject {
  const subject = candidate(options);
  subject.hears(voteGrant({ term: 5, voter: 'b', round: 2 }));
  return subject;
}

/** Leads term 5, at 500, by b's answer to the first heartbeat: its lease ends at 500 + LEASE_MS. */
export function leader(options: SubjectOptions = {}): Subject {
  const subject = elected(options);
  subject.hears(heartbeatResponse({ term: 5, voter: 'b', round: 1 }));
  return subject;
}

// ------------------------------------------------------------------ messages

/** 1001 for a, 1002 for b, and so on. */
export function incarnationOf(id: string): number {
  return 1000 + id.charCodeAt(0) - 96;
}

export function voteRequest(fields: {
  readonly term: Term;
  readonly candidate?: string;
  readonly round?: number;
  readonly transfer?: boolean;
  readonly standBy?: boolean;
  readonly incarnation?: number;
}): VoteRequest {
  const { term, candidate: asker = 'b', round = 7, transfer = false, standBy = false } = fields;
  const { incarnation = incarnationOf(asker) } = fields;
  return {
    kind: 'voteRequest',
    term,
    candidate: parseNodeId(asker),
    position: undefined,
    leadershipTransfer: transfer,
    standBy,
    incarnation,
    round,
  };
}

export function preVoteRequest(fields: {
  readonly term: Term;
  readonly candidate?: string;
  readonly round?: number;
  readonly incarnation?: number;
}): PreVoteRequest {
  const { term, candidate: asker = 'b', round = 7, incarnation = incarnationOf(asker) } = fields;
  return { kind: 'preVoteRequest', term, candidate: parseNodeId(asker), position: undefined, incarnation, round };
}

export interface AnswerFields {
  readonly term: Term;
  readonly voter?: string;
  readonly round?: number;
  readonly retryAfterMs?: number;
  readonly standsBy?: boolean;
  readonly incarnation?: number;
}

export function voteGrant(fields: AnswerFields): VoteResponse {
  return answer(fields, { preVote: false, granted: true });
}

export function voteRefusal(fields: AnswerFields): VoteResponse {
  return answer(fields, { preVote: false, granted: false });
}

export function preVoteGrant(fields: AnswerFields): VoteResponse {
  return answer(fields, { preVote: true, granted: true });
}

export function preVoteRefusal(fields: AnswerFields): VoteResponse {
  return answer(fields, { preVote: true, granted: false });
}

function answer(fields: AnswerFields, verdict: { readonly preVote: boolean; readonly granted: boolean }): VoteResponse {
  const { term, voter = 'a', round = 7, retryAfterMs = 0, standsBy = false } = fields;
  const { incarnation = incarnationOf(voter) } = fields;
  return {
    kind: 'voteResponse',
    ...verdict,
    standsBy,
    term,
    voter: parseNodeId(voter),
    incarnation,
    round,
    retryAfterMs,
  };
}

/** What a plain Go graft peer answers. */
export function anonymousAnswer({ term, granted }: { readonly term: Term; readonly granted: boolean }): VoteResponse {
  const nothing = { voter: undefined, incarnation: 0, round: 0, retryAfterMs: 0 };
  return { kind: 'voteResponse', preVote: false, term, granted, standsBy: false, ...nothing };
}

/** What a process says to its own id (rule 4): `speaker` is alive and has heard of `heard`. */
export function wordToOwnId(fields: {
  readonly term: Term;
  readonly speaker: number;
  readonly heard: number;
  readonly id?: string;
}): VoteResponse {
  return voteRefusal({ term: fields.term, voter: fields.id ?? 'a', incarnation: fields.speaker, round: fields.heard });
}

export function heartbeat(fields: {
  readonly term: Term;
  readonly leader?: string;
  readonly round?: number;
  readonly heir?: string | undefined;
  readonly incarnation?: number;
}): Heartbeat {
  const { term, leader: of = 'b', round = 1, heir, incarnation = incarnationOf(of) } = fields;
  const named = heir === undefined ? undefined : parseNodeId(heir);
  return { kind: 'heartbeat', term, leader: parseNodeId(of), round, heir: named, incarnation };
}

export function heartbeatResponse(fields: {
  readonly term: Term;
  readonly voter?: string;
  readonly round?: number;
  readonly priority?: number;
  readonly incarnation?: number;
}): HeartbeatResponse {
  const { term, voter = 'a', round = 1, priority = 1, incarnation = incarnationOf(voter) } = fields;
  return { kind: 'heartbeatResponse', term, voter: parseNodeId(voter), round, incarnation, priority };
}

export function timeoutNow(fields: { readonly term: Term; readonly leader?: string }): TimeoutNow {
  return { kind: 'timeoutNow', term: fields.term, leader: parseNodeId(fields.leader ?? 'b') };
}

// ------------------------------------------------------------------ effects

export function persist(term: Term, votedFor?: string, { isNew = false }: { readonly isNew?: boolean } = {}): Effect {
  return { kind: 'persist', term, votedFor, isNew };
}

export function broadcast(message: Message): Effect {
  return { kind: 'broadcast', message };
}

export function send(to: string, message: Message): Effect {
  return { kind: 'send', to: parseNodeId(to), message };
}

export function change(from: State, to: State, term: Term, reason: ChangeReason): Effect {
  return { kind: 'stateChange', from, to, term, reason };
}

/** The leader became known, or, without one, unknown. */
export function leaderKnown(name: string | undefined, term: Term): Effect {
  return { kind: 'leaderChange', leader: name === undefined ? undefined : parseNodeId(name), term };
}

export function report(code: GraftErrorCode, text: string): Effect {
  return { kind: 'report', code, text };
}

export function drawing(draw: number | (() => number)): Rng {
  return { next: typeof draw === 'number' ? () => draw : draw };
}
