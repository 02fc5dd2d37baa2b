import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A leader that still holds its lease hears of a newer term, and follows. */
export class LeaderDeposed extends Sometimes {
  readonly name = 'a newer term deposes a leader';
  readonly source = 'rules 8, 11';
  readonly hears = ['stateChange'] as const;

  protected happensIn(event: WorldEvent): boolean {
    return event.kind === 'stateChange' && event.from === 'LEADER' && event.reason === 'newerTerm';
  }
}
