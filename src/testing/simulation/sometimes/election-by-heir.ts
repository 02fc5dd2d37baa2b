import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** The voter that the last leader named takes over by itself: nobody has asked it to. */
export class ElectionByHeir extends Sometimes {
  readonly name = 'the heir is elected';
  readonly source = 'rule 10';
  readonly hears = ['sent', 'stateChange'] as const;
  override readonly messages = ['voteRequest', 'heartbeat'] as const;
  /** Whom the newest leader named. */
  #heir: string | undefined;
  #term = 0;
  /** Campaigns that an outgoing leader asked for. */
  readonly #asked = new Set<string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind === 'stateChange') {
      const { to, by, term } = event;
      return to === 'LEADER' && by === this.#heir && term > this.#term && !this.#asked.has(`${by} ${term}`);
    }
    if (event.kind !== 'sent') return false;
    const { message, from } = event;
    if (message.kind === 'voteRequest' && message.leadershipTransfer) this.#asked.add(`${from} ${message.term}`);
    if (message.kind === 'heartbeat' && message.heir !== undefined && message.term >= this.#term) {
      this.#heir = message.heir;
      this.#term = message.term;
    }
    return false;
  }
}
