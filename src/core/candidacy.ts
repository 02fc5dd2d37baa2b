import type { PreVoteRequest, VoteRequest } from './messages.js';
import type { VoteTally } from './quorum.js';

/** How many hints one round follows. */
const MOST_HINTS = 16;

/** One round of asking for pre-votes or votes: what is asked, and who has answered it so far. */
export class Candidacy {
  /** What is asked, and asked again: a repetition is the same question (rule 6). */
  readonly request: PreVoteRequest | VoteRequest;
  readonly tally: VoteTally;
  /** When a pre-vote round has become too old to say anything about the present. */
  readonly endsAtMs: number;
  #hints = 0;

  constructor(request: PreVoteRequest | VoteRequest, tally: VoteTally, endsAtMs: number) {
    this.request = request;
    this.tally = tally;
    tally.grant(request.candidate);
    this.endsAtMs = endsAtMs;
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
