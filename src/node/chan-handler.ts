import { GraftError } from '../core/errors.js';
import { describe } from '../core/names.js';
import type { Handler, StateChange } from './handler.js';
import { NewestQueue } from './newest-queue.js';

/** What a reader of state changes gets. */
export interface ObservedChange extends StateChange {
  /**
   * How many changes this one stands for beside itself, because the reader was slower than they came: its `from` is
   * the `from` of the first. Usually 0.
   */
  readonly missed: number;
}

/** Options of a {@link ChanHandler}. */
export interface ChanHandlerOptions extends Pick<Handler, 'currentState' | 'grantVote'> {
  /** How many changes, and how many errors, wait for each reader at most. 1 to 65536. Default 64. */
  readonly capacity?: number;
}

/**
 * A handler to read from: async iterators of state changes and of errors, as many readers as one likes. It never
 * blocks the node and never grows without bound: when a reader is slow, its oldest entries are merged, and the newest
 * is always kept, so that nobody goes on believing an outdated state. A new reader of changes starts with the
 * latest. Readers end when the node has closed; leaving the loop early frees a reader.
 */
export class ChanHandler implements Handler {
  readonly currentState?: () => Uint8Array | undefined;
  readonly grantVote?: (position: Uint8Array) => boolean;
  readonly #capacity: number;
  readonly #changeReaders = new Set<NewestQueue<ObservedChange>>();
  readonly #errorReaders = new Set<NewestQueue<GraftError>>();
  #latest: ObservedChange | undefined;

  constructor(options: ChanHandlerOptions = {}) {
    const { capacity = 64 } = options;
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 65_536) {
      throw new GraftError('INVALID_OPTION', `capacity is ${describe(capacity)}: a whole number from 1 to 65536`);
    }
    this.#capacity = capacity;
    // Bound: options may be an object that keeps the application's position itself.
    if (options.currentState !== undefined) this.currentState = options.currentState.bind(options);
    if (options.grantVote !== undefined) this.grantVote = options.grantVote.bind(options);
  }

  /** For the node to call. */
  stateChange(change: StateChange): void {
    this.#latest = { ...change, missed: 0 };
    for (const reader of this.#changeReaders) reader.push(this.#latest);
    if (change.to !== 'CLOSED') return;
    for (const reader of this.#changeReaders) reader.end();
    for (const reader of this.#errorReaders) reader.end();
    this.#changeReaders.clear();
    this.#errorReaders.clear();
  }

  /** For the node to call. @returns whether anybody reads errors: what nobody reads becomes a warning of the process. */
  asyncError(error: GraftError): boolean {
    for (const reader of this.#errorReaders) reader.push(error);
    return this.#errorReaders.size > 0;
  }

  /** State changes from now on, the latest one first if there was one; ends after the change to `CLOSED`. */
  stateChanges(): AsyncIterableIterator<ObservedChange> {
    const reader = new NewestQueue<ObservedChange>({
      capacity: this.#capacity,
      merge: (older, newer) => ({ ...newer, from: older.from, missed: older.missed + newer.missed + 1 }),
      onReturn: () => this.#changeReaders.delete(reader),
    });
    if (this.#latest !== undefined) reader.push(this.#latest);
    if (this.#latest?.to === 'CLOSED') reader.end();
    else this.#changeReaders.add(reader);
    return reader;
  }

  /**
   * Errors from now on; when a reader is slow, the oldest are dropped. Ends when the node has closed. While nobody reads
   * them, errors become warnings of the process.
   */
  errors(): AsyncIterableIterator<GraftError> {
    const reader = new NewestQueue<GraftError>({
      capacity: this.#capacity,
      merge: (_older, newer) => newer,
      onReturn: () => this.#errorReaders.delete(reader),
    });
    if (this.#latest?.to === 'CLOSED') reader.end();
    else this.#errorReaders.add(reader);
    return reader;
  }
}
