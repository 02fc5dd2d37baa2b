/** What was measured lately, in memory of a fixed size: compared with a list of everything. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_SPREAD } from '../../src/timings/measured.js';
import { SlidingHistogram } from '../../src/timings/sliding-histogram.js';

/** How much too great a quantile may be: one bucket. */
const BUCKET = 2 ** (1 / 8);

function histogramOf(values: readonly number[], windowMs = Number.POSITIVE_INFINITY): SlidingHistogram {
  const histogram = new SlidingHistogram(windowMs);
  for (const value of values) histogram.note(value, 0);
  return histogram;
}

describe('the spread of what was noted', () => {
  test('is nothing before the first value', () => {
    expect(new SlidingHistogram(1000).spread(5)).toEqual(NO_SPREAD);
  });

  test('has each quantile at the exact one or up to a tenth above it, never above the longest', () => {
    const times = fc.double({ min: 0.02, max: 600_000, noNaN: true });
    fc.assert(
      fc.property(fc.array(times, { minLength: 1, maxLength: 300 }), (values) => {
        const sorted = [...values].sort((one, other) => one - other);
        const { count, longestMs, ...quantiles } = histogramOf(values).spread(0);
        expect([count, longestMs]).toEqual([values.length, sorted.at(-1)]);
        const rankOf = { p50Ms: Math.ceil(count * 0.5), p99Ms: Math.ceil(count * 0.99), recurringMs: count - 2 };
        for (const [name, value] of Object.entries(quantiles) as [keyof typeof rankOf, number][]) {
          const exact = sorted[(name === 'recurringMs' && count < 3 ? count : rankOf[name]) - 1] ?? Number.NaN;
          expect(value).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
          expect(value).toBeLessThanOrEqual(Math.min(longestMs, exact * BUCKET * (1 + 1e-9)));
        }
      }),
    );
  });

  test('takes whatever a clock may say: nothing, next to nothing, an hour', () => {
    expect(histogramOf([0, 1e-9]).spread(0)).toMatchObject({ count: 2, p50Ms: 1e-9, longestMs: 1e-9 });
    expect(histogramOf([3_600_000]).spread(0)).toMatchObject({ count: 1, longestMs: 3_600_000 });
  });

  test('one accident is the longest and no habit; what came three times is one', () => {
    const calm = Array.from({ length: 1000 }, () => 1);
    expect(histogramOf([...calm, 900]).spread(0)).toMatchObject({ longestMs: 900, recurringMs: expect.closeTo(1, 0) });
    const { recurringMs } = histogramOf([...calm, 900, 850, 800]).spread(0);
    expect(recurringMs).toBeGreaterThanOrEqual(800);
    expect(recurringMs).toBeLessThanOrEqual(800 * BUCKET);
  });
});

describe('the window', () => {
  test('forgets a part at a time, between three quarters of it and the whole after a value', () => {
    for (let notedMs = 0; notedMs < 1000; notedMs += 50) {
      const histogram = new SlidingHistogram(1000);
      histogram.note(1, 0);
      histogram.note(7, notedMs);
      for (let nowMs = notedMs; nowMs < notedMs + 750; nowMs += 10) {
        expect(histogram.spread(nowMs).longestMs, `${notedMs} at ${nowMs}`).toBe(7);
      }
      expect(histogram.spread(notedMs + 1000).longestMs).not.toBe(7);
    }
  });

  test('after a long silence is empty at once', () => {
    const histogram = histogramOf([5], 1000);
    expect(histogram.spread(1e9)).toEqual(NO_SPREAD);
  });

  test('twin: without one, nothing is ever forgotten', () => {
    expect(histogramOf([5]).spread(1e12).count).toBe(1);
  });
});
