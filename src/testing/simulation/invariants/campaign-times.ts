import type { VoteRequest, VoteResponse } from '../../../core/messages.js';

interface Campaign {
  readonly term: number;
  readonly round: number;
  readonly sentAtMs: number;
}

/** When the newest campaign of each candidate left that asks for promises, by true time (rule 8). */
export class CampaignTimes {
  readonly #campaigns = new Map<string, Campaign>();

  /** A request leaves: of the many that ask for the same, the first counts. */
  note({ candidate, term, round, standBy }: VoteRequest, nowMs: number): void {
    const known = this.#campaigns.get(candidate);
    if (!standBy || (known?.term === term && known.round === round)) return;
    this.#campaigns.set(candidate, { term, round, sentAtMs: nowMs });
  }

  /**
   * When the request left that `response`, a promise to `candidate`, answers; `-Infinity` when there is no such
   * promise.
   */
  sentAtMs(candidate: string, { granted, standsBy, preVote, term, round }: VoteResponse): number {
    const campaign = this.#campaigns.get(candidate);
    const isPromise = granted && standsBy && !preVote && campaign?.term === term && campaign.round === round;
    return isPromise ? campaign.sentAtMs : Number.NEGATIVE_INFINITY;
  }
}
