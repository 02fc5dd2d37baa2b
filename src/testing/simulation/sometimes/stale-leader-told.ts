import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A heartbeat of an old term is answered with the newer one, and with no promise. */
export class StaleLeaderTold extends Sometimes {
  readonly name = 'a stale leader is told of a newer term';
  readonly source = 'rule 11';
  readonly hears = ['sent'] as const;
  override readonly messages = ['heartbeatResponse'] as const;

  protected happensIn(event: WorldEvent, { plan }: WorldView): boolean {
    return (
      event.kind === 'sent' &&
      event.message.kind === 'heartbeatResponse' &&
      event.message.round === 0 &&
      plan.harm !== 'crowd'
    );
  }
}
