import { GraftError } from '../core/errors.js';
import { NEW_STATE } from './envelope.js';
import type { DurableState, TermLog } from './term-log.js';

/**
 * Term and vote in memory: for tests. The state outlives `close` in this object, not the process: after a restart the
 * log is new, its node owes the wait of `electionTimeoutMax` (rule 7), and the newest term may be forgotten by all. Two
 * leases never overlap for that, but fencing tokens are not sound: terms may be led again, or go back.
 */
export class MemoryLog implements TermLog {
  #state: DurableState = NEW_STATE;
  #isOpen = false;

  /** @throws GraftError `LOG_LOCKED` while open already. */
  async open(): Promise<DurableState> {
    if (this.#isOpen) {
      throw new GraftError(
        'LOG_LOCKED',
        `this MemoryLog is already open in this process, pid ${process.pid}: give every node a log of its own`,
      );
    }
    this.#isOpen = true;
    return this.#state;
  }

  /** @throws GraftError `LOG_WRITE_FAILED` unless open. */
  async save(state: DurableState): Promise<void> {
    if (!this.#isOpen) throw new GraftError('LOG_WRITE_FAILED', 'this MemoryLog is not open: open it before save');
    this.#state = { ...state };
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }
}
