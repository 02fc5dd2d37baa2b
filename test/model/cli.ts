import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Elector } from '../../src/core/elector.js';
import { BUGS } from './bugs.js';
import { type Checked, check } from './check.js';
import { CI_CONFIGURATIONS, configurationNamed, LARGE_CONFIGURATIONS } from './configurations.js';
import type { Found } from './explorer.js';
import { replay } from './replay.js';
import { grouped, table } from './report.js';
import type { Story } from './story.js';

const HELP = `npm run model -- --ci                  every small configuration, to the end
npm run model -- --config NAME         one of them; see --list
npm run model -- --bugs                the deliberate bugs: each must be found
npm run model -- --replay FILE         a story that was printed, step by step
npm run model -- --list                the configurations

--states N    give up after so many distinct states

Exit codes: 0 all holds, 1 an invariant is broken or a bug was missed, 2 not explored to the end, 3 wrong use.`;

const PROGRESS_EVERY_MS = 10_000;

const FLAGS = {
  ci: { type: 'boolean' },
  config: { type: 'string' },
  bugs: { type: 'boolean' },
  replay: { type: 'string' },
  list: { type: 'boolean' },
  states: { type: 'string' },
} as const;

/** Runs the command line. @returns the exit code. */
export function main(args: readonly string[]): number {
  const { values } = parseArgs({ args: [...args], options: FLAGS });
  const mostStates = values.states === undefined ? {} : { mostStates: Number(values.states) };
  if (values.list) return list();
  if (values.bugs) return findBugs();
  if (values.replay !== undefined) return tellAgain(values.replay);
  if (values.config !== undefined) return checkAll([configurationNamed(values.config)], mostStates);
  if (values.ci) return checkAll(CI_CONFIGURATIONS, mostStates);
  console.log(HELP);
  return 3;
}

function list(): number {
  const rows = [...CI_CONFIGURATIONS, ...LARGE_CONFIGURATIONS].map(({ name, purpose }) => [name, purpose]);
  console.log(table(['configuration', 'what for'], rows));
  return 0;
}

function checkAll(
  configurations: readonly Parameters<typeof check>[0][],
  options: { readonly mostStates?: number },
): number {
  const rows: string[][] = [];
  let code = 0;
  for (const configuration of configurations) {
    const checked = check(configuration, { ...options, onProgress: progressOf(configuration.name) });
    rows.push(rowOf(checked));
    if (checked.story !== undefined) {
      report(checked.story, (start) => new Elector(start));
      code = 1;
    } else if (!checked.complete && code === 0) code = 2;
  }
  const head = ['configuration', 'distinct states', 'transitions', 'depth', 'cut off', 'machines', 'handle() calls'];
  console.log(table([...head, 'CPU s', 'states/s', 'MB', 'result'], rows));
  return code;
}

function rowOf(checked: Checked): string[] {
  const { states, transitions, depth, cutOff, machines, handled, cpuSeconds, storeBytes } = checked;
  const counts = [states, transitions, depth, cutOff, machines, handled].map(grouped);
  const result = checked.story !== undefined ? 'BROKEN' : checked.complete ? 'holds' : 'not to the end';
  return [
    checked.configuration.name,
    ...counts,
    cpuSeconds.toFixed(1),
    grouped(states / cpuSeconds),
    grouped(storeBytes / 1e6),
    result,
  ];
}

function progressOf(name: string): (found: Found) => void {
  let saidAtMs = performance.now();
  return ({ states, explored, depth }) => {
    if (performance.now() - saidAtMs < PROGRESS_EVERY_MS) return;
    saidAtMs = performance.now();
    console.error(`${name}: ${grouped(states)} states, ${grouped(explored)} explored, depth ${depth}`);
  };
}

function findBugs(): number {
  const rows: string[][] = [];
  let code = 0;
  for (const { name, rule, make, configuration } of BUGS) {
    const { story, states, cpuSeconds } = check(configurationNamed(configuration), { make });
    const again = story && replay(story, configurationNamed(configuration), make).violation;
    const isFound = story !== undefined && again === story.violation;
    if (!isFound) code = 1;
    const harm = isFound ? (story.violation.split(':')[0] ?? '') : 'MISSED';
    const steps = story === undefined ? '' : String(story.steps.length);
    rows.push([name, String(rule), configuration, harm, steps, grouped(states), cpuSeconds.toFixed(1)]);
  }
  console.log(
    table(['deliberate bug', 'rule', 'configuration', 'what it breaks', 'steps', 'states until found', 'CPU s'], rows),
  );
  return code;
}

function report(story: Story, make: Parameters<typeof replay>[2]): void {
  const { lines } = replay(story, configurationNamed(story.configuration), make);
  console.log(`FAILED  ${story.violation}\nconfiguration  ${story.configuration}\n`);
  console.log(lines.join('\n'));
  console.log(`\nreplay  npm run model -- --replay FILE, with this in the file:\n${JSON.stringify(story)}\n`);
}

function tellAgain(file: string): number {
  const story: Story = JSON.parse(readFileSync(file, 'utf8'));
  const { lines, violation } = replay(story, configurationNamed(story.configuration), (start) => new Elector(start));
  console.log(lines.join('\n'));
  return violation === undefined ? 0 : 1;
}
