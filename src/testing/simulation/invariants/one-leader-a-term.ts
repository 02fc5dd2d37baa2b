import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { instant, quorumsOverlap } from './ground-rules.js';
import { LostDisks } from './lost-disks.js';

/**
 * Election safety: at most one node wins the vote of a term, whether or not it ever gets a lease. A heartbeat says that
 * its sender has won. Excused are terms that a lost disk had voted in.
 *
 * Source: diss. 3.6.3, figure 3.2; rules 1 and 2.
 */
export class OneLeaderATerm implements Invariant {
  readonly name = 'one leader a term';
  readonly source = 'diss. 3.6.3';
  readonly kind = 'safety';
  readonly hears = ['durable', 'diskReplaced', 'stateChange', 'sent'] as const;
  readonly messages = ['heartbeat'] as const;
  readonly #leaders = new Map<number, { readonly id: string; readonly sinceMs: number }>();
  readonly #lost = new LostDisks();

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'durable':
      case 'diskReplaced':
        this.#lost.observe(event);
        return undefined;
      case 'stateChange':
        return event.to === 'LEADER' ? this.#note(event.term, event.by, world) : undefined;
      case 'sent':
        return event.message.kind === 'heartbeat' ? this.#note(event.message.term, event.from, world) : undefined;
      default:
        return undefined;
    }
  }

  #note(term: number, id: string, { nowMs }: WorldView): string | undefined {
    const known = this.#leaders.get(term);
    if (known === undefined) {
      this.#leaders.set(term, { id, sinceMs: nowMs });
      return undefined;
    }
    if (known.id === id || term <= this.#lost.newestTerm) return undefined;
    return `term ${term} is led by ${known.id} (since ${instant(known.sinceMs)}) and ${id} (since ${instant(nowMs)})`;
  }
}
