import type { Timings } from '../core/options.js';
import type { NodeReport } from '../drivers/control/node-report.js';
import { adviseTimings, ENOUGH_ROUND_TRIPS, type TimingsAdvice } from '../timings/advise-timings.js';
import { type Measured, NOTHING_MEASURED, type Spread, worstOf } from '../timings/measured.js';
import type { ClusterStatus } from './cluster-status.js';

/** What the nodes of a cluster have measured together, and what follows for the timings of all. */
export interface ClusterTimings extends TimingsAdvice {
  /**
   * The leader's; while nobody leads, a voter's. All nodes should have the same; {@link ClusterStatus.troubles} says
   * where they have not.
   */
  readonly timings: Timings;
  /** The worst that any voter has measured: each of them may lead tomorrow. */
  readonly measured: Measured;
}

/**
 * Advises on the timings of a cluster by what its nodes told in one round. `undefined` when no voter tells its timings.
 * Changes nothing.
 */
export function adviseCluster({ nodes, leader }: ClusterStatus): ClusterTimings | undefined {
  const voters = nodes.filter(({ observer, timings }) => !observer && timings !== undefined);
  const timings = (voters.find(({ id, isLeader }) => id === leader && isLeader) ?? voters[0])?.timings;
  if (timings === undefined) return undefined;
  const of = (quantity: keyof Measured): readonly Spread[] => voters.map((node) => measuredBy(node)[quantity]);
  // Percentiles of a few round trips, from a leader of a moment, say little; where there are no others, they are taken.
  const roundTrips = of('roundTrip').filter(({ count }) => count >= ENOUGH_ROUND_TRIPS);
  const measured: Measured = {
    roundTrip: worstOf(roundTrips.length === 0 ? of('roundTrip') : roundTrips),
    eventLoopDelay: worstOf(of('eventLoopDelay')),
    persist: worstOf(of('persist')),
  };
  return { timings, measured, ...adviseTimings(measured, timings) };
}

function measuredBy({ measured = NOTHING_MEASURED }: NodeReport): Measured {
  return measured;
}
