import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A request, heartbeat or answer is delivered that is two terms older than its receiver. */
export class LateWord extends Sometimes {
  readonly name = 'a message arrives from a term long gone';
  readonly source = 'rules 6, 8, 11';
  readonly hears = ['delivered'] as const;

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    if (event.kind !== 'delivered') return false;
    return event.message.term + 2 <= (world.members.get(event.to)?.term ?? 0);
  }
}
