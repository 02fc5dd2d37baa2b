import type { Cluster } from './cluster.js';
import type { Watcher } from './watcher.js';

/** In how many states something holds. An exploration that never gets so far shows nothing about it. */
export interface ReachedCounts {
  /** Somebody has won a vote. */
  readonly elected: number;
  /** Somebody holds a lease. */
  readonly lease: number;
  /** Somebody holds a lease, and somebody else has led an earlier term. */
  readonly succession: number;
  /** A lease is held and there was a restart, a transfer, a write that failed. */
  readonly afterRestart: number;
  readonly afterTransfer: number;
  readonly afterFailedWrite: number;
}

/** Counts what the states of an exploration have in them (*sometimes* checks). */
export class Reached implements Watcher {
  readonly #cluster: Cluster;
  readonly #voters: number;
  /** By history: the newest leader if somebody else led before it; -1 otherwise. */
  readonly #successors: number[] = [];
  #elected = 0;
  #lease = 0;
  #succession = 0;
  #afterRestart = 0;
  #afterTransfer = 0;
  #afterFailedWrite = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    this.#voters = cluster.configuration.voters;
  }

  found(state: Uint32Array): void {
    const historyId = state[this.#voters + 1] ?? 0;
    const history = this.#cluster.histories.at(historyId);
    if (history.leaders.length === 0) return;
    this.#elected += 1;
    const { isLeader } = this.#cluster.machines;
    for (let voter = 0; voter < this.#voters; voter++) {
      if (!isLeader[state[voter] ?? 0]) continue;
      this.#lease += 1;
      if (this.#successorOf(historyId) === voter) this.#succession += 1;
      if (history.restarts > 0) this.#afterRestart += 1;
      if (history.transfers > 0) this.#afterTransfer += 1;
      if (history.failedWrites > 0) this.#afterFailedWrite += 1;
      // Two leases are no state to count but a violation.
      return;
    }
  }

  counts(): ReachedCounts {
    return {
      elected: this.#elected,
      lease: this.#lease,
      succession: this.#succession,
      afterRestart: this.#afterRestart,
      afterTransfer: this.#afterTransfer,
      afterFailedWrite: this.#afterFailedWrite,
    };
  }

  #successorOf(historyId: number): number {
    const known = this.#successors[historyId];
    if (known !== undefined) return known;
    const { leaders } = this.#cluster.histories.at(historyId);
    const newest = leaders.at(-1) ?? -1;
    const successor = leaders.some((leader) => leader >= 0 && leader !== newest) ? newest : -1;
    this.#successors[historyId] = successor;
    return successor;
  }
}

/** What the bounds allow and no state has: then the exploration is idle where it claims to look. */
export function unreached({ configuration }: Pick<Cluster, 'configuration'>, counts: ReachedCounts): readonly string[] {
  const { terms, restarts, transfers, failedWrites } = configuration.bounds;
  const due: readonly (readonly [string, number, boolean])[] = [
    ['an election', counts.elected, true],
    ['a lease', counts.lease, true],
    ["a lease after another's", counts.succession, terms > 1],
    ['a lease after a restart', counts.afterRestart, restarts > 0],
    ['a lease after a transfer', counts.afterTransfer, transfers > 0],
    ['a lease after a failed write', counts.afterFailedWrite, failedWrites > 0],
  ];
  return due.filter(([, count, isDue]) => isDue && count === 0).map(([what]) => what);
}
