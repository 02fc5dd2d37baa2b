import type { WorldEvent } from '../invariant.js';
import { Sometimes } from './sometimes.js';

/** A node has the votes of a quorum, sends heartbeats, and never shows LEADER. */
export class VoteWithoutLease extends Sometimes {
  readonly name = 'a vote is won and no lease comes of it';
  readonly source = 'rule 8';
  readonly hears = ['sent', 'stateChange'] as const;
  override readonly messages = ['heartbeat'] as const;
  /** By node: the term in which it acts as leader. */
  readonly #acts = new Map<string, number>();

  protected happensIn(event: WorldEvent): boolean {
    if (event.kind === 'sent') {
      if (event.message.kind === 'heartbeat') this.#acts.set(event.from, event.message.term);
      return false;
    }
    if (event.kind !== 'stateChange' || !this.#acts.has(event.by)) return false;
    const won = event.from === 'CANDIDATE' && event.to !== 'LEADER';
    this.#acts.delete(event.by);
    return won;
  }
}
