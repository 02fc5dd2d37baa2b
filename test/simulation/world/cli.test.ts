/** The command line of the simulator: what it prints, how it ends, and how a failure is shrunk to what matters. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compiledSimulation } from '../../../scripts/simulate/compile.mjs';
import { BUGS } from '../bugs/bugs.js';
import type { main } from './cli.js';
import { EXIT } from './exit-codes.js';

interface Ended {
  readonly code: number;
  readonly output: string;
}

/** The command line of a build: the sound one, or one with a deliberate bug in it. */
async function simulate(args: string, home = sound): Promise<Ended> {
  const lines: string[] = [];
  const command: { readonly main: typeof main } = await import(`${home}/test/simulation/world/cli.js`);
  const code = await command.main(args.split(' ').filter(Boolean), {
    print: (text) => void lines.push(text),
    home,
    bugHomes: (bug) => compiledSimulation({ bug }),
  });
  return { code, output: lines.join('\n') };
}

const bug = BUGS.find(({ name }) => name === 'no wait after restart') ?? BUGS[0];
const sound = compiledSimulation();
let buggy = '';
let failing: number;

beforeAll(async () => {
  process.env['GRAFT_COMMIT'] = 'c0ffee12';
  if (bug === undefined) throw new Error('there is no bug to try');
  buggy = compiledSimulation({ bug });
  const { output } = await simulate(`--bug ${bug.by.className} --workers 2`);
  failing = Number(/\| (\d+) +\|[^|]*\|$/m.exec(output)?.[1]);
}, 300_000);

afterAll(() => {
  delete process.env['GRAFT_COMMIT'];
});

describe('of the sound library', () => {
  test('many seeds end with 0, and with what happened how often', { timeout: 120_000 }, async () => {
    const { code, output } = await simulate('--seeds 60 --workers 2');
    expect(output).toMatch(/^seeds {3}1 to 60 {4}build c0ffee1 {4}2 workers/);
    expect(output).toMatch(/60 worlds, .* worlds\/s, .* x real time\); 0 failed/);
    expect(output).toMatch(/\d+ {2}crash\n/);
    expect(output).toMatch(/\d+ {2}a pre-vote is refused\n/);
    expect(code).toBe(EXIT.passed);
  });

  test('one seed with --trace tells every event, the same each time; --until ends it', async () => {
    const [one, other] = [await simulate('--seed 3 --trace'), await simulate('--seed 3 --trace')];
    expect(one).toEqual(other);
    expect(one.code).toBe(EXIT.passed);
    expect(one.output).toMatch(/ {4}1 {6}0\.000 ms {2}n0 started\n/);
    expect(one.output).toMatch(/ n\d -> n\d heartbeat term \d+ round 1 heir \w+ delivered\n/);
    const short = await simulate('--seed 3 --trace --until 20');
    expect(short.output).toMatch(/so far {2}2\d steps/);
    expect(one.output).toContain(short.output.split('\n').slice(1, 15).join('\n'));
  });

  test('--keep leaves the other faults out', async () => {
    const { output } = await simulate('--seed 3 --keep 1,2 --trace');
    expect(output.match(/^ {8} {2}\d {2}/gm)).toHaveLength(2);
  });
});

describe('of a library with a deliberate bug', () => {
  test('a failing seed ends with 1, and tells what broke, in which world, and how to see it again', async () => {
    const { code, output } = await simulate(`--seed ${failing}`, buggy);
    expect(code).toBe(EXIT.safety);
    expect(output).toMatch(/^FAILED {2}.+ \(.+\) {3}step \d+, t = [\d.]+ ms\n {8}\S.*\nkind {4}safety\n/m);
    expect(output).toContain(`seed    ${failing}    build c0ffee1    prng sfc32    overrides none\n`);
    expect(output).toMatch(new RegExp(`^replay {2}npm run simulate -- --seed ${failing} --until \\d+ --trace$`, 'm'));
  });

  test('--shrink finds a schedule that is shorter and still fails: its replay command fails likewise', {
    timeout: 240_000,
  }, async () => {
    const { code, output } = await simulate(`--seed ${failing} --shrink`, buggy);
    expect(code).toBe(EXIT.safety);
    const [, from, to] = /shrunk {2}from (\d+) faults to (\d+)/.exec(output) ?? [];
    expect(Number(to)).toBeLessThan(Number(from));
    const [, replay = ''] = /^replay {2}npm run simulate -- (.*) --trace$/m.exec(output) ?? [];
    expect(replay).toContain(' --keep ');
    const replayed = await simulate(replay, buggy);
    expect(replayed.code).toBe(EXIT.safety);
    const headline = /^FAILED.*\n.*$/m;
    expect(headline.exec(replayed.output)?.[0]).toBe(headline.exec(output)?.[0]);
  });

  test('many seeds end with 1, and the first failures are shrunk and listed', { timeout: 240_000 }, async () => {
    const { code, output } = await simulate(`--from ${failing} --seeds 1 --workers 1`, buggy);
    expect(code).toBe(EXIT.safety);
    expect(output).toMatch(new RegExp(`^failed {2}seed ${failing} \\(`, 'm'));
    expect(output).toMatch(/^shrunk {2}from/m);
    expect(output).toContain(`failed seeds: ${failing} (`);
  });
});

describe('wrong use ends with 4, and says what is wrong', () => {
  test.each([
    ['--seeds ten', '--seeds is "ten": give a whole number from 1'],
    ['--seeds 0', '--seeds is "0"'],
    ['--trace', '--trace is about one seed: add --seed N'],
    ['--seed 3 --keep a,b', '--keep is "a,b"'],
    ['--frobnicate', "Unknown option '--frobnicate'"],
    ['--bug nonsense', '--bug is nonsense: one of'],
    ['', 'npm run simulate -- --seeds 10000'],
  ])('%s', async (args, complaint) => {
    const { code, output } = await simulate(args);
    expect(code).toBe(EXIT.usage);
    expect(output).toContain(complaint);
  });
});
