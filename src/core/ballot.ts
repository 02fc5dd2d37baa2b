import { isPast } from './instants.js';
import type { Incarnation, PreVoteRequest, Term, VoteRequest } from './messages.js';
import type { Timings } from './options.js';

/** What a log held. */
export interface Recovered {
  readonly term: Term;
  readonly votedFor: string | undefined;
  /** The log is new, so it may stand in for one that was lost (rule 7). */
  readonly isNew: boolean;
}

/** The question that a vote was the answer to, and whether that was a promise too (rule 8). */
interface Grant {
  readonly incarnation: Incarnation;
  readonly round: number;
  readonly standsBy: boolean;
}

/** What one voter has promised: its vote in its term (rule 1), and to stand by the leader that it heard (rule 7). */
export class Ballot {
  readonly #timings: Timings;
  #term: Term;
  #votedFor: string | undefined;
  #isNew: boolean;
  #dirty = false;
  /** Of the vote of this term, if it was given to another node, by this process. */
  #grant: Grant | undefined;
  /** No vote before then: the promise to the last leader that was heard. It outlives the term that it was given in. */
  protected stickyUntilMs = Number.NEGATIVE_INFINITY;
  /** No vote before then: the promises of a former self. */
  protected waitUntilMs = Number.NEGATIVE_INFINITY;
  /** No vote before then: the promises of a second process with this id, to leaders and in terms that are unknown here. */
  protected twinUntilMs: number | undefined;

  constructor(timings: Timings, { term, votedFor, isNew }: Recovered) {
    this.#timings = timings;
    this.#term = term;
    this.#votedFor = votedFor;
    this.#isNew = isNew;
  }

  get term(): Term {
    return this.#term;
  }

  get votedFor(): string | undefined {
    return this.#votedFor;
  }

  /** The log is new and its wait is not over. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Term, vote or newness differ from what is durable. */
  get dirty(): boolean {
    return this.#dirty;
  }

  /** When the wait for the promises of a former self is over. */
  get waitEndsAtMs(): number {
    return this.waitUntilMs;
  }

  /** The earliest instant at which this voter may vote again, as far as its promises go. */
  get freeAtMs(): number {
    return Math.max(this.stickyUntilMs, this.waitUntilMs, this.twinUntilMs ?? Number.NEGATIVE_INFINITY);
  }

  // ---------------------------------------------------------------- promises

  /** A process starts: it may have promised something before it crashed, and more if its log was lost (rule 7). */
  awaitFormerPromises(nowMs: number): number {
    const { electionTimeoutMinMs, electionTimeoutMaxMs } = this.#timings;
    this.waitUntilMs = nowMs + (this.#isNew ? electionTimeoutMaxMs : electionTimeoutMinMs);
    return this.waitUntilMs;
  }

  /** Another process held this id until now, and may have promised something in its name (rule 4). */
  awaitOtherPromises(nowMs: number): void {
    this.twinUntilMs = nowMs + this.#timings.electionTimeoutMinMs;
  }

  /** The leader was heard: no vote for anybody for `electionTimeoutMinMs` (rule 7). */
  standByLeader(nowMs: number): void {
    this.stickyUntilMs = nowMs + this.#timings.electionTimeoutMinMs;
  }

  /** The wait of a new log is over: from now on it is a log like any other. */
  settle(): void {
    this.#isNew = false;
    this.#dirty = true;
  }

  // ---------------------------------------------------------------- term and vote

  /** A newer term, without a vote in it yet (diss. 3.3). What was promised in the old one still holds. */
  enterTerm(term: Term): void {
    this.#term = term;
    this.#votedFor = undefined;
    this.#grant = undefined;
    this.#dirty = true;
  }

  /** The one vote of this term. */
  cast(candidate: string): void {
    if (this.#votedFor === candidate) return;
    this.#votedFor = candidate;
    this.#dirty = true;
  }

  /** The vote of this term is the answer to `request`. */
  grant({ candidate, incarnation, round }: VoteRequest, standsBy: boolean): void {
    this.cast(candidate);
    this.#grant = { incarnation, round, standsBy };
  }

  /** What this process has answered `request` with, if it is a repetition of the one that got the vote of this term. */
  grantOf(request: VoteRequest | PreVoteRequest): Grant | undefined {
    const { kind, candidate, term, incarnation, round } = request;
    const grant = this.#grant;
    if (kind !== 'voteRequest' || term !== this.#term || candidate !== this.#votedFor) return undefined;
    return grant?.incarnation === incarnation && grant.round === round ? grant : undefined;
  }

  /** Takes what has to be made durable. */
  takeForPersist(): Recovered {
    this.#dirty = false;
    return { term: this.#term, votedFor: this.#votedFor, isNew: this.#isNew };
  }

  /** What was taken may not be durable after all. */
  persistFailed(): void {
    this.#dirty = true;
  }

  // ---------------------------------------------------------------- decisions

  /** Whether this voter may vote at all at this instant, be it for itself. */
  isFree(nowMs: number): boolean {
    return nowMs >= this.freeAtMs;
  }

  /**
   * Whether a vote could be the answer to `request` (diss. 3.4): one vote a term, and none in an old one. Nor for another
   * process of the candidate that got it: that one may lead by this vote, and nobody has heard it yet (rules 4, 8).
   */
  couldVoteFor({ candidate, term, incarnation }: VoteRequest | PreVoteRequest): boolean {
    if (term !== this.#term) return term > this.#term;
    if (this.#votedFor === undefined) return true;
    return this.#votedFor === candidate && (this.#grant === undefined || this.#grant.incarnation === incarnation);
  }

  /**
   * For how much longer a request is refused whoever asks, in milliseconds; 0 when it is not. A request in the name
   * of the outgoing leader passes what was promised to that leader, not what a lost log, or a second process with
   * this id, may have promised (rule 9). One that this process has granted is granted again, since the answer may have been
   * lost: in this term it can have promised nothing to anybody else, as the term's leader would have been heard.
   */
  refusedForMs(request: VoteRequest | PreVoteRequest, nowMs: number): number {
    const transfer = request.kind === 'voteRequest' && request.leadershipTransfer && request.term > this.#term;
    const waitMs = transfer && !this.#isNew ? 0 : this.waitUntilMs - nowMs;
    const stickyMs = transfer || this.grantOf(request) !== undefined ? 0 : this.stickyUntilMs - nowMs;
    const twinMs = this.twinUntilMs === undefined ? 0 : this.twinUntilMs - nowMs;
    return Math.max(0, waitMs, stickyMs, twinMs);
  }

  /**
   * Whether an answer to a heartbeat is worth its promise: not while this log may stand in for a lost one, whose newer
   * term would have refused the leader that asks, or just after a second process had this id (rules 4, 7, 8).
   */
  mayPromise(nowMs: number): boolean {
    return !this.#isNew && isPast(this.twinUntilMs, nowMs);
  }

  /** Whether TimeoutNow may be followed: only the waits forbid it that no outgoing leader can release (rule 9). */
  mayTakeOver(nowMs: number): boolean {
    return isPast(this.twinUntilMs, nowMs) && (!this.#isNew || nowMs >= this.waitUntilMs);
  }
}
