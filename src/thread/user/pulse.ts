/** Shows that the event loop of this thread turns. Holds no process back from its end. */
export class Pulse {
  readonly #timer: NodeJS.Timeout;

  /** Calls `beat` at once, and then every `intervalMs` for as long as the event loop turns. */
  constructor(intervalMs: number, beat: () => void) {
    beat();
    this.#timer = setInterval(beat, intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
