import type { NodeId } from './names.js';

/** Terms count elections; at most one leader a term (diss. 3.3). A safe integer from 0; greater is malformed. */
export type Term = number;

/**
 * Drawn at random at every start of a process (rule 4), 1 to 2^48 - 1: two live processes with one id differ in it.
 * `0` is what a plain Go graft peer sends, which has none.
 */
export type Incarnation = number;

/** Asks every voter for its vote in `term` (diss. 3.4). */
export interface VoteRequest {
  readonly kind: 'voteRequest';
  readonly term: Term;
  readonly candidate: NodeId;
  /** The application's position (rule 13); absent when the candidate has none. */
  readonly position: Uint8Array | undefined;
  /** The outgoing leader asked for this campaign (rule 9), so voters need not keep what they promised to it. */
  readonly leadershipTransfer: boolean;
  /** Whoever grants is asked to stand by the candidate from now on, as if it had heard its heartbeat (rule 8). */
  readonly standBy: boolean;
  readonly incarnation: Incarnation;
  /** Which of the candidate's campaigns asks; answers repeat it (rule 6). `0` from a plain Go graft peer. */
  readonly round: number;
}

/** Asks whether a vote in `term` would be given; changes nothing durable on either side (rule 6, diss. 9.6). */
export interface PreVoteRequest {
  readonly kind: 'preVoteRequest';
  /** The term asked about: the asker's own plus one. */
  readonly term: Term;
  readonly candidate: NodeId;
  readonly position: Uint8Array | undefined;
  /** None: for its shape (see {@link Message}), as the next. */
  readonly leadershipTransfer?: undefined;
  readonly standBy?: undefined;
  readonly incarnation: Incarnation;
  readonly round: number;
}

/**
 * Answers a vote or pre-vote request. Sent to the id that it names as the voter, it is a word between processes that
 * share this id (rule 4): a refusal whose `round` is the incarnation of the process that it was sent to, if known.
 */
export interface VoteResponse {
  readonly kind: 'voteResponse';
  /** Which question this answers. */
  readonly preVote: boolean;
  /** A grant: the term asked for. A refusal: the refuser's own term (rule 6). */
  readonly term: Term;
  readonly granted: boolean;
  /** A grant of a vote that is a promise as well: none for anybody else for electionTimeoutMin (rules 7, 8). */
  readonly standsBy: boolean;
  /** Who answers; absent from a plain Go graft peer, whose answers are anonymous (rule 15). */
  readonly voter: NodeId | undefined;
  readonly incarnation: Incarnation;
  /** The round of the request. `0` from a plain Go graft peer. */
  readonly round: number;
  /** A refusal's hint: asking again is worth while after this many milliseconds; `0` says nothing (rule 7). */
  readonly retryAfterMs: number;
}

/** The leader is alive; asks for the answers that its lease is made of (rule 8). */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly term: Term;
  readonly leader: NodeId;
  /** Counts the leader's heartbeats in this term, from 1; `0` from a plain graft peer, which wants no answer. */
  readonly round: number;
  /** Who should campaign first if the leader falls silent (rule 10). */
  readonly heir: NodeId | undefined;
  readonly incarnation: Incarnation;
}

/** A voter's promise to the leader of `term`, or, with a newer term than the heartbeat's, the news of it (rules 8, 11). */
export interface HeartbeatResponse {
  readonly kind: 'heartbeatResponse';
  readonly term: Term;
  readonly voter: NodeId;
  /** The heartbeat's round; `0` promises nothing: the news to a stale leader, and a voter that sees a crowd (rule 3). */
  readonly round: number;
  readonly incarnation: Incarnation;
  /** The voter's priority as an heir, 0 to 255 (rule 10). */
  readonly priority: number;
}

/** The leader of `term` has given up its lease and asks the receiver to campaign at once (rule 9, diss. 3.10). */
export interface TimeoutNow {
  readonly kind: 'timeoutNow';
  readonly term: Term;
  readonly leader: NodeId;
  /** None: for its shape (see {@link Message}), as the next two. */
  readonly round?: undefined;
  readonly heir?: undefined;
  readonly incarnation?: undefined;
}

/**
 * All that nodes say to each other. New kinds may come: a driver carries what it is given.
 *
 * Made in four shapes, the same properties in the same order: of more V8 does not remember which it has met, and looks
 * up every property by its name. Whoever makes them otherwise loses nothing but time.
 */
export type Message = VoteRequest | PreVoteRequest | VoteResponse | Heartbeat | HeartbeatResponse | TimeoutNow;

export type MessageKind = Message['kind'];
