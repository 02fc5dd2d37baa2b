import { GraftError } from '../core/errors.js';
import type { Timings } from '../core/options.js';
import { adviseTimings, type TimingsAdvice, type TimingsVerdict, timingsSetting } from '../timings/advise-timings.js';
import type { Gauge } from './gauge.js';

/** How often the timings are judged. A verdict counts once it was given twice in a row. */
const LOOK_MS = 60_000;
/** The least time between two warnings that timings are too tight. Slack ones harm nobody: they are told of once. */
const AGAIN_MS = 6 * 3_600_000;

const CODES = { tooTight: 'TIMINGS_TOO_TIGHT', needlesslySlack: 'TIMINGS_SLACK' } as const satisfies Partial<
  Record<TimingsVerdict, string>
>;

/** What {@link TimingsWatch} goes by. */
export interface TimingsWatchOptions {
  readonly timings: Timings;
  readonly gauge: Pick<Gauge, 'nowMs' | 'roundTrips' | 'measured'>;
  readonly report: (error: GraftError) => void;
}

/** Warns of timings that do not suit what is measured, and changes none. Has no timer: it looks when it is asked to. */
export class TimingsWatch {
  readonly #options: TimingsWatchOptions;
  /** Not before: what was measured first, while everything starts, is no habit. */
  #nextLookMs: number | undefined;
  #roundTrips = 0;
  #verdict: TimingsVerdict = 'notEnoughSamples';
  #nextTightMs = Number.NEGATIVE_INFINITY;
  #hasToldSlack = false;

  constructor(options: TimingsWatchOptions) {
    this.#options = options;
  }

  /** Called whenever the node's timer was served: nearly always too early to look. */
  look(): void {
    const { gauge, timings } = this.#options;
    const { nowMs, roundTrips } = gauge;
    this.#nextLookMs ??= nowMs + LOOK_MS;
    if (nowMs < this.#nextLookMs) return;
    this.#nextLookMs = nowMs + LOOK_MS;
    // Who has not led since the last look has nothing new to say.
    if (roundTrips === this.#roundTrips) return;
    this.#roundTrips = roundTrips;
    const advice = adviseTimings(gauge.measured, timings);
    const isConfirmed = advice.verdict === this.#verdict;
    this.#verdict = advice.verdict;
    if (isConfirmed) this.#warn(advice, nowMs);
  }

  #warn(advice: TimingsAdvice, nowMs: number): void {
    if (advice.verdict === 'tooTight' && nowMs >= this.#nextTightMs) {
      this.#nextTightMs = nowMs + AGAIN_MS;
      this.#report(CODES.tooTight, 'are too tight for what was measured', advice);
    } else if (advice.verdict === 'needlesslySlack' && !this.#hasToldSlack) {
      this.#hasToldSlack = true;
      this.#report(CODES.needlesslySlack, 'are much slacker than what was measured asks for', advice);
    }
  }

  #report(code: (typeof CODES)[keyof typeof CODES], how: string, { recommended, reasons }: TimingsAdvice): void {
    if (recommended === undefined) return;
    const why = reasons.map(({ about, text }) => `${about}: ${text}`).join('; ');
    this.#options.report(
      new GraftError(
        code,
        `the timings ${how}; recommended, on all nodes alike (docs/timings.md has how to change them): ` +
          `${timingsSetting(recommended)}. ${why}`,
      ),
    );
  }
}
