import { describePlan, describeSchedule } from './describe-plan.js';
import type { WorldReport } from './run-world.js';

/** How a failure is printed. */
export interface FailureOptions {
  /** The command that replays it, without the seed: `npm run simulate --`. */
  readonly command: string;
  /** What the build is known by, a commit for instance. */
  readonly build?: string | undefined;
  /** The items of the schedule that were kept; absent when all were. */
  readonly keep?: readonly number[] | undefined;
}

/** A failed world, as text: what was broken, where, in which world, and how to see it again. */
export function describeFailure({ plan, breach, verdict }: WorldReport, options: FailureOptions): string {
  const { command, build = 'unknown', keep } = options;
  if (breach === undefined) return `passed  seed ${plan.seed}`;
  const { invariant, source, text, step, atMs } = breach;
  const kept = keep === undefined ? '' : ` --keep ${keep.join(',') || 'none'}`;
  const overrides = keep === undefined ? 'none' : `keep ${keep.length} of ${plan.schedule.length} faults`;
  return [
    `FAILED  ${invariant} (${source})   step ${step}, t = ${atMs.toFixed(3)} ms`,
    `        ${text}`,
    `kind    ${verdict}`,
    `seed    ${plan.seed}    build ${build}    prng sfc32    overrides ${overrides}`,
    `world   ${describePlan(plan)}`,
    'faults',
    ...describeSchedule(plan, keep).map((line) => `        ${line}`),
    `replay  ${command} --seed ${plan.seed}${kept} --until ${step} --trace`,
  ].join('\n');
}
