import { BUGS, type Bug } from '../bugs/bugs.js';
import { UsageError } from './arguments.js';
import { EXIT } from './exit-codes.js';
import { sweep } from './sweep.js';
import type { Failure } from './tally.js';

/** Where the simulator with a deliberate bug in it is. */
export type BugHomes = (bug: Bug) => string;

/** So many seeds are tried where the bug does not say within how many it is caught. */
const MOST_SEEDS = 20_000;

interface Row {
  readonly bug: Bug;
  readonly caught: Failure | undefined;
  readonly tried: number;
}

/** Tries every deliberate bug, or one, and prints the table of bug and seeds to catch. @returns the exit code. */
export async function bugTable(
  { only, workers }: { readonly only: string | undefined; readonly workers: number },
  { print, bugHomes }: { readonly print: (text: string) => void; readonly bugHomes: BugHomes },
): Promise<number> {
  const bugs = BUGS.filter(({ name, by }) => only === undefined || name === only || by.className === only);
  if (bugs.length === 0) {
    throw new UsageError(`--bug is ${only}: one of ${BUGS.map(({ by }) => by.className).join(', ')}`);
  }
  const head = ['deliberate bug', 'rule', 'caught by', 'first seed', 'within'];
  print(line(head));
  print(line(head.map((name) => '-'.repeat(name.length))));
  let isMissed = false;
  for (const bug of bugs) {
    const row = await tried(bug, workers, bugHomes(bug));
    isMissed ||= !isCaughtInTime(row);
    print(rowOf(row));
  }
  return isMissed ? EXIT.missed : EXIT.passed;
}

async function tried(bug: Bug, workers: number, home: string): Promise<Row> {
  const count = bug.withinSeeds > 0 ? bug.withinSeeds : MOST_SEEDS;
  const counts = ({ invariant }: Failure): boolean => bug.breaks.length === 0 || bug.breaks.includes(invariant);
  const onProgress = ({ failures }: { readonly failures: readonly Failure[] }): boolean => failures.some(counts);
  const { failures, worlds } = await sweep({ ranges: [{ from: 1, count }], workers, home, onProgress });
  const [caught] = failures.filter(counts).sort((one, other) => one.seed - other.seed);
  return { bug, caught, tried: worlds };
}

function isCaughtInTime({ caught }: Row): boolean {
  return caught !== undefined;
}

function rowOf({ bug, caught, tried: worlds }: Row): string {
  const { name, rule, withinSeeds } = bug;
  const seed = caught === undefined ? `MISSED in ${worlds}` : String(caught.seed);
  return line([name, rule, caught?.invariant ?? '', seed, String(withinSeeds)]);
}

function line(cells: readonly string[]): string {
  const widths = [42, 5, 32, 12, 6];
  return `| ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
}
