import type { MessageKind } from '../../../core/messages.js';
import type { WorldEvent, WorldView } from '../invariant.js';

/**
 * Something that has to happen in some worlds, or a run has shown nothing of the rules that are about it. One for each
 * world; a run adds the counts of all its worlds up, and fails when one of them is 0.
 */
export abstract class Sometimes {
  /** As reports and docs name it. */
  abstract readonly name: string;
  /** The rules that it is about. */
  abstract readonly source: string;
  abstract readonly hears: readonly WorldEvent['kind'][];
  /** As an invariant's. */
  readonly messages?: readonly MessageKind[];
  #count = 0;

  /** How often it has happened. */
  get count(): number {
    return this.#count;
  }

  /** Looks at an event, as invariants do. */
  hear(event: WorldEvent, world: WorldView): void {
    if (this.happensIn(event, world)) this.#count += 1;
  }

  protected abstract happensIn(event: WorldEvent, world: WorldView): boolean;
}
