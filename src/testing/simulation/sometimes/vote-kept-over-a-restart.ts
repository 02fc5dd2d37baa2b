import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A voter dies, starts anew in the same term, and repeats its vote for the same candidate. */
export class VoteKeptOverARestart extends Sometimes {
  readonly name = 'a vote is given again after a restart';
  readonly source = 'rule 1';
  readonly hears = ['started', 'sent'] as const;
  override readonly messages = ['voteResponse'] as const;
  /** By voter: whom its last process voted for, and in which term. */
  readonly #before = new Map<string, string>();
  readonly #now = new Map<string, string>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind === 'started') {
      const vote = this.#now.get(event.by);
      if (vote !== undefined) this.#before.set(event.by, vote);
      this.#now.delete(event.by);
      return false;
    }
    if (event.kind !== 'sent' || event.message.kind !== 'voteResponse') return false;
    const { message, from, to } = event;
    if (!message.granted || message.preVote) return false;
    const vote = `${to} ${message.term}`;
    this.#now.set(from, vote);
    if (this.#before.get(from) !== vote) return false;
    this.#before.delete(from);
    return true;
  }
}
