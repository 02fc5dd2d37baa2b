import type { LeaseEnd } from './lease-end.js';

/** How long before the end of the lease the program is told to end, and is killed. Milliseconds. */
export interface Margins {
  readonly warnMs: number;
  readonly killMs: number;
}

/** What is owed to a program that runs under a lease. */
export type Fate = 'live' | 'terminate' | 'kill';

export interface Sentence {
  readonly leaseEnd: LeaseEnd;
  readonly margins: Margins;
  /** Monotonic; the program has been told to end and has until then, whatever the lease says. */
  readonly endByMs: number;
}

/** By whichever clock is ahead: a machine that was suspended has a lease that is over. */
export function fateOf({ leaseEnd, margins, endByMs }: Sentence, now: LeaseEnd): Fate {
  const leftMs = Math.min(leaseEnd.monotonicMs - now.monotonicMs, leaseEnd.wallMs - now.wallMs);
  if (leftMs <= margins.killMs || now.monotonicMs >= endByMs) return 'kill';
  return leftMs <= margins.warnMs ? 'terminate' : 'live';
}
