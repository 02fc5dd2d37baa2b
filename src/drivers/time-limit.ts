/** Something may take this long and no longer. {@link end} it, or it runs out. */
export class TimeLimit {
  readonly #timer: NodeJS.Timeout;

  constructor(limitMs: number, expired: () => void) {
    this.#timer = setTimeout(expired, limitMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
