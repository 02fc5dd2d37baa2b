import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A voter that the outgoing leader asked to take over leads in the very next term. */
export class ElectionByTransfer extends Sometimes {
  readonly name = 'leadership is handed over';
  readonly source = 'rule 9';
  readonly hears = ['sent', 'stateChange'] as const;
  override readonly messages = ['voteRequest'] as const;
  readonly #asked = new Set<string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind === 'stateChange') return event.to === 'LEADER' && this.#asked.has(`${event.by} ${event.term}`);
    if (event.kind !== 'sent' || event.message.kind !== 'voteRequest') return false;
    if (event.message.leadershipTransfer) this.#asked.add(`${event.from} ${event.message.term}`);
    return false;
  }
}
