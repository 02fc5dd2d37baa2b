import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A candidate cannot make its own vote durable, and gives up. */
export class WriteFailureEndsACandidacy extends Sometimes {
  readonly name = 'a failed write ends a candidacy';
  readonly source = 'rule 1';
  readonly hears = ['stateChange'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'stateChange' && event.from === 'CANDIDATE' && event.reason === 'persistFailed';
  }
}
