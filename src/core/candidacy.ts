import type { Instant } from './inputs.js';
import type { PreVoteRequest, VoteRequest } from './messages.js';
import type { NodeId } from './names.js';
import type { VoteTally } from './quorum.js';

/** How many hints one round follows. */
const MOST_HINTS = 16;

export interface CandidacyStart {
  readonly request: PreVoteRequest | VoteRequest;
  readonly tally: VoteTally;
  readonly began: Instant;
  /** For how long answers count, from `began` on. */
  readonly lastsMs: number;
  /** How long a lease lasts that is counted from `began` on. */
  readonly leaseMs: number;
}

/** One round of asking for pre-votes or votes: what is asked, and who has answered it so far. */
export class Candidacy {
  /** What is asked, and asked again: a repetition is the same question (rule 6). */
  readonly request: PreVoteRequest | VoteRequest;
  readonly tally: VoteTally;
  /** Who has promised to stand by this candidate with its vote (rule 8). */
  readonly standing = new Set<NodeId>();
  /** Until when it would lead if they were a quorum, by both clocks: counted from when it was first asked. */
  readonly leaseEndMs: number;
  readonly leaseEndWallMs: number;
  /** When it was last asked, by the monotonic clock. */
  askedAtMs: number;
  readonly #endsAtMs: number;
  readonly #endsAtWallMs: number;
  #hints = 0;

  constructor({ request, tally, began, lastsMs, leaseMs }: CandidacyStart) {
    this.request = request;
    this.tally = tally;
    this.leaseEndMs = began.nowMs + leaseMs;
    this.leaseEndWallMs = began.wallMs + leaseMs;
    this.askedAtMs = began.nowMs;
    tally.grant(request.candidate);
    this.#endsAtMs = began.nowMs + lastsMs;
    this.#endsAtWallMs = began.wallMs + lastsMs;
  }

  /**
   * Whether answers come too late to count, by either clock, as with a lease (rule 8): a pre-vote of long ago says
   * nothing about the present, and a voter whose log was lost waits for no longer than a candidacy lasts (rule 7).
   */
  isOver({ nowMs, wallMs }: Instant): boolean {
    return nowMs >= this.#endsAtMs || wallMs >= this.#endsAtWallMs;
  }

  /**
   * Whether a refusal's hint may bring the next request forward. Their number is bounded, so that a voter that
   * says "ask again at once" for ever is not asked for ever.
   */
  takeHint(): boolean {
    this.#hints += 1;
    return this.#hints <= MOST_HINTS;
  }
}
