import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A candidate hears a leader of its term or a newer one. */
export class CandidateFollows extends Sometimes {
  readonly name = 'a candidate follows the winner';
  readonly source = 'diss. 3.4';
  readonly hears = ['stateChange'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'stateChange' && event.from === 'CANDIDATE' && event.reason === 'heardLeader';
  }
}
