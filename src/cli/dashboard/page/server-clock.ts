/** The wall clock of the machine that serves the page, as far as its snapshots tell: this one's may be off. */
export class ServerClock {
  #toldMs = 0;
  #heardMs = 0;

  take(atMs: number): void {
    this.#toldMs = atMs;
    this.#heardMs = performance.now();
  }

  /** Milliseconds since it was told last. */
  get sinceToldMs(): number {
    return performance.now() - this.#heardMs;
  }

  get nowMs(): number {
    return this.#toldMs + this.sinceToldMs;
  }
}
