import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A voter would not vote for who asks: the asker is behind, or not wanted now. */
export class RefusedPreVote extends Sometimes {
  readonly name = 'a pre-vote is refused';
  readonly source = 'rule 6';
  readonly hears = ['sent'] as const;
  override readonly messages = ['voteResponse'] as const;

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind !== 'sent' || event.message.kind !== 'voteResponse') return false;
    return event.message.preVote && !event.message.granted;
  }
}
