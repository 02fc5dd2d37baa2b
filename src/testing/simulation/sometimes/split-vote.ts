import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** Two voters stand in one term, so that the vote may split. */
export class SplitVote extends Sometimes {
  readonly name = 'two campaign in one term';
  readonly source = 'rules 5, 6';
  readonly hears = ['sent'] as const;
  override readonly messages = ['voteRequest'] as const;
  readonly #candidates = new Map<number, string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind !== 'sent' || event.message.kind !== 'voteRequest') return false;
    const { from, message } = event;
    const first = this.#candidates.get(message.term);
    if (first === undefined) this.#candidates.set(message.term, from);
    if (first === undefined || first === from || first === '') return false;
    // Once a term.
    this.#candidates.set(message.term, '');
    return true;
  }
}
