/** Settings of a {@link NewestQueue}. */
interface NewestQueueOptions<T> {
  /** How many entries wait at most. */
  readonly capacity: number;
  /** Makes one entry of the two oldest when there are too many. */
  readonly merge: (older: T, newer: T) => T;
  /** The reader has left. */
  readonly onReturn: () => void;
}

/** A bounded queue with one reader, an async iterator: when it is full, the oldest entries give way, never the newest. */
export class NewestQueue<T> implements AsyncIterableIterator<T> {
  readonly #options: NewestQueueOptions<T>;
  readonly #entries: T[] = [];
  readonly #readers: ((result: IteratorResult<T>) => void)[] = [];
  #ended = false;

  constructor(options: NewestQueueOptions<T>) {
    this.#options = options;
  }

  push(entry: T): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader({ done: false, value: entry });
      return;
    }
    this.#entries.push(entry);
    if (this.#entries.length <= this.#options.capacity) return;
    const [oldest, next] = this.#entries;
    if (oldest === undefined || next === undefined) return;
    this.#entries.splice(0, 2, this.#options.merge(oldest, next));
  }

  /** Nothing more comes; what waits can still be read. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined });
  }

  next(): Promise<IteratorResult<T>> {
    const entry = this.#entries.shift();
    if (entry !== undefined) return Promise.resolve({ done: false, value: entry });
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => {
      this.#readers.push(resolve);
    });
  }

  return(): Promise<IteratorResult<T>> {
    this.#entries.length = 0;
    this.end();
    this.#options.onReturn();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
