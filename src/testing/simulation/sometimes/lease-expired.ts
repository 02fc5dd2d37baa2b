import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A leader that no quorum answers in time stops. */
export class LeaseExpired extends Sometimes {
  readonly name = 'a lease runs out';
  readonly source = 'rule 8';
  readonly hears = ['stateChange'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'stateChange' && event.from === 'LEADER' && event.reason === 'leaseExpired';
  }
}
