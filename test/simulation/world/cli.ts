import { describePlan, describeSchedule } from '../../../src/testing/simulation/describe-plan.js';
import { digestOf } from '../../../src/testing/simulation/digest.js';
import { describeFailure } from '../../../src/testing/simulation/report.js';
import { runWorld, type WorldReport } from '../../../src/testing/simulation/run-world.js';
import { shrink } from '../../../src/testing/simulation/shrink.js';
import { Trace } from '../../../src/testing/simulation/trace.js';
import { type Command, parseCommand, UsageError } from './arguments.js';
import { type BugHomes, bugTable } from './bug-table.js';
import { EXIT } from './exit-codes.js';
import { neverHappened } from './never-happened.js';
import { ciSeeds, commitId } from './seeds.js';
import { progressLine, summary } from './summary.js';
import { sweep } from './sweep.js';
import type { Tally } from './tally.js';

export const COMMAND = 'npm run simulate --';

const HELP = `${COMMAND} --seeds 10000        worlds of the seeds 1 to 10000; --from N begins elsewhere
${COMMAND} --seed N             one world; --trace tells everything, --until STEP ends it there,
                                      --keep 3,7,9 leaves the other faults out, --shrink looks for the shortest schedule
${COMMAND} --bugs               the deliberate bugs: each must be caught; --bug NAME for one of them
${COMMAND} --ci                 a fixed set of seeds, and some that the commit decides

--workers N    how many processes; default: one for each core

Exit codes: 0 all holds, 1 safety, 2 liveness, 3 crash, 4 wrong use, 5 something that has to happen never did,
            6 a deliberate bug was missed.`;

/** How many failures are run again, shrunk and printed. */
const MOST_TOLD = 3;
/** How many seeds are run twice and compared, byte for byte. */
const COMPARED_SEEDS = 20;
const PROGRESS_EVERY_MS = 2_000;

/** Where the command line writes to, and what it was compiled to. */
export interface Surroundings {
  readonly print: (text: string) => void;
  /** The folder with the compiled simulator, and those with deliberate bugs in it. */
  readonly home: string;
  readonly bugHomes: BugHomes;
}

/** Runs a command line. @returns the exit code. */
export async function main(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print } = surroundings;
  try {
    return await run(parseCommand(args), surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    print(`${error.message}\n\n${HELP}`);
    return EXIT.usage;
  }
}

async function run(command: Command, surroundings: Surroundings): Promise<number> {
  switch (command.kind) {
    case 'help':
      surroundings.print(HELP);
      return EXIT.usage;
    case 'one':
      return await runOne(command, surroundings);
    case 'sweep':
      return await runMany([{ from: command.from, count: command.seeds }], command.workers, surroundings);
    case 'ci': {
      const code = await runMany(ciSeeds(commitId()), command.workers, surroundings);
      return code === EXIT.passed ? await compareRuns(surroundings) : code;
    }
    case 'bugs':
      return await bugTable(command, surroundings);
    default:
      return command satisfies never;
  }
}

async function runOne(
  { seed, keep, until, trace, shrink: isToShrink }: Extract<Command, { kind: 'one' }>,
  { print }: Surroundings,
): Promise<number> {
  const options = { ...(keep !== undefined && { keep }), ...(until !== undefined && { untilStep: until }) };
  if (isToShrink) return await tellFailure(seed, options, print);
  print(`seed    ${seed}    build ${build()}`);
  const hearers = trace ? [new Trace(print)] : [];
  const report = await runWorld(seed, { ...options, hearers });
  if (report.verdict === 'passed') {
    print(`world   ${describePlan(report.plan)}`);
    for (const line of describeSchedule(report.plan, keep)) print(`        ${line}`);
    print(`${until === undefined ? 'passed ' : 'so far '} ${report.steps} steps, ${report.simulatedMs.toFixed(0)} ms`);
    return EXIT.passed;
  }
  print(describeFailure(report, { command: COMMAND, build: build(), keep }));
  return EXIT[report.verdict];
}

async function runMany(
  ranges: readonly { readonly from: number; readonly count: number }[],
  workers: number,
  { print, home }: Surroundings,
): Promise<number> {
  const seeds = ranges.reduce((sum, { count }) => sum + count, 0);
  const named = ranges.map(({ from, count }) => `${from} to ${from + count - 1}`).join(' and ');
  print(`seeds   ${named}    build ${build()}    ${workers} workers`);
  const startMs = performance.now();
  let saidAtMs = startMs;
  let told = 0;
  const onProgress = (tally: Tally): boolean => {
    const nowMs = performance.now();
    // At once: a long run that is broken off has told them.
    for (const { seed, invariant } of tally.failures.slice(told)) print(`failed  seed ${seed} (${invariant})`);
    told = tally.failures.length;
    if (nowMs - saidAtMs >= PROGRESS_EVERY_MS) {
      saidAtMs = nowMs;
      print(progressLine(tally, seeds, nowMs - startMs));
    }
    return false;
  };
  const tally = await sweep({ ranges, workers, home, onProgress });
  print(summary(tally, performance.now() - startMs));
  return await conclude(tally, print);
}

/** Tells of what failed, the worst first, and says how the run is to end. */
export async function conclude(tally: Tally, print: (text: string) => void): Promise<number> {
  const { failures, worlds } = tally;
  const worst = (['safety', 'crash', 'liveness'] as const).find((verdict) =>
    failures.some((failure) => failure.verdict === verdict),
  );
  if (worst !== undefined) {
    const told = failures.filter(({ verdict }) => verdict === worst).slice(0, MOST_TOLD);
    for (const { seed } of told) await tellFailure(seed, {}, print);
    print(`failed seeds: ${failures.map(({ seed, invariant }) => `${seed} (${invariant})`).join(', ')}`);
    return EXIT[worst];
  }
  const never = neverHappened(tally);
  if (never.length === 0) return EXIT.passed;
  print(`IDLE    in ${worlds} worlds these never happened: ${never.join('; ')}`);
  return EXIT.idle;
}

/** Shrinks a failing seed and prints what is left of it. @returns its exit code. */
async function tellFailure(
  seed: number,
  options: { readonly keep?: readonly number[] },
  print: (text: string) => void,
): Promise<number> {
  const { keep, report, runs } = await shrink(seed, options);
  if (report.verdict === 'passed') {
    print(`seed ${seed} passes: there is nothing to shrink`);
    return EXIT.passed;
  }
  const { length } = report.plan.schedule;
  print(`\n${describeFailure(report, { command: COMMAND, build: build(), keep })}`);
  print(`shrunk  from ${length} faults to ${keep.length}, in ${runs} runs\n`);
  return EXIT[report.verdict satisfies WorldReport['verdict']];
}

/** The same seed is the same run: byte for byte. */
async function compareRuns({ print }: Surroundings): Promise<number> {
  for (let seed = 1; seed <= COMPARED_SEEDS; seed++) {
    const [one, other] = [await digestOf(seed), await digestOf(seed)];
    if (one.digest === other.digest) continue;
    print(`seed ${seed} ran in two ways: ${one.digest} and ${other.digest}`);
    return EXIT.crash;
  }
  print(`${COMPARED_SEEDS} seeds ran twice, byte for byte the same`);
  return EXIT.passed;
}

function build(): string {
  return commitId()?.slice(0, 7) ?? 'unknown';
}
