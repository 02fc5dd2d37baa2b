import { MemoryLog } from '../../src/log/memory-log.js';
import type { DurableState, TermLog } from '../../src/log/term-log.js';

/** A log whose disk can be made to fail or hang. */
export class FaultyLog implements TermLog {
  readonly saved: DurableState[] = [];
  readonly #inner = new MemoryLog();
  #failure: Error | undefined;
  #gate: Promise<void> = Promise.resolve();
  #openGate = (): void => undefined;
  saving = 0;
  isOpen = false;
  opens = 0;
  closes = 0;
  onClose: () => Promise<void> = async () => undefined;

  /** Writes hang until {@link heal}. */
  hang(): void {
    this.#gate = new Promise((resolve) => {
      this.#openGate = resolve;
    });
  }

  /** Writes fail until {@link heal}. */
  fail(failure: Error): void {
    this.#failure = failure;
  }

  heal(): void {
    this.#failure = undefined;
    this.#openGate();
    this.#gate = Promise.resolve();
  }

  async open(): Promise<DurableState> {
    const state = await this.#inner.open();
    this.opens += 1;
    this.isOpen = true;
    return state;
  }

  async save(state: DurableState): Promise<void> {
    this.saving += 1;
    await this.#gate;
    this.saving -= 1;
    if (this.#failure !== undefined) throw this.#failure;
    await this.#inner.save(state);
    this.saved.push(state);
  }

  async close(): Promise<void> {
    this.closes += 1;
    await this.#inner.close();
    this.isOpen = false;
    await this.onClose();
  }
}
