import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** So many messages at one instant. */
const BURST = 12;

/** A node gets so many messages at one instant as only a broker that was frozen sends. */
export class Burst extends Sometimes {
  readonly name = 'what was held arrives in one burst';
  readonly source = 'rule 8; docs/design.md, section 2';
  readonly hears = ['delivered'] as const;
  readonly #atMs = new Map<string, number>();
  readonly #arrived = new Map<string, number>();

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    if (event.kind !== 'delivered') return false;
    const { to } = event;
    const arrived = this.#atMs.get(to) === world.nowMs ? (this.#arrived.get(to) ?? 0) + 1 : 1;
    this.#atMs.set(to, world.nowMs);
    this.#arrived.set(to, arrived);
    return arrived === BURST;
  }
}
