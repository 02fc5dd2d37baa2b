import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A wall clock is set forward by more than a lease, and its leader stops. */
export class LeaseEndedByWallTime extends Sometimes {
  readonly name = 'a lease is ended by wall time';
  readonly source = 'rule 8';
  readonly hears = ['wallClockSet', 'stateChange'] as const;
  readonly #setAtMs = new Map<string, number>();

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    const { electionTimeoutMinMs, heartbeatIntervalMs } = world.plan.timings;
    if (event.kind === 'wallClockSet' && event.ms > electionTimeoutMinMs) this.#setAtMs.set(event.by, world.nowMs);
    if (event.kind !== 'stateChange' || event.from !== 'LEADER' || event.reason !== 'leaseExpired') return false;
    const setAtMs = this.#setAtMs.get(event.by);
    return setAtMs !== undefined && world.nowMs - setAtMs <= heartbeatIntervalMs;
  }
}
