const FIRST_MS = 100;
const LONGEST_MS = 30_000;
/** A program that ran for this long was well. */
const WELL_MS = 10_000;

/** How long to wait before a program that ended is started again: 100 ms, twice as long each time, 30 s at most. */
export class BackOff {
  #nextMs = FIRST_MS;

  /** @param ranMs how long the program ran; after 10 s the waits begin anew. */
  next(ranMs: number): number {
    if (ranMs >= WELL_MS) this.#nextMs = FIRST_MS;
    const waitMs = this.#nextMs;
    this.#nextMs = Math.min(LONGEST_MS, this.#nextMs * 2);
    return waitMs;
  }
}
