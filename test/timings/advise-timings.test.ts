/** Which timings suit what was measured: rule 8's lease, and the order of magnitude of diss. 3.9. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaseDurationMs } from '../../src/core/lease.js';
import { DEFAULT_TIMINGS, parseTimings, type Timings } from '../../src/core/options.js';
import { adviseTimings, ENOUGH_ROUND_TRIPS, judgeTimings, timingsSetting } from '../../src/timings/advise-timings.js';
import { type Measured, NO_SPREAD, NOTHING_MEASURED, type Spread, worstOf } from '../../src/timings/measured.js';

const DEFAULTS = parseTimings({});

function steady(ms: number, count = 1000): Spread {
  return { count, p50Ms: ms, p99Ms: ms, recurringMs: ms, longestMs: ms };
}

interface Costs {
  readonly roundTripMs: number;
  readonly stallMs?: number;
  readonly writeMs?: number;
}

function measured({ roundTripMs, stallMs = 0, writeMs = 0 }: Costs): Measured {
  return { roundTrip: steady(roundTripMs), eventLoopDelay: steady(stallMs), persist: steady(writeMs, 3) };
}

const verdictOf = (costs: Costs, timings: Partial<Timings> = {}) =>
  adviseTimings(measured(costs), parseTimings(timings)).verdict;

describe('the verdict on', () => {
  test.each<[what: string, costs: Costs, timings: Partial<Timings>, verdict: string]>([
    ['the defaults on a LAN', { roundTripMs: 0.5, stallMs: 20, writeMs: 5 }, {}, 'fits'],
    ['the defaults on loopback that does nothing', { roundTripMs: 0.05 }, {}, 'fits'],
    ['the defaults within a continent', { roundTripMs: 60, stallMs: 20, writeMs: 10 }, {}, 'fits'],
    ['the defaults across an ocean', { roundTripMs: 180, stallMs: 20 }, {}, 'tooTight'],
    ['the defaults where 260 ms of stall recur', { roundTripMs: 1, stallMs: 260 }, {}, 'tooTight'],
    ['the defaults where a write takes 300 ms', { roundTripMs: 1, writeMs: 300 }, {}, 'tooTight'],
    [
      'ten times the default on a LAN',
      { roundTripMs: 0.5 },
      { electionTimeoutMinMs: 5000, electionTimeoutMaxMs: 10_000 },
      'fits',
    ],
    [
      'fifteen seconds on a LAN',
      { roundTripMs: 0.5 },
      { electionTimeoutMinMs: 15_000, electionTimeoutMaxMs: 30_000 },
      'needlesslySlack',
    ],
    [
      'fifteen seconds to the moon',
      { roundTripMs: 2600 },
      { electionTimeoutMinMs: 15_000, electionTimeoutMaxMs: 30_000 },
      'fits',
    ],
  ])('%s', (_what, costs, timings, verdict) => {
    expect(verdictOf(costs, timings)).toBe(verdict);
  });

  test('the defaults is never slack, whatever was measured', () => {
    fc.assert(fc.property(anyCosts(), (costs) => void expect(verdictOf(costs)).not.toBe('needlesslySlack')));
  });

  test('a lease: one lost heartbeat, a round trip and a stall within it fit to the millisecond, and no further', () => {
    const leaseMs = leaseDurationMs(500, 0.05);
    const stallMs = leaseMs - 2 * 100 - 20;
    expect(verdictOf({ roundTripMs: 20, stallMs: stallMs - 0.01 })).toBe('fits');
    expect(verdictOf({ roundTripMs: 20, stallMs: stallMs + 0.01 })).toBe('tooTight');
  });

  test('an election: three round trips and two writes within electionTimeoutMinMs fit, and no further', () => {
    expect(verdictOf({ roundTripMs: 20, writeMs: 220 })).toBe('fits');
    expect(verdictOf({ roundTripMs: 20, writeMs: 220.01 })).toBe('tooTight');
  });

  test('writes goes by the ones that recur: one bad moment of a disk is not held against the timings for ever', () => {
    const accident = { ...measured({ roundTripMs: 1 }), persist: { ...steady(4, 30), longestMs: 900 } };
    expect(adviseTimings(accident, DEFAULTS).verdict).toBe('fits');
    // Twin: while there were no others, it is all that is known.
    const first = { ...accident, persist: { ...steady(4, 2), recurringMs: 900, longestMs: 900 } };
    expect(adviseTimings(first, DEFAULTS).verdict).toBe('tooTight');
  });

  test('few samples is that they are few, with how many there have to be, and nothing is recommended', () => {
    const few = { ...measured({ roundTripMs: 1 }), roundTrip: steady(1, ENOUGH_ROUND_TRIPS - 1) };
    expect(adviseTimings(few, DEFAULTS)).toMatchObject({ verdict: 'notEnoughSamples', recommended: undefined });
    expect(adviseTimings(few, DEFAULTS).reasons[0]?.text).toContain('199 round trips');
    expect(adviseTimings(NOTHING_MEASURED, DEFAULTS).verdict).toBe('notEnoughSamples');
  });

  test('few samples is tooTight all the same where half of them are too long: leaders of a moment measure no more', () => {
    const hopeless = { ...measured({ roundTripMs: 1 }), roundTrip: steady(440, 5) };
    expect(adviseTimings(hopeless, DEFAULTS).verdict).toBe('tooTight');
    // Twin: one that took long among a few that did not is an accident.
    const accident = { ...hopeless, roundTrip: { ...steady(440, 5), p50Ms: 1 } };
    expect(adviseTimings(accident, DEFAULTS).verdict).toBe('notEnoughSamples');
  });
});

test('the judgement without reasons is the one with them, however little was measured', () => {
  fc.assert(
    fc.property(anyCosts(), fc.nat({ max: 2 * ENOUGH_ROUND_TRIPS }), (costs, count) => {
      const few = { ...measured(costs), roundTrip: steady(costs.roundTripMs, count) };
      const { reasons, ...judgement } = adviseTimings(few, DEFAULTS);
      expect(judgeTimings(few, DEFAULTS)).toEqual(judgement);
      expect(reasons.length).toBe(judgement.recommended === undefined ? 1 : 5);
    }),
  );
});

const anyDrift = fc.double({ min: 0, max: 0.25, noNaN: true });
function anyCosts(longestMs = 10_000) {
  const time = fc.double({ min: 0, max: longestMs, noNaN: true });
  return fc.record({ roundTripMs: time, stallMs: time, writeMs: time });
}

function recommendedFor(costs: Costs, maxClockDrift = DEFAULT_TIMINGS.maxClockDrift) {
  const { recommended } = adviseTimings(measured(costs), parseTimings({ maxClockDrift }));
  if (recommended === undefined) throw new Error('nothing is recommended');
  return { ...recommended, maxClockDrift };
}

describe('the recommended timings', () => {
  test('are accepted by Node.start, whatever was measured and whatever the drift', () => {
    fc.assert(fc.property(anyCosts(1e9), anyDrift, (costs, drift) => void parseTimings(recommendedFor(costs, drift))));
  });

  test('fit what they were recommended for, and are what would be recommended again', () => {
    fc.assert(
      fc.property(anyCosts(), anyDrift, (costs, drift) => {
        const recommended = recommendedFor(costs, drift);
        const again = adviseTimings(measured(costs), parseTimings(recommended));
        expect(again.verdict).toBe('fits');
        expect({ ...again.recommended, maxClockDrift: drift }).toEqual(recommended);
      }),
    );
  });

  test('have room for two heartbeats lost in a row, and for an order of magnitude', () => {
    fc.assert(
      fc.property(anyCosts(), anyDrift, (costs, drift) => {
        const { electionTimeoutMinMs, heartbeatIntervalMs } = recommendedFor(costs, drift);
        const leaseMs = leaseDurationMs(electionTimeoutMinMs, drift);
        expect(3 * heartbeatIntervalMs + costs.roundTripMs + costs.stallMs).toBeLessThanOrEqual(leaseMs);
        expect(10 * costs.roundTripMs).toBeLessThanOrEqual(electionTimeoutMinMs);
      }),
    );
  });

  test('never become shorter when a round trip, a stall or a write becomes longer', () => {
    fc.assert(
      fc.property(anyCosts(), anyCosts(), anyDrift, (costs, more, drift) => {
        const worse = {
          roundTripMs: costs.roundTripMs + more.roundTripMs,
          stallMs: costs.stallMs + more.stallMs,
          writeMs: costs.writeMs + more.writeMs,
        };
        const [before, after] = [recommendedFor(costs, drift), recommendedFor(worse, drift)];
        expect(after.electionTimeoutMinMs).toBeGreaterThanOrEqual(before.electionTimeoutMinMs);
        expect(after.electionTimeoutMaxMs).toBeGreaterThanOrEqual(before.electionTimeoutMaxMs);
        expect(after.heartbeatIntervalMs).toBeGreaterThanOrEqual(before.heartbeatIntervalMs);
      }),
    );
  });

  test('are written as they are copied, with a reason for each', () => {
    const advice = adviseTimings(measured({ roundTripMs: 150, stallMs: 30, writeMs: 8 }), DEFAULTS);
    expect(advice.recommended && timingsSetting(advice.recommended)).toBe(
      'timings: { electionTimeoutMinMs: 1500, electionTimeoutMaxMs: 3000, heartbeatIntervalMs: 300 }',
    );
    expect(advice.reasons).toEqual([
      {
        about: 'lease',
        text:
          '2 heartbeat intervals of 100 ms + round trip 150 ms + stall of the event loop 30 ms = 380 ms, within the lease ' +
          'of 452 ms: one lost heartbeat is survived (rule 8)',
      },
      {
        about: 'election',
        text:
          'an election is 3 round trips of 150 ms + 2 writes of 8 ms = 466 ms, within electionTimeoutMinMs 500 ms: ' +
          'it is over before the next one campaigns (diss. 3.9)',
      },
      { about: 'electionTimeoutMinMs', text: '1500 ms: 10 round trips of 150 ms, an order of magnitude (diss. 3.9)' },
      { about: 'electionTimeoutMaxMs', text: '3000 ms: 2 times the least, so that votes do not split (diss. 9.3)' },
      { about: 'heartbeatIntervalMs', text: '300 ms: 4.5 in each lease of 1357 ms (rule 8)' },
    ]);
  });
});

test('the worst of several nodes is the worst of each quantity', () => {
  const [one, other] = [{ ...steady(1, 300), longestMs: 90 }, steady(7, 5)];
  expect(worstOf([one, other])).toEqual({ count: 300, p50Ms: 7, p99Ms: 7, recurringMs: 7, longestMs: 90 });
  expect(worstOf([])).toEqual(NO_SPREAD);
});
