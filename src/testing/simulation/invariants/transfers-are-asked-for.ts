import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * A vote request that passes promises in the outgoing leader's name comes from a process that was sent TimeoutNow in the
 * term before it: the flag dies with that one campaign, and with the process.
 *
 * Source: rule 9; diss. 3.10.
 */
export class TransfersAreAskedFor implements Invariant {
  readonly name = 'transfers are asked for';
  readonly source = 'rule 9; diss. 3.10';
  readonly kind = 'safety';
  readonly hears = ['crashed', 'closed', 'sent', 'delivered'] as const;
  readonly messages = ['timeoutNow', 'voteRequest'] as const;
  /** By node: the terms whose leaders asked it to take over. */
  readonly #asked = new Map<string, Set<number>>();

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    switch (event.kind) {
      case 'crashed':
      case 'closed':
        this.#asked.delete(event.by);
        return undefined;
      case 'delivered':
        if (event.message.kind === 'timeoutNow') this.#ask(event.to, event.message.term);
        return undefined;
      case 'sent': {
        const { message, from } = event;
        if (message.kind !== 'voteRequest' || !message.leadershipTransfer) return undefined;
        if (this.#asked.get(from)?.has(message.term - 1) === true) return undefined;
        return `${from} campaigns in term ${message.term} at ${instant(nowMs)} as an heir, and no leader of term ${message.term - 1} asked it to`;
      }
      default:
        return undefined;
    }
  }

  #ask(id: string, term: number): void {
    const asked = this.#asked.get(id) ?? new Set();
    this.#asked.set(id, asked.add(term));
  }
}
