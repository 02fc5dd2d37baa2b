import { drawPlan } from './draw-plan.js';
import type { Invariant } from './invariant.js';
import { healingMs } from './invariants/a-leader-after-healing.js';
import type { Plan } from './plan.js';
import { plannedService } from './planned-service.js';
import type { ServiceFactory } from './service.js';
import type { Breach, Hearer } from './watch.js';
import { InvariantViolation, World } from './world.js';

/** Settings of {@link runWorld}. */
export interface RunOptions {
  /** The world to run instead of the one that the seed draws; or a change of that one. */
  readonly plan?: (drawn: Plan) => Plan;
  /** Which items of the schedule happen, by their index. Default: all. */
  readonly keep?: readonly number[];
  /** What runs beside each node. Default: what the plan says. */
  readonly service?: ServiceFactory;
  /** Demanded beside the library's own. */
  readonly invariants?: readonly Invariant[];
  /** Hear of events. */
  readonly hearers?: readonly Hearer[];
  /** Ends the run after so many steps, whatever comes of it. */
  readonly untilStep?: number;
}

/** What came of a world. `crash` is an error that no simulated process may throw: a bug of the library or of a service. */
export type Verdict = 'passed' | 'safety' | 'liveness' | 'crash';

/** How a run ended. */
export interface WorldReport {
  readonly plan: Plan;
  readonly verdict: Verdict;
  /** What went wrong, unless it passed. */
  readonly breach: Breach | undefined;
  /** Names of invariants that were broken as its plan expects. */
  readonly harms: readonly string[];
  readonly steps: number;
  readonly simulatedMs: number;
}

/** How long a healed world is watched once everybody knows its leader, in longest election timeouts. */
const STABLE_TIMEOUTS = 0.3;
/** And where there are too many voters, which takes its time to be seen (rule 3). */
const CROWD_TIMEOUTS = 5;
/** How long words said in a storm are under way at most, and whatever else healing takes. */
const HEALING_MS = 60_000;
/** Sums of fractions of milliseconds miss each other by less. */
const ROUNDING_MS = 1e-6;
/** How much longer than it may take a healed world is given: the invariant of liveness is to speak first. */
const PATIENCE = 1.2;

/**
 * Runs the world of one seed from its start to its end: faults as scheduled, then healing, then a leader that stays.
 * Never rejects for what the world does.
 */
export async function runWorld(seed: number, options: RunOptions = {}): Promise<WorldReport> {
  const { keep, untilStep = Number.POSITIVE_INFINITY } = options;
  const drawn = drawPlan(seed);
  const whole = options.plan?.(drawn) ?? drawn;
  const schedule = keep === undefined ? whole.schedule : keep.flatMap((index) => whole.schedule[index] ?? []);
  const plan = { ...whole, schedule };
  const { invariants = [], hearers = [], service = plannedService(plan) } = options;
  const world = new World({ plan, service, invariants, hearers });
  const outcome = await play(world, untilStep);
  return { plan: whole, ...outcome, harms: world.harms, steps: world.steps, simulatedMs: world.nowMs };
}

async function play(world: World, untilStep: number): Promise<Pick<WorldReport, 'verdict' | 'breach'>> {
  try {
    await playThrough(world, () => world.steps >= untilStep);
    return { verdict: 'passed', breach: undefined };
  } catch (cause) {
    if (cause instanceof InvariantViolation) return { verdict: cause.breach.kind, breach: cause.breach };
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    const { steps: step, nowMs: atMs } = world;
    return {
      verdict: 'crash',
      breach: { kind: 'safety', invariant: 'nothing is thrown', source: 'docs/design.md', text, step, atMs },
    };
  } finally {
    world.abandon();
  }
}

/** @param isCut whether the run is to end now. */
async function playThrough(world: World, isCut: () => boolean): Promise<void> {
  const { schedule, quietAtMs, timings, harm } = world.plan;
  const until = async (atMs: number, condition = (): boolean => false): Promise<boolean> => {
    await world.until(
      () => isCut() || condition() || world.nowMs >= atMs - ROUNDING_MS,
      Math.max(0, atMs - world.nowMs),
    );
    return !isCut();
  };
  world.startAll();
  for (const { atMs, ...fault } of schedule) {
    if (!(await until(atMs))) return;
    world.strike(fault);
  }
  if (!(await until(quietAtMs))) return;
  world.heal();
  if (!(await until(world.nowMs + HEALING_MS, () => world.isHealed))) return;
  world.beginQuiet();
  const { electionTimeoutMaxMs } = timings;
  const untilAgreed = (): Promise<boolean> =>
    until(world.nowMs + PATIENCE * healingMs(world.plan), () => world.agreedLeader !== undefined);
  if (!(await untilAgreed())) return;
  const watchedTimeouts = harm === 'crowd' ? CROWD_TIMEOUTS : STABLE_TIMEOUTS;
  if (!(await until(world.nowMs + watchedTimeouts * electionTimeoutMaxMs))) return;
  // Leadership may be on its way from one to another at this very instant: a call from before the healing has its time.
  if (!(await untilAgreed())) return;
  world.end();
}
