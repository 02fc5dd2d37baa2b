import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A candidate gets neither enough votes nor enough refusals in time. */
export class CandidacyRunsOut extends Sometimes {
  readonly name = 'a candidacy runs out';
  readonly source = 'rule 5';
  readonly hears = ['stateChange'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'stateChange' && event.from === 'CANDIDATE' && event.reason === 'electionTimeout';
  }
}
