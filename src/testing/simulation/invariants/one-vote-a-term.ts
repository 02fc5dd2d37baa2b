import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * A voter gives one vote a term, for ever: what it shows, in a grant or in its own candidacy, and what its disk holds
 * agree over every restart, and a disk that holds a vote holds it for as long as it holds the term. A replaced disk is a
 * new voter's.
 *
 * Source: rule 1; diss. 3.4, 3.8.
 */
export class OneVoteATerm implements Invariant {
  readonly name = 'one vote a term';
  readonly source = 'rule 1; diss. 3.4';
  readonly kind = 'safety';
  readonly hears = ['durable', 'diskReplaced', 'sent'] as const;
  readonly messages = ['voteRequest', 'voteResponse'] as const;
  /** By voter, then by term. */
  readonly #votes = new Map<string, Map<number, string>>();

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'durable':
        return this.#written(event.by, event.state.term, event.state.votedFor, world);
      case 'sent': {
        const { message, from, to } = event;
        if (message.kind === 'voteRequest') return this.#note(from, message.term, from, world);
        if (message.kind !== 'voteResponse' || !message.granted || message.preVote) return undefined;
        return this.#note(from, message.term, to, world);
      }
      case 'diskReplaced':
        this.#votes.delete(event.by);
        return undefined;
      default:
        return undefined;
    }
  }

  #written(voter: string, term: number, votedFor: string | undefined, world: WorldView): string | undefined {
    if (votedFor !== undefined) return this.#note(voter, term, votedFor, world);
    const before = this.#votes.get(voter)?.get(term);
    if (before === undefined) return undefined;
    return `${voter} forgets its vote for ${before} in term ${term}, at ${instant(world.nowMs)}`;
  }

  #note(voter: string, term: number, candidate: string, { nowMs }: WorldView): string | undefined {
    let votes = this.#votes.get(voter);
    if (votes === undefined) {
      votes = new Map();
      this.#votes.set(voter, votes);
    }
    const before = votes.get(term);
    if (before === candidate) return undefined;
    votes.set(term, candidate);
    if (before === undefined) return undefined;
    return `${voter} votes in term ${term} for ${before}, and at ${instant(nowMs)} for ${candidate}`;
  }
}
