import { leaseDurationMs } from '../../../core/lease.js';
import type { Timings } from '../../../core/options.js';
import type { MachinePlan, Plan } from '../plan.js';

/** What the invariants need to know of a world before it begins. */
export interface GroundRules {
  readonly timings: Timings;
  /** How long a lease lasts by the leader's clock (rule 8). */
  readonly leaseMs: number;
  /** How many voters the cluster is said to have: what a quorum is counted from. */
  readonly size: number;
  readonly voters: readonly Pick<MachinePlan, 'id' | 'priority' | 'rate' | 'logTerm'>[];
  readonly preVote: boolean;
  /** The cluster is known by its size alone, and has more voters than that (rule 3). */
  readonly crowded: boolean;
}

export function groundRulesOf({ cluster, machines, timings, preVote }: Plan): GroundRules {
  const voters = machines.filter(({ observer }) => !observer);
  const size = 'size' in cluster ? cluster.size : cluster.voters.length;
  return {
    timings,
    leaseMs: leaseDurationMs(timings.electionTimeoutMinMs, timings.maxClockDrift),
    size,
    voters,
    preVote,
    crowded: voters.length > size,
  };
}

/** Clocks keep within the drift that the lease allows for. */
export function clocksKeepTime({ harm }: Plan): boolean {
  return harm !== 'fastClocks';
}

/** Any two quorums share a voter: there is no crowd. */
export function quorumsOverlap(plan: Plan): boolean {
  return !groundRulesOf(plan).crowded;
}

/** An instant of true time, as failures name it. */
export function instant(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}

/** Two instants that differ by less are one: fractions of clock rates round. */
export const ROUNDING_MS = 1e-3;
