// A program does not outlive its lease: the decision, and when it is taken (docs/cli.md, what it promises).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fateOf } from '../../src/cli/run/fate.js';
import { type LeaseEnd, leaseEndFrom } from '../../src/cli/run/lease-end.js';
import { Watchdog } from '../../src/cli/run/watchdog.js';
import { leaseLeftMs } from '../../src/core/lease.js';

const margins = { warnMs: 180, killMs: 90 };
const at = (ms: number): LeaseEnd => ({ monotonicMs: ms, wallMs: 1e12 + ms });

/** A watchdog over a lease that ends at 450, with clocks that are moved by hand. */
function watched(graceMs = 1_000) {
  const done: string[] = [];
  let now = at(0);
  const watchdog = new Watchdog({
    ...{ margins, graceMs, leaseEnd: at(450), now: () => now },
    terminate: () => void done.push(`terminated at ${now.monotonicMs}`),
    kill: () => void done.push(`killed at ${now.monotonicMs}`),
  });
  // Looked at by hand.
  watchdog.stop();
  const go = (instant: LeaseEnd): void => {
    now = instant;
    watchdog.look();
  };
  return { watchdog, done, go };
}

describe('a program under a lease', () => {
  test('that is not prolonged is told to end, once, and killed before the lease ends', () => {
    const { done, go } = watched();
    for (const ms of [0, 100, 269, 270, 300, 359, 360]) go(at(ms));
    expect(done).toEqual(['terminated at 270', 'killed at 360']);
  });

  test('that is prolonged goes on', () => {
    const { watchdog, done, go } = watched();
    for (let ms = 0; ms < 5_000; ms += 100) {
      watchdog.prolong(at(ms + 450));
      go(at(ms));
    }
    expect(done).toEqual([]);
  });

  test('is not saved by an older end that arrives late', () => {
    const { watchdog, done, go } = watched();
    watchdog.prolong(at(200));
    go(at(100));
    expect(done).toEqual([]);
    go(at(360));
    expect(done).toContain('killed at 360');
  });

  test('that was told to end is not told to go on: it has its grace, and no more than the lease', () => {
    const { watchdog, done, go } = watched(500);
    watchdog.terminate();
    for (let ms = 0; ms <= 600; ms += 50) {
      watchdog.prolong(at(ms + 450));
      go(at(ms));
      if (done.length > 1) break;
    }
    expect(done).toEqual(['terminated at 0', 'killed at 500']);
  });

  test('of a machine that was suspended is killed at the first look: wall time went on, the monotonic clock did not', () => {
    const { done, go } = watched();
    go({ monotonicMs: 20, wallMs: 1e12 + 3_600_000 });
    expect(done).toContain('killed at 20');
  });

  test('twin: by the monotonic clock alone it would go on', () => {
    const leaseEnd = at(450);
    const now = { monotonicMs: 20, wallMs: 1e12 + 3_600_000 };
    expect(fateOf({ leaseEnd, margins, endByMs: Number.POSITIVE_INFINITY }, now)).toBe('kill');
    expect(fateOf({ leaseEnd, margins, endByMs: Number.POSITIVE_INFINITY }, { ...now, wallMs: 1e12 + 20 })).toBe(
      'live',
    );
  });

  test('never lives within killMs of the end of its lease, by either clock', () => {
    const clock = fc.integer({ min: 0, max: 2_000 });
    fc.assert(
      fc.property(clock, clock, clock, clock, (endMs, endWallMs, nowMs, nowWallMs) => {
        const sentence = {
          leaseEnd: { monotonicMs: endMs, wallMs: endWallMs },
          margins,
          endByMs: Number.POSITIVE_INFINITY,
        };
        const fate = fateOf(sentence, { monotonicMs: nowMs, wallMs: nowWallMs });
        const leftMs = Math.min(endMs - nowMs, endWallMs - nowWallMs);
        expect(fate === 'kill').toBe(leftMs <= 90);
        expect(fate === 'live').toBe(leftMs > 180);
      }),
    );
  });
});

describe('a machine was suspended for less than its lease, and then the guard is fed with what is left', () => {
  const lease = { endMs: 450, endWallMs: 1e12 + 450 };
  /** The monotonic clock stood still at 50 for 300 ms. */
  const awake: LeaseEnd = { monotonicMs: 50, wallMs: 1e12 + 350 };
  /** As `leaseEndFrom` has it. One that comes a moment later on is taken for news. */
  const fed = (leftMs: number): LeaseEnd => ({ monotonicMs: 50.01 + leftMs, wallMs: awake.wallMs + leftMs });

  test('the program is killed before the lease ends by wall time', () => {
    const { watchdog, done, go } = watched();
    watchdog.prolong(fed(leaseLeftMs(lease, { nowMs: awake.monotonicMs, wallMs: awake.wallMs })));
    go({ monotonicMs: 60, wallMs: awake.wallMs + 10 });
    expect(done).toEqual(['killed at 60']);
  });

  test('twin: with what is left by the monotonic clock alone it would outlive it by 200 ms and more', () => {
    const { watchdog, done, go } = watched();
    watchdog.prolong(fed(lease.endMs - awake.monotonicMs));
    go({ monotonicMs: 260, wallMs: awake.wallMs + 210 });
    expect(done).toEqual([]);
  });
});

test('the end of a lease is early, never late, when the process stands still while it is read', () => {
  const before = Number(process.hrtime.bigint()) / 1e6;
  let readAtMs = 0;
  const end = leaseEndFrom(() => {
    const until = performance.now() + 30;
    while (performance.now() < until);
    readAtMs = Number(process.hrtime.bigint()) / 1e6;
    return 450;
  });
  expect(end.monotonicMs).toBeGreaterThanOrEqual(before + 450);
  expect(end.monotonicMs).toBeLessThanOrEqual(readAtMs + 450 - 29);
});
