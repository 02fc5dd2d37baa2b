import { type RunOptions, runWorld, type WorldReport } from './run-world.js';

/** The shortest schedule that was found to fail. */
export interface Shrunk {
  /** Indices into the seed's schedule, for `RunOptions.keep`. */
  readonly keep: readonly number[];
  readonly report: WorldReport;
  /** How many worlds were run to find it. */
  readonly runs: number;
}

/**
 * Looks for the shortest schedule of a seed that still fails in the same way (delta debugging: Zeller and Hildebrandt,
 * "Simplifying and isolating failure-inducing input", 2002): halves, quarters and so on are left out, until nothing more
 * can be. Deterministic. A world that passes comes back as it is.
 */
export async function shrink(seed: number, options: RunOptions = {}): Promise<Shrunk> {
  const whole = await runWorld(seed, options);
  const first = options.keep ?? whole.plan.schedule.map((_, index) => index);
  let best: Shrunk = { keep: first, report: whole, runs: 1 };
  if (whole.verdict === 'passed') return best;
  let runs = 1;
  const attempt = async (keep: readonly number[]): Promise<boolean> => {
    runs += 1;
    const report = await runWorld(seed, { ...options, keep });
    if (report.verdict !== whole.verdict || report.breach?.invariant !== whole.breach?.invariant) return false;
    best = { keep, report, runs };
    return true;
  };
  // What comes after the failure has no part in it.
  const failedAtMs = whole.breach?.atMs ?? Number.POSITIVE_INFINITY;
  const before = first.filter((index) => (whole.plan.schedule[index]?.atMs ?? 0) <= failedAtMs);
  if (before.length < first.length) await attempt(before);
  let chunk = Math.ceil(best.keep.length / 2);
  while (chunk >= 1) {
    let shorter = false;
    for (let from = 0; from < best.keep.length; ) {
      const kept = best.keep.filter((_, index) => index < from || index >= from + chunk);
      if (await attempt(kept)) shorter = true;
      else from += chunk;
    }
    if (chunk === 1 && !shorter) break;
    chunk = chunk === 1 ? 1 : Math.ceil(chunk / 2);
  }
  return { ...best, runs };
}
