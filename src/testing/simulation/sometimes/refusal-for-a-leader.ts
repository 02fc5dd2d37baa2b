import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A voter refuses a real vote because of a promise, and says how long it lasts. */
export class RefusalForALeader extends Sometimes {
  readonly name = 'a vote is refused for a leader that was heard';
  readonly source = 'rule 7';
  readonly hears = ['sent'] as const;
  override readonly messages = ['voteResponse'] as const;

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind !== 'sent' || event.message.kind !== 'voteResponse') return false;
    const { preVote, granted, retryAfterMs } = event.message;
    return !preVote && !granted && retryAfterMs > 0;
  }
}
