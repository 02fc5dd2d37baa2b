import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A leader is stopped for longer than its lease, and learns of it when it goes on. */
export class LeaseEndedWhileStopped extends Sometimes {
  readonly name = 'a lease runs out while its leader stands still';
  readonly source = 'rule 8';
  readonly hears = ['resumed', 'stateChange'] as const;
  readonly #resumedAtMs = new Map<string, number>();

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    if (event.kind === 'resumed') this.#resumedAtMs.set(event.by, world.nowMs);
    if (event.kind !== 'stateChange' || event.from !== 'LEADER' || event.reason !== 'leaseExpired') return false;
    return this.#resumedAtMs.get(event.by) === world.nowMs;
  }
}
