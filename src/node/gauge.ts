import type { Input } from '../core/inputs.js';
import type { HeartbeatResponse } from '../core/messages.js';
import type { Measured } from '../timings/measured.js';
import { SlidingHistogram } from '../timings/sliding-histogram.js';

const WINDOW_MS = 3_600_000;

/** What a node's elector knows of how long a heartbeat was under way. */
export interface RoundTrips {
  roundTripMs(response: HeartbeatResponse, at: Input): number | undefined;
}

/** Measures what timings have to reckon with. Reads no clock of its own: every input carries its instant. */
export class Gauge {
  readonly #elector: RoundTrips;
  readonly #roundTrip = new SlidingHistogram(WINDOW_MS);
  readonly #eventLoopDelay = new SlidingHistogram(WINDOW_MS);
  readonly #persist = new SlidingHistogram(Number.POSITIVE_INFINITY);
  #nowMs = 0;
  #roundTrips = 0;

  constructor(elector: RoundTrips) {
    this.#elector = elector;
  }

  /** The instant of the newest input. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many round trips were measured since the node was started. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /** What was measured, as of the newest input. */
  get measured(): Measured {
    return {
      roundTrip: this.#roundTrip.spread(this.#nowMs),
      eventLoopDelay: this.#eventLoopDelay.spread(this.#nowMs),
      persist: this.#persist.spread(this.#nowMs),
    };
  }

  /**
   * An input is about to be taken. Afterwards the elector knows an answer as one that was heard before.
   * @returns how long the heartbeat that it answers was under way, where it is an answer to one.
   */
  before(input: Input): number | undefined {
    this.#nowMs = input.nowMs;
    if (input.kind !== 'message' || input.message.kind !== 'heartbeatResponse') return undefined;
    const roundTripMs = this.#elector.roundTripMs(input.message, input);
    if (roundTripMs === undefined) return undefined;
    this.#roundTrips += 1;
    this.#roundTrip.note(roundTripMs, this.#nowMs);
    return roundTripMs;
  }

  /** The node's timer was served so late. */
  delayed(delayMs: number): void {
    this.#eventLoopDelay.note(delayMs, this.#nowMs);
  }

  /** A write of term and vote has ended. */
  persisted(durationMs: number): void {
    this.#persist.note(durationMs, this.#nowMs);
  }
}
