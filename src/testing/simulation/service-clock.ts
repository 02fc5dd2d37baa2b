import type { Clock, Timer } from '../../node/clock.js';

/** The clock of a process as its service has it: what the service waits for is counted, since no rule bounds it. */
export class ServiceClock implements Clock {
  readonly #base: Clock;
  #pending = 0;

  constructor(base: Clock) {
    this.#base = base;
  }

  /** How many timers and other callbacks of the service wait. */
  get pending(): number {
    return this.#pending;
  }

  nowMs(): number {
    return this.#base.nowMs();
  }

  wallMs(): number {
    return this.#base.wallMs();
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#count((counted) => this.#base.setTimer(delayMs, counted), callback);
  }

  afterPendingInput(callback: () => void): Timer {
    return this.#count((counted) => this.#base.afterPendingInput(counted), callback);
  }

  #count(wait: (counted: () => void) => Timer, callback: () => void): Timer {
    let isPending = true;
    const settle = (): void => {
      if (isPending) this.#pending -= 1;
      isPending = false;
    };
    this.#pending += 1;
    const timer = wait(() => {
      settle();
      callback();
    });
    return {
      cancel: () => {
        settle();
        timer.cancel();
      },
    };
  }
}
