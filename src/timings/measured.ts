/** What one quantity was like, in milliseconds; all 0 where nothing was measured. */
export interface Spread {
  /** How often it was measured. */
  readonly count: number;
  /** Half of the values are no greater. Quantiles are rounded up, by a tenth at most. */
  readonly p50Ms: number;
  /** 99 of 100 values are no greater. */
  readonly p99Ms: number;
  /** What was reached three times: an accident happens once, and a habit goes on. The longest, while there are fewer. */
  readonly recurringMs: number;
  /** The longest of all. */
  readonly longestMs: number;
}

/** What a node has measured of its network, its event loop and its disk. */
export interface Measured {
  /**
   * From a heartbeat's leaving this leader to each voter's answer, over all voters: any of them may be the one that the
   * quorum needs tomorrow. In the past hour; of a node that did not lead then, nothing.
   */
  readonly roundTrip: Spread;
  /** How late the event loop served the node's timer, and ticks that came late between its deadlines, in the past hour. */
  readonly eventLoopDelay: Spread;
  /** How long term and vote took to become durable, or to fail to, since the node was started. */
  readonly persist: Spread;
}

export const NO_SPREAD: Spread = Object.freeze({ count: 0, p50Ms: 0, p99Ms: 0, recurringMs: 0, longestMs: 0 });
export const NOTHING_MEASURED: Measured = Object.freeze({
  roundTrip: NO_SPREAD,
  eventLoopDelay: NO_SPREAD,
  persist: NO_SPREAD,
});

/** The worst of each, so that what suits it suits all. */
export function worstOf(spreads: readonly Spread[]): Spread {
  return spreads.reduce(
    (worst, each) => ({
      count: Math.max(worst.count, each.count),
      p50Ms: Math.max(worst.p50Ms, each.p50Ms),
      p99Ms: Math.max(worst.p99Ms, each.p99Ms),
      recurringMs: Math.max(worst.recurringMs, each.recurringMs),
      longestMs: Math.max(worst.longestMs, each.longestMs),
    }),
    NO_SPREAD,
  );
}
