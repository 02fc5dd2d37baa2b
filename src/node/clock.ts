/** A pending timer of a {@link Clock}. */
export interface Timer {
  cancel(): void;
}

/** Time, as a node sees it. The real one is {@link systemClock}; tests bring a simulated one. */
export interface Clock {
  /** Monotonic milliseconds, fractions included, from any origin. */
  nowMs(): number;
  /** Milliseconds of wall time: also moves while the machine is suspended (rule 8). */
  wallMs(): number;
  /** Calls `callback` once, `delayMs` from now or later. */
  setTimer(delayMs: number, callback: () => void): Timer;
  /** Calls `callback` after one turn through the event loop, so that input that is already there comes first. */
  afterPendingInput(callback: () => void): Timer;
  /**
   * Ticks every `everyMs`, keeping no process alive, and calls `onLate` whenever a tick comes later than that after its
   * time: an event loop that stood still for twice as long is always seen. Optional: simulated time is never late.
   */
  watchDelay?(everyMs: number, onLate: (lateMs: number) => void): Timer;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  setTimer(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
  afterPendingInput(callback) {
    const immediate = setImmediate(callback);
    return { cancel: () => clearImmediate(immediate) };
  },
  watchDelay: (everyMs, onLate) => new DelayTicks(everyMs, onLate),
};

/** A class, and one interval: a tick that is on time makes nothing that would have to be collected. */
class DelayTicks implements Timer {
  readonly #everyMs: number;
  readonly #onLate: (lateMs: number) => void;
  readonly #interval: NodeJS.Timeout;
  #dueMs: number;

  constructor(everyMs: number, onLate: (lateMs: number) => void) {
    this.#everyMs = everyMs;
    this.#onLate = onLate;
    this.#dueMs = performance.now() + everyMs;
    this.#interval = setInterval(() => this.#tick(), everyMs).unref();
  }

  cancel(): void {
    clearInterval(this.#interval);
  }

  #tick(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#dueMs;
    this.#dueMs = nowMs + this.#everyMs;
    if (lateMs > this.#everyMs) this.#onLate(lateMs);
  }
}
