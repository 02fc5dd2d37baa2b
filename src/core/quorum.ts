/** The least number of `voters` voters of which any two groups overlap (diss. 3.4, 3.6.3). */
export function quorumSize(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** What the answers of one round say so far. */
export type Outcome = 'won' | 'lost' | 'pending';

/**
 * The answers to one round of vote or pre-vote requests: a set of voters, never a counter (rule 2), so an answer
 * that arrives twice counts once. Anonymous grants exist in interop mode alone (rule 15).
 */
export class VoteTally {
  protected readonly granted = new Set<string>();
  protected readonly refused = new Set<string>();
  protected anonymous = 0;
  readonly #voters: number;

  /** @param voters how many voters the cluster has; also bounds what this remembers. */
  constructor(voters: number) {
    this.#voters = voters;
  }

  grant(voter: string): void {
    if (this.granted.size >= this.#voters) return;
    this.granted.add(voter);
    this.refused.delete(voter);
  }

  /** A Go peer's grant names nobody; each peer answers once because a request is sent once a term (rule 15). */
  grantAnonymously(): void {
    if (this.anonymous < this.#voters) this.anonymous += 1;
  }

  /** A voter's final word in this round. A grant that it gave stands: votes are never taken back. */
  refuse(voter: string): void {
    if (this.granted.has(voter) || this.refused.size >= this.#voters) return;
    this.refused.add(voter);
  }

  get grants(): number {
    return this.granted.size + this.anonymous;
  }

  outcome(): Outcome {
    const quorum = quorumSize(this.#voters);
    if (this.grants >= quorum) return 'won';
    return this.#voters - this.refused.size < quorum ? 'lost' : 'pending';
  }
}

/**
 * The greatest number above `above` that at least `count` of `values` reach: with the newest round that each voter
 * answered, the newest round that a quorum answered. `above` when there is none; `Infinity` when `count` is 0.
 * Runs at the first answer to each heartbeat, at least, so it walks by index, and allocates nothing.
 */
export function reachedBy(count: number, values: readonly { readonly answeredRound: number }[], above: number): number {
  if (count <= 0) return Number.POSITIVE_INFINITY;
  let best = above;
  for (let index = 0; index < values.length; index++) {
    const candidate = values[index]?.answeredRound ?? 0;
    if (candidate > best && howManyReach(candidate, values) >= count) best = candidate;
  }
  return best;
}

function howManyReach(round: number, values: readonly { readonly answeredRound: number }[]): number {
  let reached = 0;
  for (let index = 0; index < values.length; index++) if ((values[index]?.answeredRound ?? 0) >= round) reached += 1;
  return reached;
}
