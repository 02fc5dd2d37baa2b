import { GraftError } from '../core/errors.js';

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

/**
 * How late the event loop serves the node's own timer: what a blocked loop, a garbage collection, a stopped process or
 * a starved machine have in common. Measured without a timer of its own, so a block that begins and ends between two
 * deadlines is not seen, and one that is seen may have been longer, by a heartbeat interval on a leader.
 */
export class EventLoopDelay {
  readonly #options: EventLoopDelayOptions;
  #latestMs = 0;
  #longestMs = 0;

  constructor(options: EventLoopDelayOptions) {
    this.#options = options;
  }

  /** Of the timer that came due last, in milliseconds. */
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
