import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** TimeoutNow never reaches the heir, so it has to be repeated. */
export class LostTransfer extends Sometimes {
  readonly name = 'TimeoutNow is lost';
  readonly source = 'rule 9';
  readonly hears = ['lost'] as const;
  override readonly messages = ['timeoutNow'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'lost' && event.message.kind === 'timeoutNow';
  }
}
