import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * The term on a disk never goes back, nor does the term that a process shows. A process that dies may have shown a term
 * that never reached the disk: nobody else was told of it.
 *
 * Source: rule 1; diss. 3.3.
 */
export class TermsNeverGoBack implements Invariant {
  readonly name = 'terms never go back';
  readonly source = 'rule 1; diss. 3.3';
  readonly kind = 'safety';
  readonly hears = ['started', 'durable', 'diskReplaced', 'step'] as const;
  readonly #durable = new Map<string, number>();
  readonly #shown = new Map<string, number>();

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'durable': {
        const { by, state } = event;
        const before = this.#durable.get(by) ?? 0;
        this.#durable.set(by, state.term);
        return state.term < before
          ? `the disk of ${by} holds term ${state.term} at ${instant(world.nowMs)}, and held ${before}`
          : undefined;
      }
      case 'diskReplaced':
        this.#durable.delete(event.by);
        this.#shown.delete(event.by);
        return undefined;
      case 'started':
        this.#shown.set(event.by, this.#durable.get(event.by) ?? 0);
        return undefined;
      case 'step':
        return this.#look(world);
      default:
        return undefined;
    }
  }

  #look({ members, nowMs }: WorldView): string | undefined {
    for (const { id, term, condition } of members.values()) {
      if (condition === 'down') continue;
      const before = this.#shown.get(id);
      if (before === term) continue;
      this.#shown.set(id, term);
      if (before !== undefined && term < before)
        return `${id} shows term ${term} at ${instant(nowMs)}, and showed ${before}`;
    }
    return undefined;
  }
}
