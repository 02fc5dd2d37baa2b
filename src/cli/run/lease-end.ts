/**
 * When a lease ends, by both clocks (rule 8). The monotonic one is the machine's own, counted from its start: all processes
 * on it read the same, so that one can tell another when to act. Wall time goes on while the machine is suspended.
 */
export interface LeaseEnd {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

/** This instant, by both clocks. */
export function clocks(): LeaseEnd {
  return { monotonicMs: Number(process.hrtime.bigint()) / 1e6, wallMs: Date.now() };
}

/**
 * The end of a lease of which `leftMs()` milliseconds are left. The clocks are read first: however long this process
 * stands still in between, the end that comes out is early, and never late.
 */
export function leaseEndFrom(leftMs: () => number): LeaseEnd {
  const { monotonicMs, wallMs } = clocks();
  const left = leftMs();
  return { monotonicMs: monotonicMs + left, wallMs: wallMs + left };
}
