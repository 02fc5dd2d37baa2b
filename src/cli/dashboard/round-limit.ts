import type { ClusterStatus } from '../../client/cluster-status.js';

/** A node nearby answers in less while its event loop is a little busy: it is not called silent for that. */
const LEAST_WHILE_ALL_ANSWER_MS = 300;
/** Where one is silent anyway, the lease of the leader is to be seen before it is over. */
const LEAST_WHILE_ONE_IS_SILENT_MS = 200;
const ROUND_TRIPS = 4;
/** So often a round takes its whole time, so that a node that has become slow is found again. */
const WHOLE_EVERY = 40;

/**
 * How long a round may take, in milliseconds. A voter that is gone makes every round take all the time it may, and what
 * the others said is as old as that when it is shown: a lease would be over before anybody sees it. So rounds take as long
 * as the nodes that do answer need, with some to spare.
 */
export class RoundLimit {
  readonly #longestMs: number;
  #nextMs: number;
  #rounds = 0;

  constructor(longestMs: number) {
    this.#longestMs = longestMs;
    this.#nextMs = longestMs;
  }

  get ms(): number {
    return this.#rounds % WHOLE_EVERY === 0 ? this.#longestMs : this.#nextMs;
  }

  learn({ nodes, missingCount }: Pick<ClusterStatus, 'nodes' | 'missingCount'>): void {
    this.#rounds++;
    const leastMs = missingCount === 0 ? LEAST_WHILE_ALL_ANSWER_MS : LEAST_WHILE_ONE_IS_SILENT_MS;
    const slowestMs = Math.max(...nodes.map(({ roundTripMs }) => roundTripMs));
    const neededMs = nodes.length === 0 ? this.#longestMs : Math.max(leastMs, ROUND_TRIPS * slowestMs);
    this.#nextMs = Math.min(this.#longestMs, neededMs);
  }
}
