import type { Instant } from './inputs.js';
import type { PreVoteRequest, VoteRequest } from './messages.js';
import type { VoteTally } from './quorum.js';

/** How many hints one round follows. */
const MOST_HINTS = 16;

/** One round of asking for pre-votes or votes: what is asked, and who has answered it so far. */
export class Candidacy {
  /** What is asked, and asked again: a repetition is the same question (rule 6). */
  readonly request: PreVoteRequest | VoteRequest;
  readonly tally: VoteTally;
  /** When it was last asked, by the monotonic clock. */
  askedAtMs: number;
  readonly #endsAtMs: number;
  readonly #endsAtWallMs: number;
  #hints = 0;

  /** @param lastsMs for how long answers count, from `began` on. */
  constructor(request: PreVoteRequest | VoteRequest, tally: VoteTally, began: Instant, lastsMs: number) {
    this.request = request;
    this.tally = tally;
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
