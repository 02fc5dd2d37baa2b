import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A hand-over ends without a successor, and the caller is told so. */
export class NobodyTakesOver extends Sometimes {
  readonly name = 'leadership is given up and nobody takes it';
  readonly source = 'rule 9';
  readonly hears = ['callEnded'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'callEnded' && event.outcome === 'NO_SUCCESSOR';
  }
}
