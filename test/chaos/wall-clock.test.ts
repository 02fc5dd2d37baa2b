// The wall clock that jumps under a running process, where libfaketime is or can be installed; where not, it says so.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { ensureFaketime } from '../../scripts/ensure-faketime.mjs';
import { WallClock } from './wall-clock.js';

/** Tells, for each line that it is sent, its wall clock and its monotonic one, in milliseconds. */
const TELLER = `require('node:readline').createInterface({ input: process.stdin }).on('line', () =>
  console.log(JSON.stringify([Date.now(), Number(process.hrtime.bigint() / 1000000n)])));`;

test('A process whose clock jumps an hour sees it at once, its monotonic clock being the machine’s; and back', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'graft-clock-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const found = ensureFaketime();
  const clock = new WallClock(join(directory, 'clock'), 'library' in found ? found.library : undefined);
  expect(clock.canStep, JSON.stringify(found)).toBe('library' in found);

  const child = spawn(process.execPath, ['-e', TELLER], { env: { ...process.env, ...clock.env } });
  onTestFinished(() => {
    child.kill();
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const offsets = async () => {
    child.stdin.write('\n');
    const { value } = await lines.next();
    const [wallMs = 0, monotonicMs = 0]: readonly number[] = JSON.parse(value ?? '[]');
    return {
      wall: (wallMs - Date.now()) / 1000,
      monotonic: monotonicMs / 1000 - Number(process.hrtime.bigint()) / 1e9,
    };
  };
  const expectOffset = async (seconds: number) => {
    const { wall, monotonic } = await offsets();
    expect(Math.abs(wall - seconds)).toBeLessThan(20);
    expect(Math.abs(monotonic)).toBeLessThan(20);
  };
  await expectOffset(0);
  const undo = clock.step(-3600);
  await expectOffset(clock.canStep ? -3600 : 0);
  undo();
  await expectOffset(0);
});
