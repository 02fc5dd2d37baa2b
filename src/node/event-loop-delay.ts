import { GraftError } from '../core/errors.js';
import type { Clock, Timer } from './clock.js';

/** What {@link EventLoopDelay} goes by. */
export interface EventLoopDelayOptions {
  /** A delay beyond a third of it is reported: one more, or a lost heartbeat, and leadership is gone. */
  readonly leaseMs: number;
  /** Whether the event loop is a worker's, on which nothing else runs. */
  readonly inThread: boolean;
  readonly report: (error: GraftError) => void;
}

const ADVICE =
  'break long work up, raise timings.electionTimeoutMinMs on all nodes, or start the node in a thread of its own ' +
  '(graft-election/thread)';
const ADVICE_IN_THREAD =
  'nothing but the node runs on it, so the machine has too few processors for what it does; give it more, or raise ' +
  'timings.electionTimeoutMinMs on all nodes';

/** A block is seen to within one tick. */
const TICKS_PER_LEASE = 12;

/**
 * How late the event loop serves a timer: what a blocked loop, a garbage collection, a stopped process or a starved
 * machine have in common. Noted are the node's own timer, whenever it comes due, and, between two of its deadlines, ticks
 * that come late. One that is seen may have been longer, by a tick.
 */
export class EventLoopDelay {
  readonly #options: EventLoopDelayOptions;
  #latestMs = 0;
  #longestMs = 0;
  #ticks: Timer | undefined;

  constructor(options: EventLoopDelayOptions) {
    this.#options = options;
  }

  /** From now on, and where the clock can tell, `onLate` is called when the event loop serves a tick late. */
  watch(clock: Clock, onLate: (lateMs: number) => void): void {
    this.#ticks = clock.watchDelay?.(this.#options.leaseMs / TICKS_PER_LEASE, onLate);
  }

  unwatch(): void {
    this.#ticks?.cancel();
  }

  /** What was noted last, in milliseconds. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** Since the node was started, in milliseconds. */
  get longestMs(): number {
    return this.#longestMs;
  }

  note(delayMs: number): void {
    const { leaseMs, inThread, report } = this.#options;
    this.#latestMs = delayMs;
    this.#longestMs = Math.max(this.#longestMs, delayMs);
    if (delayMs <= leaseMs / 3) return;
    report(
      new GraftError(
        'EVENT_LOOP_BLOCKED',
        `the event loop was blocked, or the process stopped, for ${Math.round(delayMs)} ms or more, and the lease lasts ` +
          `${Math.round(leaseMs)} ms: ${inThread ? ADVICE_IN_THREAD : ADVICE}`,
      ),
    );
  }
}
