import type { WorldEvent } from '../invariant.js';

/**
 * The newest term that a lost disk held. A voter whose disk is replaced has forgotten its votes up to that term, and with
 * a voter that was away meanwhile such a term may be led again (README, fencing token); newer ones may not.
 */
export class LostDisks {
  newestTerm = -1;
  readonly #durable = new Map<string, number>();

  observe(event: WorldEvent): void {
    if (event.kind === 'durable') {
      this.#durable.set(event.by, event.state.term);
    } else if (event.kind === 'diskReplaced') {
      this.newestTerm = Math.max(this.newestTerm, this.#durable.get(event.by) ?? -1);
      this.#durable.delete(event.by);
    }
  }
}
