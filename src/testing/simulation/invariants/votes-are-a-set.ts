import { quorumSize } from '../../../core/quorum.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type GroundRules, instant } from './ground-rules.js';

/** Who has granted one node its vote in one term. */
interface Votes {
  readonly term: number;
  readonly voters: Set<string>;
}

/**
 * Who acts as a leader has the votes of a quorum: so many different voters, itself among them, have sent it a grant of
 * that term.
 *
 * Source: rule 2; diss. 3.4.
 */
export class VotesAreASet implements Invariant {
  readonly name = 'votes are a set';
  readonly source = 'rule 2; diss. 3.4';
  readonly kind = 'safety';
  readonly hears = ['sent'] as const;
  readonly messages = ['voteRequest', 'voteResponse', 'heartbeat'] as const;
  readonly #votes = new Map<string, Votes>();
  readonly #led = new Map<string, number>();
  readonly #quorum: number;

  constructor({ size }: GroundRules) {
    this.#quorum = quorumSize(size);
  }

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind !== 'sent') return undefined;
    const { message, from, to } = event;
    if (message.kind === 'voteRequest') {
      this.#campaign(from, message.term);
    } else if (message.kind === 'voteResponse') {
      if (message.granted && !message.preVote) this.#grant(to, message.term, from);
    } else if (message.kind === 'heartbeat' && this.#led.get(from) !== message.term) {
      this.#led.set(from, message.term);
      const votes = this.#votes.get(from);
      const count = 1 + (votes?.term === message.term ? votes.voters.size : 0);
      if (count < this.#quorum) {
        return `${from} acts as leader of term ${message.term} at ${instant(nowMs)} with ${count} of ${this.#quorum} votes`;
      }
    }
    return undefined;
  }

  #campaign(candidate: string, term: number): void {
    if (this.#votes.get(candidate)?.term !== term) this.#votes.set(candidate, { term, voters: new Set() });
  }

  #grant(candidate: string, term: number, voter: string): void {
    const votes = this.#votes.get(candidate);
    if (votes?.term === term) votes.voters.add(voter);
  }
}
