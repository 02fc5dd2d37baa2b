import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { clocksKeepTime, instant, quorumsOverlap } from './ground-rules.js';
import { LostDisks } from './lost-disks.js';

/**
 * Every leadership has a greater term than all before it, so that whoever guards a resource by the fencing token takes the
 * present leader and refuses all former ones. Excused are terms that a lost disk held.
 *
 * Source: rule 8; Burrows, *The Chubby lock service*, 2006, section 2.4.
 */
export class TokensRise implements Invariant {
  readonly name = 'fencing tokens rise';
  readonly source = 'rule 8; Chubby 2.4';
  readonly kind = 'safety';
  readonly hears = ['durable', 'diskReplaced', 'stateChange'] as const;
  readonly #lost = new LostDisks();
  #newestTerm = -1;
  #newestLeader = '';

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan) && clocksKeepTime(plan);
  }

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind === 'durable' || event.kind === 'diskReplaced') this.#lost.observe(event);
    if (event.kind !== 'stateChange' || event.to !== 'LEADER') return undefined;
    const { by, term } = event;
    if (term > this.#newestTerm) {
      this.#newestTerm = term;
      this.#newestLeader = by;
      return undefined;
    }
    if (this.#newestTerm <= this.#lost.newestTerm) return undefined;
    return `${by} leads term ${term} at ${instant(nowMs)}, after ${this.#newestLeader} has led term ${this.#newestTerm}`;
  }
}
