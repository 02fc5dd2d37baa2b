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
};
