import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A vote is on the disk, and nobody has been told of it when the process dies. */
export class CrashBeforeTheVoteWasSeen extends Sometimes {
  readonly name = 'a vote is written and its process dies before it is sent';
  readonly source = 'rule 1';
  readonly hears = ['durable', 'sent', 'crashed'] as const;
  override readonly messages = ['voteRequest', 'voteResponse'] as const;
  /** By voter: the vote on its disk that nobody was told of. */
  readonly #unseen = new Map<string, number>();

  protected happensIn(event: WorldEvent): boolean {
    switch (event.kind) {
      case 'durable':
        if (event.state.votedFor === undefined) this.#unseen.delete(event.by);
        else this.#unseen.set(event.by, event.state.term);
        return false;
      case 'sent': {
        const { message, from } = event;
        const shows = message.kind === 'voteRequest' || (message.kind === 'voteResponse' && message.granted);
        if (shows && this.#unseen.get(from) === message.term) this.#unseen.delete(from);
        return false;
      }
      default:
        return event.kind === 'crashed' && this.#unseen.delete(event.by);
    }
  }
}
