import { GraftError, type GraftErrorCode } from '../core/errors.js';
import type { Clock } from './clock.js';

/** What others, or a bad hour of this machine, can cause as often as they like. */
const FLOODABLE: ReadonlySet<GraftErrorCode> = new Set([
  'MALFORMED_MESSAGE',
  'UNLISTED_VOTER',
  'PLAIN_GRAFT_PEER',
  'INPUT_OVERFLOW',
  'TERM_EXHAUSTED',
  'SECOND_LEADER',
  'DUPLICATE_ID',
  'TOO_MANY_VOTERS',
  'LOG_WRITE_FAILED',
  'EVENT_LOOP_BLOCKED',
]);
/** The least time between two reports that come from one source of floods. */
const INTERVAL_MS = 1000;

interface Flood {
  /** Since the last report. */
  unreported: number;
  nextMs: number;
}

/** Passes errors on; those that come in floods at most once a second, with the number left out. */
export class ErrorReports {
  readonly #clock: Clock;
  readonly #deliver: (error: GraftError) => void;
  readonly #counts = new Map<GraftErrorCode, number>();
  readonly #floods = new Map<string, Flood>();

  constructor(clock: Clock, deliver: (error: GraftError) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  /** How often each code has come up. */
  counts(): Partial<Record<GraftErrorCode, number>> {
    return Object.fromEntries(this.#counts);
  }

  /**
   * @param source where errors of one code have sources that must not hide each other, and each may flood: its name,
   *   one of a few.
   */
  report(error: GraftError, source?: string): void {
    this.#counts.set(error.code, (this.#counts.get(error.code) ?? 0) + 1);
    if (source === undefined && !FLOODABLE.has(error.code)) this.#deliver(error);
    else this.#deliverSparingly(error, source ?? error.code);
  }

  #deliverSparingly(error: GraftError, source: string): void {
    const nowMs = this.#clock.nowMs();
    const flood = this.#floods.get(source) ?? { unreported: 0, nextMs: Number.NEGATIVE_INFINITY };
    this.#floods.set(source, flood);
    if (nowMs < flood.nextMs) {
      flood.unreported += 1;
      return;
    }
    const left = flood.unreported;
    flood.unreported = 0;
    flood.nextMs = nowMs + INTERVAL_MS;
    if (left === 0) this.#deliver(error);
    else
      this.#deliver(
        new GraftError(error.code, `${error.message} (and ${left} more since the last report)`, { cause: error }),
      );
  }
}
