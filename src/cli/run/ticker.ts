/** Calls back again and again. {@link stop} it, or it keeps the process alive. */
export class Ticker {
  readonly #timer: NodeJS.Timeout;

  constructor(everyMs: number, callback: () => void) {
    this.#timer = setInterval(callback, everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
