export interface AttemptOptions {
  /** Milliseconds until the attempt is broken off. */
  readonly limitMs: number;
  /** What it is broken off with then. */
  readonly expired: () => Error;
  /** Breaks it off as well, with its own reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Work with a limit of its own. The clients' promises may stay open for as long as a server is silent, so each is
 * awaited through {@link settle}. {@link end} it, or its timer keeps the process alive.
 */
export class Attempt {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #outer: AbortSignal | undefined;
  readonly #outerAborted = () => this.breakOff(this.#outer?.reason);

  constructor({ limitMs, expired, signal }: AttemptOptions) {
    this.#timer = setTimeout(() => this.breakOff(expired()), limitMs);
    this.#outer = signal;
    signal?.addEventListener('abort', this.#outerAborted, { once: true });
    if (signal?.aborted) this.#outerAborted();
  }

  /** Rejects everything that {@link settle} waits for, now and later. */
  breakOff(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** @throws what the attempt was broken off with, if it was. */
  check(): void {
    this.#controller.signal.throwIfAborted();
  }

  /** Settles as `promise` does, or rejects as soon as the attempt is broken off; what comes of it then is dropped. */
  settle<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#controller;
    return new Promise((resolve, reject) => {
      const broken = () => reject(signal.reason);
      signal.addEventListener('abort', broken, { once: true });
      if (signal.aborted) broken();
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', broken));
    });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#outerAborted);
  }
}
