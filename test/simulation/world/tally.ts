import {
  addOccurrences,
  type OccurrenceCounts,
  Occurrences,
  SOMETIMES,
} from '../../../src/testing/simulation/occurrences.js';
import type { Fault, Harm } from '../../../src/testing/simulation/plan.js';
import { runWorld, type Verdict } from '../../../src/testing/simulation/run-world.js';

/** What came of a range of seeds. Plain data: worker processes send it. */
export interface Tally {
  readonly worlds: number;
  readonly steps: number;
  readonly simulatedMs: number;
  readonly occurrences: OccurrenceCounts;
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
  occurrences: new Occurrences().counts,
  faults: {},
  kinds: {},
  failures: [],
});

/** Runs the world of one seed, and says what it adds. */
export async function tallyOf(seed: number): Promise<Tally> {
  const occurrences = new Occurrences();
  const { plan, verdict, breach, harms, steps, simulatedMs } = await runWorld(seed, { hearers: [occurrences] });
  const faults: Partial<Record<Fault['kind'], number>> = {};
  for (const { kind } of plan.schedule) faults[kind] = (faults[kind] ?? 0) + 1;
  const invariant = breach?.invariant ?? 'none';
  return {
    worlds: 1,
    steps,
    simulatedMs,
    occurrences: occurrences.counts,
    faults,
    kinds: { [plan.harm]: { worlds: 1, harmed: harms.length > 0 ? 1 : 0 } },
    failures: verdict === 'passed' ? [] : [{ seed, verdict, invariant }],
  };
}

export function addTallies(one: Tally, other: Tally): Tally {
  const faults = { ...one.faults };
  for (const [kind, count] of Object.entries(other.faults) as [Fault['kind'], number][]) {
    faults[kind] = (faults[kind] ?? 0) + count;
  }
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
    occurrences: addOccurrences(one.occurrences, other.occurrences),
    faults,
    kinds,
    failures: [...one.failures, ...other.failures],
  };
}

/** What has to happen sometimes and never did. */
export function neverHappened({ occurrences }: Tally): readonly string[] {
  return SOMETIMES.filter((occurrence) => occurrences[occurrence] === 0);
}
