import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../scripts/bench.mjs', import.meta.url));

interface Run {
  readonly code: number;
  readonly said: string;
}

async function bench(...args: readonly string[]): Promise<Run> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: 240_000 });
    return { code: 0, said: stdout + stderr };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), said: `${error.stdout}${error.stderr}` };
  }
}

const names = (await bench('--list')).said.split('\n').flatMap((line) => /^\S+/.exec(line)?.[0] ?? []);
const folder = await mkdtemp(join(tmpdir(), 'graft-bench-test-'));
afterAll(() => rm(folder, { recursive: true }));

describe('npm run bench', () => {
  // All in one run: the library is compiled once.
  const all = bench('--tiny', '--json', join(folder, 'all.json'));

  test('runs all benchmarks, as little as it can, with none failing', async () => {
    expect(await all).toMatchObject({ code: 0, said: expect.stringContaining(' 0 benchmarks failed') });
  }, 240_000);

  test.each(names)('%s prints and writes figures that are numbers', async (name) => {
    const { said } = await all;
    const { machine, results } = JSON.parse(await readFile(join(folder, 'all.json'), 'utf8'));
    expect(machine.node).toBe(process.version);
    expect(results[name].rows.length).toBeGreaterThan(0);
    for (const { figure, value } of results[name].rows) {
      expect(Number.isFinite(value), `${figure}: ${value}`).toBe(true);
      expect(said).toContain(figure);
    }
  });

  test('refuses a benchmark that there is not, and an option that there is not', async () => {
    expect(await bench('no-such')).toMatchObject({ code: 2, said: expect.stringContaining('no benchmark no-such') });
    expect(await bench('--no-such')).toMatchObject({ code: 2, said: expect.stringContaining('--no-such') });
    expect(await bench('--seed', 'x')).toMatchObject({ code: 2, said: expect.stringContaining('--seed is x') });
  });

  test('says which aims are met, and compares with an earlier run', async () => {
    await all;
    const compared = ['--compare', join(folder, 'all.json'), '--json', join(folder, 'next.json')];
    expect((await bench('durable-vote', '--tiny', ...compared)).said).toMatch(/p50 .* (met|MISSED) .*, ratio \d/);
  });
});
