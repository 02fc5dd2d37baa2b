import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** The application of a voter refuses a candidate whose position is lower than its own. */
export class RefusalByPosition extends Sometimes {
  readonly name = 'a candidate is refused for its position';
  readonly source = 'rule 13';
  readonly hears = ['positionRefused'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'positionRefused';
  }
}
