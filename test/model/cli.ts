import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Elector } from '../../src/core/elector.js';
import { BUGS, type Bug, bugNamed } from './bugs.js';
import { type Checked, check } from './check.js';
import { CI_CONFIGURATIONS, configurationNamed, LARGE_CONFIGURATIONS } from './configurations.js';
import { exploreAll } from './jobs.js';
import type { MakeElector } from './opened-elector.js';
import { confirms, replay } from './replay.js';
import { grouped, table } from './report.js';
import type { Story } from './story.js';

const HELP = `npm run model -- --ci                  every small configuration, to the end
npm run model -- --config NAME         one of them; may be repeated; see --list
npm run model -- --bugs                the deliberate bugs: each must be found
npm run model -- --bug NAME            one of them, with the run that shows it
npm run model -- --replay FILE         a story that was printed, step by step
npm run model -- --list                the configurations

--states N    give up after so many distinct states
--jobs N      configurations explored at once; by default 2, or 1 on one core

Exit codes: 0 all holds, 1 an invariant is broken, a bug was missed or a configuration is idle, 2 not explored to the end, 3 wrong use.`;

/** Each takes a core, and up to a few gigabytes. */
const MOST_JOBS = 2;

const FLAGS = {
  ci: { type: 'boolean' },
  config: { type: 'string', multiple: true },
  jobs: { type: 'string' },
  bug: { type: 'string' },
  bugs: { type: 'boolean' },
  replay: { type: 'string' },
  list: { type: 'boolean' },
  states: { type: 'string' },
} as const;

/** Runs the command line. @returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  if (values.list) return list();
  if (values.bugs) return findBugs(BUGS);
  if (values.bug !== undefined) return findBugs([bugNamed(values.bug)], { told: true });
  if (values.replay !== undefined) return tellAgain(values.replay);
  const names = values.config ?? (values.ci ? CI_CONFIGURATIONS.map(({ name }) => name) : []);
  if (names.length === 0) {
    console.log(HELP);
    return 3;
  }
  const mostStates = values.states === undefined ? undefined : Number(values.states);
  const jobs = names.map((name) => ({ name: configurationNamed(name).name, mostStates }));
  const began = performance.now();
  const all = await exploreAll(jobs, Number(values.jobs ?? Math.min(MOST_JOBS, availableParallelism())));
  console.log(`${table(COUNTED, all.map(countsOf))}\n\n${table(REACHED, all.map(reachedOf))}\n`);
  for (const { story } of all) if (story !== undefined) report(story);
  const states = sum(all.map((one) => one.states));
  const seconds = (performance.now() - began) / 1000;
  console.log(`${grouped(states)} distinct states in ${seconds.toFixed(0)} s`);
  if (all.some(({ story, unreached }) => story !== undefined || unreached.length > 0)) return 1;
  return all.every(({ complete }) => complete) ? 0 : 2;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function list(): number {
  const rows = [...CI_CONFIGURATIONS, ...LARGE_CONFIGURATIONS].map(({ name, purpose }) => [name, purpose]);
  console.log(table(['configuration', 'what for'], rows));
  return 0;
}

const COUNTED = [
  ...['configuration', 'distinct states', 'transitions', 'depth', 'cut off', 'machines', 'handle() calls'],
  ...['s', 'states/s', 'MB', 'result'],
];

function countsOf(checked: Checked): string[] {
  const { states, transitions, depth, cutOff, machines, handled, seconds, storeBytes } = checked;
  const counts = [states, transitions, depth, cutOff, machines, handled].map(grouped);
  const rates = [seconds.toFixed(1), grouped(states / seconds), grouped(storeBytes / 1e6)];
  return [checked.configuration.name, ...counts, ...rates, resultOf(checked)];
}

function resultOf({ story, unreached, complete }: Checked): string {
  if (story !== undefined) return story.harm === 'broken' ? 'BROKEN' : 'STUCK';
  if (!complete) return 'not to the end';
  return unreached.length > 0 ? `IDLE: never ${unreached.join(', ')}` : 'holds';
}

const REACHED = [
  ...['configuration', 'elected', 'lease', "lease after another's", 'after a restart', 'after a transfer'],
  ...['after a failed write', 'a leader reachable', 'bound decides', 'stuck'],
];

/** In how many states there was what. */
function reachedOf({ configuration, reached, reachability }: Checked): string[] {
  const { elected, lease, succession, afterRestart, afterTransfer, afterFailedWrite } = reached;
  const { terms, restarts, transfers, failedWrites } = configuration.bounds;
  return [
    configuration.name,
    grouped(elected),
    grouped(lease),
    terms > 1 ? grouped(succession) : '',
    restarts > 0 ? grouped(afterRestart) : '',
    transfers > 0 ? grouped(afterTransfer) : '',
    failedWrites > 0 ? grouped(afterFailedWrite) : '',
    ...(reachability === undefined
      ? ['', '', '']
      : [reachability.reaching, reachability.undecided, reachability.stuck].map(grouped)),
  ];
}

const FOUND = ['deliberate bug', 'rule', 'configuration', 'what it breaks', 'steps', 'states until found', 's'];

/** @param told also prints the run that shows each. */
function findBugs(bugs: readonly Bug[], { told = false } = {}): number {
  const rows: string[][] = [];
  let code = 0;
  for (const { name, rule, make, configuration } of bugs) {
    const { story, states, seconds } = check(configurationNamed(configuration), { make });
    const isFound = story !== undefined && confirms(story, configurationNamed(configuration), make);
    if (!isFound) code = 1;
    if (told && story !== undefined) report({ ...story, bug: name });
    const harm = isFound ? (story.violation.split(':')[0] ?? '') : 'MISSED';
    const steps = story === undefined ? '' : String(story.steps.length);
    rows.push([name, String(rule), configuration, harm, steps, grouped(states), seconds.toFixed(1)]);
  }
  console.log(table(FOUND, rows));
  return code;
}

function report(story: Story): void {
  console.log(`FAILED  ${story.violation}\nconfiguration  ${story.configuration}\n`);
  console.log(replay(story, configurationNamed(story.configuration), makeOf(story)).lines.join('\n'));
  console.log(`\nreplay  npm run model -- --replay FILE, with this in the file:\n${JSON.stringify(story)}\n`);
}

function tellAgain(file: string): number {
  const story: Story = JSON.parse(readFileSync(file, 'utf8'));
  const configuration = configurationNamed(story.configuration);
  console.log(replay(story, configuration, makeOf(story)).lines.join('\n'));
  if (!confirms(story, configuration, makeOf(story))) return 0;
  if (story.harm === 'stuck') console.log(story.violation);
  return 1;
}

function makeOf({ bug }: Story): MakeElector {
  return bug === undefined ? (start) => new Elector(start) : bugNamed(bug).make;
}
