// Nothing that arrives can crash, hang or grow a node (DESIGN section 3): a short run of what `npm run fuzz` does for long.
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codecTarget } from './codec-target.js';
import { fuzz } from './fuzzer.js';
import { logTarget } from './log-target.js';
import { Source } from './source.js';

const SURROUNDINGS = { fixtures: fileURLToPath(new URL('../fixtures/go-graft', import.meta.url)), natsUrl: '' };

test('whatever the bytes, a decoder reads a message that it would read again, or says MALFORMED_MESSAGE', async () => {
  const { finding, outcomes } = await fuzz(codecTarget, SURROUNDINGS, { seed: 1, cases: 2_000 });
  expect(finding).toBeUndefined();
  expect(Object.keys(outcomes).sort()).toEqual(['MALFORMED_MESSAGE', 'taken']);
});

test('whatever the file, a log reads a state that it would read again, or refuses with a code and leaves it be', async () => {
  const { finding, outcomes } = await fuzz(logTarget, SURROUNDINGS, { seed: 1, cases: 2_000 });
  expect(finding).toBeUndefined();
  expect(Object.keys(outcomes).sort()).toEqual(['LOG_CORRUPT', 'LOG_TERM_TOO_LARGE', 'taken']);
});

describe('a case', () => {
  const drawn = (seed: number, caseNumber: number) =>
    Buffer.from(new Source(seed, caseNumber).bytes(32)).toString('hex');

  test('is the same for the same seed and number, and another for any other', () => {
    expect(drawn(5, 9)).toBe(drawn(5, 9));
    expect(new Set([drawn(5, 9), drawn(5, 10), drawn(6, 9), drawn(6, 10)]).size).toBe(4);
  });

  test('keeps its meaning from release to release', () => {
    expect(drawn(1, 0)).toMatchInlineSnapshot(`"f06d8a58516345d9aaa9633401c892194907ac6c021f66c2010639325acee907"`);
  });
});
