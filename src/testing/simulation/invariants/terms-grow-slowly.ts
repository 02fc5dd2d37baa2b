import type { PreVoteRequest } from '../../../core/messages.js';
import { quorumSize } from '../../../core/quorum.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type GroundRules, instant, ROUNDING_MS } from './ground-rules.js';

/** What one node asks, and has done. */
interface Asker {
  /** The question of its present pre-vote round, and who has granted it. */
  question: PreVoteRequest | undefined;
  readonly grants: Set<string>;
  /** Its newest campaign, and how many there were in this process's life. */
  term: number;
  campaigns: number;
  startedAtMs: number;
}

/**
 * Nobody raises the term alone. With pre-vote a campaign needs a quorum that would vote, in one round of asking, so a node
 * that is cut off stays in its term for as long as the cut lasts. Without it a process raises its term once a candidacy,
 * and no faster. A campaign in an outgoing leader's name raises it once for each leader.
 *
 * Source: rules 5 and 6; diss. 9.6.
 */
export class TermsGrowSlowly implements Invariant {
  readonly name = 'terms grow slowly';
  readonly source = 'rule 6; diss. 9.6';
  readonly kind = 'safety';
  readonly hears = ['started', 'sent'] as const;
  readonly messages = ['preVoteRequest', 'voteResponse', 'voteRequest'] as const;
  readonly #askers = new Map<string, Asker>();
  readonly #quorum: number;
  readonly #preVote: boolean;
  readonly #candidacyMs: number;

  constructor({ size, preVote, leaseMs, voters }: GroundRules) {
    this.#quorum = quorumSize(size);
    this.#preVote = preVote;
    this.#candidacyMs = leaseMs / Math.max(...voters.map(({ rate }) => rate));
  }

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind === 'started') {
      const asker = this.#asker(event.by);
      asker.campaigns = 0;
      asker.startedAtMs = nowMs;
    }
    if (event.kind !== 'sent') return undefined;
    const { message, from, to } = event;
    switch (message.kind) {
      case 'preVoteRequest': {
        const asker = this.#asker(from);
        const { question } = asker;
        if (question?.round === message.round && question.term === message.term) return undefined;
        asker.question = message;
        asker.grants.clear();
        return undefined;
      }
      case 'voteResponse': {
        if (!message.granted || !message.preVote) return undefined;
        const asker = this.#asker(to);
        if (asker.question?.round === message.round && asker.question.term === message.term) asker.grants.add(from);
        return undefined;
      }
      case 'voteRequest': {
        const asker = this.#asker(from);
        if (asker.term === message.term) return undefined;
        const breach = message.leadershipTransfer ? undefined : this.#campaign(asker, message.term, nowMs);
        asker.term = message.term;
        return breach === undefined
          ? undefined
          : `${from} campaigns in term ${message.term} at ${instant(nowMs)}, ${breach}`;
      }
      default:
        return undefined;
    }
  }

  #campaign(asker: Asker, term: number, nowMs: number): string | undefined {
    asker.campaigns += 1;
    const { question, grants, campaigns, startedAtMs } = asker;
    if (this.#preVote) {
      const count = 1 + (question?.term === term ? grants.size : 0);
      return count < this.#quorum ? `with the pre-votes of ${count} of ${this.#quorum} voters` : undefined;
    }
    // Counted from its start, since each may have waited for the disk before it was seen.
    const aliveMs = nowMs - startedAtMs;
    if (aliveMs + ROUNDING_MS >= (campaigns - 1) * this.#candidacyMs) return undefined;
    return `the ${campaigns}th time in ${instant(aliveMs)}`;
  }

  #asker(id: string): Asker {
    let asker = this.#askers.get(id);
    if (asker === undefined) {
      asker = { question: undefined, grants: new Set(), term: -1, campaigns: 0, startedAtMs: Number.NEGATIVE_INFINITY };
      this.#askers.set(id, asker);
    }
    return asker;
  }
}
