/** A run that was idle where it matters fails: --ci for what is common, a long one for the rest too. */
import { describe, expect, test } from 'vitest';
import { allSometimes } from '../../../src/testing/index.js';
import { conclude } from './cli.js';
import { EXIT } from './exit-codes.js';
import { ciSeeds } from './seeds.js';
import { EMPTY_TALLY } from './tally.js';

const NAMES = allSometimes().map(({ name }) => name);
const RARE = 'a vote is given again after a restart';
const COMMON = 'a lease is ended by wall time';

/** How a run of so many worlds ends in which all but `missing` happened, and what it prints. */
async function ended(worlds: number, ...missing: readonly string[]): Promise<{ code: number; output: string }> {
  const happened = Object.fromEntries(NAMES.map((name) => [name, missing.includes(name) ? 0 : 1]));
  const lines: string[] = [];
  const code = await conclude({ ...EMPTY_TALLY, worlds, happened }, (text) => void lines.push(text));
  return { code, output: lines.join('\n') };
}

const [fixed] = ciSeeds(undefined);
const ofCi = fixed?.count ?? 0;

describe('what has to happen sometimes', () => {
  test('is there by its name, the rare and the common one', () => {
    expect(NAMES).toEqual(expect.arrayContaining([RARE, COMMON]));
  });

  test.each(NAMES.filter((name) => name !== RARE && name !== 'a newer term deposes a leader'))(
    'fails the fixed seeds of --ci when it never did: %s',
    async (name) => {
      const { code, output } = await ended(ofCi, name);
      expect(code).toBe(EXIT.idle);
      expect(output).toBe(`IDLE    in 1500 worlds these never happened: ${name}`);
    },
  );

  test('and is too rare for --ci, fails a long run alone', async () => {
    expect(await ended(9_999, RARE)).toEqual({ code: EXIT.passed, output: '' });
    expect((await ended(10_000, RARE)).code).toBe(EXIT.idle);
  });

  test('is not asked of a few worlds, and a run that has seen all of it passes', async () => {
    expect((await ended(ofCi - 1, COMMON)).code).toBe(EXIT.passed);
    expect((await ended(ofCi)).code).toBe(EXIT.passed);
    expect((await ended(1_000_000)).code).toBe(EXIT.passed);
  });
});
