import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A write fails, and a later one of the same process does not. */
export class WriteFailed extends Sometimes {
  readonly name = 'a node outlives a write that fails';
  readonly source = 'rule 1';
  readonly hears = ['saveFailed', 'started', 'durable'] as const;
  readonly #failed = new Set<string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind === 'saveFailed') this.#failed.add(event.by);
    if (event.kind === 'started') this.#failed.delete(event.by);
    return event.kind === 'durable' && this.#failed.delete(event.by);
  }
}
