/** Who is warned of timings, and when: seldom, and of what lasts. */
import { describe, expect, test } from 'vitest';
import { parseTimings, type Timings } from '../../src/core/options.js';
import { TimingsWatch } from '../../src/node/timings-watch.js';
import { type Measured, NOTHING_MEASURED } from '../../src/timings/measured.js';

const MINUTE = 60_000;

/** A leader that is looked at every second, with round trips as the test says. */
class Watched {
  readonly codes: string[] = [];
  nowMs = 0;
  roundTrips = 0;
  leads = true;
  roundTripMs = 1;
  readonly #watch: TimingsWatch;

  constructor(timings: Partial<Timings> = {}) {
    this.#watch = new TimingsWatch({
      timings: parseTimings(timings),
      gauge: this,
      report: ({ code }) => this.codes.push(code),
    });
  }

  get measured(): Measured {
    const ms = this.roundTripMs;
    return { ...NOTHING_MEASURED, roundTrip: { count: 1000, p50Ms: ms, p99Ms: ms, recurringMs: ms, longestMs: ms } };
  }

  run(minutes: number): void {
    const endMs = this.nowMs + minutes * MINUTE;
    while (this.nowMs < endMs) {
      this.nowMs += 1000;
      if (this.leads) this.roundTrips += 1;
      this.#watch.look();
    }
  }
}

describe('timings that are too tight', () => {
  test('are told of at the second look in a row that finds them so, and not again for six hours', () => {
    const watched = new Watched();
    watched.roundTripMs = 300;
    watched.run(1.9);
    expect(watched.codes).toEqual([]);
    watched.run(6 * 60);
    expect(watched.codes).toEqual(['TIMINGS_TOO_TIGHT']);
    watched.run(2);
    expect(watched.codes).toEqual(['TIMINGS_TOO_TIGHT', 'TIMINGS_TOO_TIGHT']);
  });

  test('every other minute are told of by nobody; the twin, two minutes in a row, is', () => {
    const watched = new Watched();
    for (let minute = 0; minute < 60; minute++) {
      watched.roundTripMs = minute % 2 === 0 ? 300 : 1;
      watched.run(1);
    }
    expect(watched.codes).toEqual([]);
    watched.roundTripMs = 300;
    watched.run(3);
    expect(watched.codes).toEqual(['TIMINGS_TOO_TIGHT']);
  });

  test('are told of by who leads, and not by who led once', () => {
    const watched = new Watched();
    watched.run(5);
    watched.leads = false;
    watched.roundTripMs = 300;
    watched.run(60);
    expect(watched.codes).toEqual([]);
    watched.leads = true;
    watched.run(3);
    expect(watched.codes).toEqual(['TIMINGS_TOO_TIGHT']);
  });
});

test('timings that are needlessly slack are told of once, and the defaults never are', () => {
  const slack = new Watched({ electionTimeoutMinMs: 20_000, electionTimeoutMaxMs: 40_000 });
  slack.run(48 * 60);
  expect(slack.codes).toEqual(['TIMINGS_SLACK']);
  const defaults = new Watched();
  defaults.run(48 * 60);
  expect(defaults.codes).toEqual([]);
});
