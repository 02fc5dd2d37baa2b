import type { Clock, Timer } from '../../src/node/clock.js';

/**
 * A clock that can leap ahead between two statements while no timer runs: what a process sees whose event loop was
 * blocked, when it looks at the clock before anything else has had its turn.
 */
export class JumpingClock implements Clock {
  readonly #base: Clock;
  #aheadMs = 0;
  #wallAheadMs = 0;

  constructor(base: Clock) {
    this.#base = base;
  }

  nowMs(): number {
    return this.#base.nowMs() + this.#aheadMs;
  }

  wallMs(): number {
    return this.#base.wallMs() + this.#aheadMs + this.#wallAheadMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#base.setTimer(delayMs, callback);
  }

  afterPendingInput(callback: () => void): Timer {
    return this.#base.afterPendingInput(callback);
  }

  jump(ms: number): void {
    this.#aheadMs += ms;
  }

  /** Wall time alone leaps: the machine was suspended, and monotonic time stood still (rule 8). */
  jumpWall(ms: number): void {
    this.#wallAheadMs += ms;
  }
}
