import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * TimeoutNow is sent by a node that has given its lease up, and in that term it never leads again: the heir's request
 * passes the promises that the lease rested on.
 *
 * Source: rule 9; diss. 3.10; etcd 12704.
 */
export class NoLeaseWhileHandingOver implements Invariant {
  readonly name = 'no lease while handing over';
  readonly source = 'rule 9; diss. 3.10';
  readonly kind = 'safety';
  readonly hears = ['sent', 'diskReplaced', 'step'] as const;
  readonly messages = ['timeoutNow', 'heartbeat'] as const;
  /** The newest term that each node has handed over. */
  readonly #handedOver = new Map<string, number>();

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'sent': {
        const { message, from } = event;
        if (message.kind === 'timeoutNow') {
          this.#handedOver.set(from, message.term);
          return this.#look(from, message.term, world);
        }
        return message.kind === 'heartbeat' && this.#handedOver.get(from) === message.term
          ? `${from} sends a heartbeat of term ${message.term}, which it has handed over, at ${instant(world.nowMs)}`
          : undefined;
      }
      case 'step':
        for (const [id, term] of this.#handedOver) {
          const breach = this.#look(id, term, world);
          if (breach !== undefined) return breach;
        }
        return undefined;
      case 'diskReplaced':
        this.#handedOver.delete(event.by);
        return undefined;
      default:
        return undefined;
    }
  }

  #look(id: string, term: number, { members, nowMs }: WorldView): string | undefined {
    const member = members.get(id);
    if (member === undefined || member.term !== term || !member.isLeader()) return undefined;
    return `${id} leads term ${term} at ${instant(nowMs)}, though it has sent TimeoutNow in it`;
  }
}
