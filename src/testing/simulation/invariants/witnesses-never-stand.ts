import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type GroundRules, instant } from './ground-rules.js';

/**
 * A voter of priority 0 votes, and neither campaigns nor leads.
 *
 * Source: rule 10.
 */
export class WitnessesNeverStand implements Invariant {
  readonly name = 'witnesses never stand';
  readonly source = 'rule 10';
  readonly kind = 'safety';
  readonly hears = ['stateChange'] as const;
  readonly #witnesses: ReadonlySet<string>;

  constructor({ voters }: GroundRules) {
    this.#witnesses = new Set(voters.filter(({ priority }) => priority === 0).map(({ id }) => id));
  }

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind !== 'stateChange' || (event.to !== 'CANDIDATE' && event.to !== 'LEADER')) return undefined;
    if (!this.#witnesses.has(event.by)) return undefined;
    return `the witness ${event.by} shows ${event.to} of term ${event.term} at ${instant(nowMs)}`;
  }
}
