import type { Fault, Harm } from '../../../src/testing/simulation/plan.js';
import { runWorld, type Verdict } from '../../../src/testing/simulation/run-world.js';
import { allSometimes } from '../../../src/testing/simulation/sometimes/index.js';

/** What came of a range of seeds. Plain data: worker processes send it. */
export interface Tally {
  readonly worlds: number;
  readonly steps: number;
  readonly simulatedMs: number;
  /** How often each thing happened that has to happen sometimes. */
  readonly happened: Readonly<Partial<Record<string, number>>>;
  /** How often each kind of fault was scheduled. */
  readonly faults: Readonly<Partial<Record<Fault['kind'], number>>>;
  /** Worlds of each kind, and how many of them broke an invariant that they need not keep. */
  readonly kinds: Readonly<Partial<Record<Harm, { readonly worlds: number; readonly harmed: number }>>>;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly seed: number;
  readonly verdict: Exclude<Verdict, 'passed'>;
  readonly invariant: string;
}

export const EMPTY_TALLY: Tally = Object.freeze({
  worlds: 0,
  steps: 0,
  simulatedMs: 0,
  happened: {},
  faults: {},
  kinds: {},
  failures: [],
});

/** Runs the world of one seed, and says what it adds. */
export async function tallyOf(seed: number): Promise<Tally> {
  const sometimes = allSometimes();
  const { plan, verdict, breach, harms, steps, simulatedMs } = await runWorld(seed, { hearers: sometimes });
  const faults: Partial<Record<Fault['kind'], number>> = {};
  for (const { kind } of plan.schedule) faults[kind] = (faults[kind] ?? 0) + 1;
  const invariant = breach?.invariant ?? 'none';
  return {
    worlds: 1,
    steps,
    simulatedMs,
    happened: Object.fromEntries(sometimes.map(({ name, count }) => [name, count])),
    faults,
    kinds: { [plan.harm]: { worlds: 1, harmed: harms.length > 0 ? 1 : 0 } },
    failures: verdict === 'passed' ? [] : [{ seed, verdict, invariant }],
  };
}

export function addTallies(one: Tally, other: Tally): Tally {
  const kinds = { ...one.kinds };
  for (const [harm, { worlds, harmed }] of Object.entries(other.kinds) as [
    Harm,
    { worlds: number; harmed: number },
  ][]) {
    const before = kinds[harm] ?? { worlds: 0, harmed: 0 };
    kinds[harm] = { worlds: before.worlds + worlds, harmed: before.harmed + harmed };
  }
  return {
    worlds: one.worlds + other.worlds,
    steps: one.steps + other.steps,
    simulatedMs: one.simulatedMs + other.simulatedMs,
    happened: sums(one.happened, other.happened),
    faults: sums(one.faults, other.faults),
    kinds,
    failures: [...one.failures, ...other.failures],
  };
}

function sums<Name extends string>(
  one: Readonly<Partial<Record<Name, number>>>,
  other: Readonly<Partial<Record<Name, number>>>,
): Partial<Record<Name, number>> {
  const sum: Partial<Record<Name, number>> = { ...one };
  for (const name of Object.keys(other) as Name[]) sum[name] = (sum[name] ?? 0) + (other[name] ?? 0);
  return sum;
}
