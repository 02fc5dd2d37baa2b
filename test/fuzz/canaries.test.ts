// A fuzzer that finds nothing may be one that finds nothing: these have to be found, and found again.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/fuzz.mjs', import.meta.url));

/** Each is two processes that compile and search; on a busy machine they take their time. */
const LIMIT = { timeout: 180_000 };

describe('npm run fuzz finds', () => {
  test.each([
    ['canary-crash', 'TypeError: planted'],
    ['canary-late-crash', 'crashes: TypeError: planted'],
    ['canary-hang', 'hangs: no end after 5000 ms'],
    ['canary-growth', 'memory has grown by'],
  ])('%s, and its replay command finds it again', LIMIT, (name, text) => {
    const found = fuzz('--target', name, '--seed', '1', '--cases', '200000', '--hang', '5');
    expect(found.stdout).toContain(text);
    expect(found.status).toBe(1);
    const replay = /npm run fuzz -- (.*)/.exec(found.stdout)?.[1]?.split(' ') ?? [];
    const again = fuzz(...replay, '--hang', '5');
    // What has been growing all along does not grow as much in the few cases since it was last measured.
    if (name !== 'canary-growth') expect(again.stdout).toContain(text);
  });
});

test('an unknown target, and a number that is none, end with exit code 3', () => {
  for (const args of [['--target', 'nonsense'], ['--minutes', 'five'], ['--nonsense']]) {
    expect(fuzz(...args).status).toBe(3);
  }
});

function fuzz(...args: readonly string[]) {
  return spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
}
