import { GraftError, type GraftErrorCode } from '../core/errors.js';
import type { Clock } from './clock.js';

/** What others can cause at will, and so as often as they like. */
const FLOODABLE: ReadonlySet<GraftErrorCode> = new Set([
  'MALFORMED_MESSAGE',
  'UNLISTED_VOTER',
  'PLAIN_GRAFT_PEER',
  'INPUT_OVERFLOW',
  'TERM_EXHAUSTED',
  'SECOND_LEADER',
  'LOG_WRITE_FAILED',
]);
/** The least time between two reports of one floodable code. */
const INTERVAL_MS = 1000;

interface Tally {
  count: number;
  /** Since the last report. */
  unreported: number;
  nextMs: number;
}

/** Passes errors on; those that come in floods at most once a second for each code, with the number left out. */
export class ErrorReports {
  readonly #clock: Clock;
  readonly #deliver: (error: GraftError) => void;
  readonly #tallies = new Map<GraftErrorCode, Tally>();

  constructor(clock: Clock, deliver: (error: GraftError) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** How often each code has come up. */
  counts(): Partial<Record<GraftErrorCode, number>> {
    return Object.fromEntries([...this.#tallies].map(([code, { count }]) => [code, count]));
  }

  report(error: GraftError): void {
    const nowMs = this.#clock.nowMs();
    const tally = this.#tallies.get(error.code) ?? { count: 0, unreported: 0, nextMs: Number.NEGATIVE_INFINITY };
    this.#tallies.set(error.code, tally);
    tally.count += 1;
    if (FLOODABLE.has(error.code) && nowMs < tally.nextMs) {
      tally.unreported += 1;
      return;
    }
    const left = tally.unreported;
    tally.unreported = 0;
    tally.nextMs = nowMs + INTERVAL_MS;
    if (left === 0) this.#deliver(error);
    else
      this.#deliver(
        new GraftError(error.code, `${error.message} (and ${left} more since the last report)`, { cause: error }),
      );
  }
}
