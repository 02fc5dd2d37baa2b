import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** More voters are alive than the size of the cluster, and a node says so. */
export class CrowdSeen extends Sometimes {
  readonly name = 'a crowd is seen';
  readonly source = 'rule 3';
  readonly hears = ['error'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'error' && event.code === 'TOO_MANY_VOTERS';
  }
}
