import type { WorldEvent, WorldView } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** The application of a free voter refuses who asks for a pre-vote, in a term that the voter has not reached. */
export class RefusalByPosition extends Sometimes {
  readonly name = 'a candidate is refused for its position';
  readonly source = 'rule 13';
  readonly hears = ['sent'] as const;
  readonly #askedAbout = new Map<string, number>();

  protected happensIn(event: WorldEvent, world: WorldView): boolean {
    if (event.kind !== 'sent' || !world.plan.comparesPositions) return false;
    const { message, from, to } = event;
    if (message.kind === 'preVoteRequest') this.#askedAbout.set(from, message.term);
    if (message.kind !== 'voteResponse' || !message.preVote || message.granted || message.retryAfterMs > 0)
      return false;
    if (world.members.get(from)?.isLeader() === true) return false;
    return message.term < (this.#askedAbout.get(to) ?? 0);
  }
}
