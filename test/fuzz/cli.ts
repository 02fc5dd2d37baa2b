import { parseArgs } from 'node:util';
import type { Fuzzed, Plan } from './fuzzer.js';
import { TARGETS, targetNamed } from './targets.js';
import { watch } from './watch.js';

const HELP = `npm run fuzz -- --minutes 5             every target, for so long together
npm run fuzz -- --target codec          one of: ${TARGETS.map(({ name }) => name).join(', ')}

--minutes N   default 1; a fraction is fine
--cases N     ends after so many cases of each target, whatever the time
--seed N      default: drawn, and printed
--from N      begins with this case
--hang N      seconds after which a case hangs; default 60

Exit codes: 0 nothing was found, 1 something was, 3 wrong use.`;

const FLAGS = {
  minutes: { type: 'string' },
  target: { type: 'string' },
  cases: { type: 'string' },
  seed: { type: 'string' },
  from: { type: 'string' },
  hang: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** What the command line needs of the machine. */
export interface Machine {
  readonly fixtures: string;
  /** Starts a nats-server. */
  readonly startServer: () => Promise<{ readonly url: string; readonly stop: () => Promise<void> }>;
}

/** Runs the command line. @returns the exit code. */
export async function main(args: readonly string[], { fixtures, startServer }: Machine): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const targets = values.target === undefined ? TARGETS : [targetNamed(values.target)];
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : numberOf('seed', values.seed);
  const cases = values.cases === undefined ? {} : { cases: numberOf('cases', values.cases) };
  const minutes = values.minutes === undefined ? undefined : numberOf('minutes', values.minutes);
  const isTimed = minutes !== undefined || values.cases === undefined;
  const time = isTimed ? { forMs: ((minutes ?? 1) * 60_000) / targets.length } : {};
  const plan: Plan = { seed, from: numberOf('from', values.from ?? '0'), ...cases, ...time };

  const hangMs = numberOf('hang', values.hang ?? '60') * 1_000;

  console.log(`seed ${seed}`);
  const server = targets.some(({ needsServer }) => needsServer) ? await startServer() : undefined;
  let code = 0;
  try {
    for (const target of targets) {
      const surroundings = { fixtures, natsUrl: server?.url ?? '' };
      const fuzzed = await watch({ target: target.name, surroundings, plan, hangMs });
      report(target.name, seed, fuzzed);
      if (fuzzed.finding !== undefined) code = 1;
    }
  } finally {
    await server?.stop();
  }
  return code;
}

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text !== '' && number >= 0) return number;
  throw new Error(`--${flag} is ${JSON.stringify(text)}: give a number from 0`);
}

function report(name: string, seed: number, { cases, seconds, outcomes, growthBytes, finding }: Fuzzed): void {
  const rate = Math.round(cases / seconds);
  console.log(
    `${name}: ${cases} cases in ${seconds.toFixed(1)} s (${rate}/s), memory +${(growthBytes / 1e6).toFixed(1)} MB`,
  );
  const seen = Object.entries(outcomes).sort(([, a], [, b]) => b - a);
  for (const [outcome, count] of seen) console.log(`  ${String(count).padStart(9)}  ${outcome}`);
  if (finding === undefined) return;
  const { from, to, text } = finding;
  console.log(`FOUND   ${name}, case ${to}: ${text}`);
  console.log(`replay  npm run fuzz -- --target ${name} --seed ${seed} --from ${from} --cases ${to - from + 1}`);
}
