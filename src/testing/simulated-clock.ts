import { AssertionError } from 'node:assert';
import { GraftError } from '../core/errors.js';
import type { Clock, Timer } from '../node/clock.js';
import { EventQueue } from './event-queue.js';
import { whenSettled } from './when-settled.js';

/** More events than this at one instant are a loop that never lets time go on. */
const MAX_EVENTS_PER_INSTANT = 1_000_000;

/** Settings of a {@link SimulatedClock}. */
export interface SimulatedClockOptions {
  /** Where monotonic time starts, in milliseconds. Default 0. */
  readonly startMs?: number;
  /** Where wall time starts, in milliseconds since 1970. Default 2024-01-01T00:00:00Z. */
  readonly wallStartMs?: number;
}

/**
 * Time that moves only when told to. Events run one by one, by time and then in the order in which they were set, and
 * every promise that an event settles has run its course before the next event does: one seed, one run.
 *
 * What waits for the real world (a file, a socket) is not waited for: simulate that as well, or await it between two
 * calls of {@link advance}. A process with a clock of its own (drift, pause, suspend) gets a `NodeClock` upon this one.
 */
export class SimulatedClock implements Clock {
  readonly #queue = new EventQueue();
  readonly #wallMinusMonotonicMs: number;
  #nowMs: number;
  #isAdvancing = false;

  constructor(options: SimulatedClockOptions = {}) {
    const { startMs = 0, wallStartMs = Date.UTC(2024, 0, 1) } = options;
    this.#nowMs = startMs;
    this.#wallMinusMonotonicMs = wallStartMs - startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs + this.#wallMinusMonotonicMs;
  }

  /** How many timers are waiting: after everything has been closed, none should be. */
  get pendingTimers(): number {
    return this.#queue.size;
  }

  /** @throws GraftError `INVALID_OPTION` when `delayMs` is not a number; a negative one counts as 0. */
  setTimer(delayMs: number, callback: () => void): Timer {
    if (Number.isNaN(delayMs))
      throw new GraftError('INVALID_OPTION', `delayMs is ${delayMs}: give milliseconds from 0`);
    const event = this.#queue.push(this.#nowMs + Math.max(0, delayMs), callback);
    return { cancel: () => this.#queue.remove(event) };
  }

  /** After every event that is already due at this instant. */
  afterPendingInput(callback: () => void): Timer {
    return this.setTimer(0, callback);
  }

  /**
   * Lets `ms` milliseconds pass, running what comes due, the end of the span included.
   *
   * Rejects with what an event throws; time then stands at that event, and the clock can be advanced again.
   * @throws GraftError `INVALID_OPTION` when `ms` is negative or no finite number, or while another advance runs.
   */
  async advance(ms: number): Promise<void> {
    await this.#advanceTo(this.#nowMs + duration('ms', ms), () => false);
  }

  /**
   * Lets time pass until `condition` holds, looking after each event; resolves with the milliseconds that it took.
   *
   * @throws AssertionError when `limitMs` have passed and it still does not hold.
   * @throws GraftError `INVALID_OPTION` as {@link advance} does.
   */
  async advanceUntil(condition: () => boolean, limitMs: number): Promise<number> {
    const startMs = this.#nowMs;
    if (await this.#advanceTo(startMs + duration('limitMs', limitMs), condition)) return this.#nowMs - startMs;
    const left = this.#queue.size === 0 ? 'nothing is scheduled any more' : `${this.#queue.size} timers are pending`;
    throw new AssertionError({
      message: `still not so after ${limitMs} simulated ms (now ${this.#nowMs} ms; ${left}): ${condition}`,
    });
  }

  #advanceTo(endMs: number, condition: () => boolean): Promise<boolean> {
    if (this.#isAdvancing) {
      throw new GraftError('INVALID_OPTION', 'the clock is being advanced already: await one advance before the next');
    }
    this.#isAdvancing = true;
    let eventsAtThisInstant = 0;
    /** @returns whether `condition` held in the end; undefined while there are events to come. */
    const step = (): boolean | undefined => {
      if (condition()) return true;
      const event = this.#queue.peek();
      if (event === undefined || event.atMs > endMs) {
        this.#nowMs = endMs;
        return condition();
      }
      eventsAtThisInstant = event.atMs > this.#nowMs ? 1 : eventsAtThisInstant + 1;
      if (eventsAtThisInstant > MAX_EVENTS_PER_INSTANT) {
        throw new AssertionError({
          message: `time stands still at ${this.#nowMs} ms: more than ${MAX_EVENTS_PER_INSTANT} events in one instant`,
        });
      }
      this.#queue.remove(event);
      this.#nowMs = event.atMs;
      event.run();
      return undefined;
    };
    // No async function: a promise and its awaiting would cost more than most events do.
    return new Promise<boolean>((resolve, reject) => {
      const go = (): void => {
        try {
          const held = step();
          if (held === undefined) {
            whenSettled(go);
            return;
          }
          this.#isAdvancing = false;
          resolve(held);
        } catch (error) {
          this.#isAdvancing = false;
          reject(error);
        }
      };
      whenSettled(go);
    });
  }
}

function duration(name: string, ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  throw new GraftError('INVALID_OPTION', `${name} is ${ms}: give milliseconds from 0`);
}
