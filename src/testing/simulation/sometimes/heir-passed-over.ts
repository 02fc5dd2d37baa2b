import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** The first heir does not take over, so TimeoutNow goes to another one. */
export class HeirPassedOver extends Sometimes {
  readonly name = 'a hand-over turns to another heir';
  readonly source = 'rule 9';
  readonly hears = ['sent'] as const;
  override readonly messages = ['timeoutNow'] as const;
  readonly #firstHeir = new Map<string, string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind !== 'sent' || event.message.kind !== 'timeoutNow') return false;
    const { from, to, message } = event;
    const handover = `${from} ${message.term}`;
    const first = this.#firstHeir.get(handover);
    if (first === undefined) this.#firstHeir.set(handover, to);
    return first !== undefined && first !== to;
  }
}
