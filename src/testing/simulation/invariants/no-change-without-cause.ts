import type { HeartbeatResponse, Incarnation } from '../../../core/messages.js';
import { quorumSize } from '../../../core/quorum.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { type GroundRules, instant, quorumsOverlap, ROUNDING_MS } from './ground-rules.js';
import { LeaseReckoning } from './lease-reckoning.js';

/** A voter that answers a leader. */
interface Follower {
  lastAnswerMs: number;
  /** It has answered ever since, never pausing for as long as its promise lasts; `Infinity` while that is not so. */
  steadySinceMs: number;
}

/** A leadership that has not ended. */
interface Reign {
  readonly term: number;
  readonly sinceMs: number;
  readonly followers: Map<string, Follower>;
  /** The newest heartbeat that a quorum answered before the lease was over, and until when that makes it last. */
  sentAtMs: number;
  leaseEndMs: number;
  /** The lease before this one was not disturbed: whether it had lapsed is known. */
  isSure: boolean;
}

type Loss = Extract<WorldEvent, { kind: 'stateChange' }>;

/** Causes that lie with the leader's own user, or its disk. */
const OWN_CAUSES: ReadonlySet<string> = new Set(['steppedDown', 'closed', 'persistFailed']);
/** Causes that are in no world of this kind. */
const NO_CAUSES: ReadonlySet<string> = new Set(['tooManyVoters', 'duplicateId']);

/**
 * A leader that a quorum goes on answering goes on leading, whatever becomes of the others. Its lease does not end before
 * the answers that it got run out; and nobody enters a newer term while a quorum stands by it, so a newer term that
 * dethrones it was there before. Only its user and its disk can end its leadership otherwise.
 *
 * Source: rules 6 to 8, 11; diss. 9.6, 4.2.3; the partial partitions of Omni-Paxos, EuroSys 2023.
 */
export class NoChangeWithoutCause implements Invariant {
  readonly name = 'no leader change without cause';
  readonly source = 'rules 6 to 8, 11; diss. 9.6';
  readonly kind = 'liveness';
  readonly hears = [
    'started',
    'crashed',
    'closed',
    'stopped',
    'resumed',
    'wallClockSet',
    'sent',
    'delivered',
    'stateChange',
    'step',
  ] as const;
  readonly messages = ['heartbeat', 'heartbeatResponse'] as const;
  readonly #reigns = new Map<string, Reign>();
  readonly #reckoning: LeaseReckoning;
  readonly #leaseMs = new Map<string, number>();
  /** When each term was first seen anywhere. */
  readonly #bornAtMs = new Map<number, number>();
  /** Which process of a voter answered a leader last, by leader and voter. */
  readonly #answeredBy = new Map<string, Incarnation>();
  readonly #others: number;
  readonly #preVote: boolean;
  readonly #steadyGapMs: number;
  readonly #preVoteRoundMs: number;
  #newestTerm = 0;
  /** What may make answers count for less than they seem: clocks that were stopped or set, processes that are new. */
  #disturbedAtMs = Number.NEGATIVE_INFINITY;

  constructor({ size, preVote, voters, leaseMs, timings }: GroundRules) {
    const rates = voters.map(({ rate }) => rate);
    this.#others = quorumSize(size) - 1;
    this.#preVote = preVote;
    this.#reckoning = new LeaseReckoning(size);
    this.#steadyGapMs = timings.electionTimeoutMinMs / Math.max(...rates);
    this.#preVoteRoundMs = timings.electionTimeoutMinMs / Math.min(...rates);
    for (const { id, rate } of voters) this.#leaseMs.set(id, leaseMs / rate);
  }

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    const { nowMs } = world;
    switch (event.kind) {
      case 'step':
        this.#noteTerms(world);
        return undefined;
      case 'sent':
      case 'delivered':
        this.#reckoning.observe(event, nowMs);
        if (event.kind === 'delivered' && event.message.kind === 'heartbeatResponse') {
          this.#onProcess(event.to, event.message, nowMs);
          this.#prolong(event.to, nowMs);
        }
        if (event.kind === 'sent' && event.message.kind === 'heartbeatResponse' && event.message.round > 0) {
          this.#onAnswer(event.to, event.message.term, event.from, nowMs);
        }
        return undefined;
      case 'stopped':
      case 'resumed':
      case 'wallClockSet':
      case 'started':
        this.#disturbedAtMs = nowMs;
        for (const { followers } of this.#reigns.values()) followers.delete(event.by);
        return undefined;
      case 'crashed':
      case 'closed':
        this.#reigns.delete(event.by);
        return undefined;
      case 'stateChange': {
        const reign = this.#reigns.get(event.by);
        this.#reigns.delete(event.by);
        if (event.to === 'LEADER') {
          this.#reigns.set(event.by, this.#begin(event, nowMs));
        }
        return event.from === 'LEADER' && reign !== undefined ? this.#judge(event, reign, world) : undefined;
      }
      default:
        return undefined;
    }
  }

  #noteTerms({ members, nowMs }: WorldView): void {
    for (const { term } of members.values()) {
      if (term <= this.#newestTerm) continue;
      this.#newestTerm = term;
      this.#bornAtMs.set(term, nowMs);
    }
  }

  #onAnswer(leader: string, term: number, voter: string, nowMs: number): void {
    const reign = this.#reigns.get(leader);
    if (reign === undefined || reign.term !== term) return;
    const follower = reign.followers.get(voter);
    if (follower === undefined) {
      // The first answer of a term may have waited for the disk: steadiness is counted from the second.
      reign.followers.set(voter, { lastAnswerMs: nowMs, steadySinceMs: Number.POSITIVE_INFINITY });
      return;
    }
    if (nowMs - follower.lastAnswerMs >= this.#steadyGapMs) follower.steadySinceMs = Number.POSITIVE_INFINITY;
    else if (follower.steadySinceMs === Number.POSITIVE_INFINITY) follower.steadySinceMs = nowMs;
    follower.lastAnswerMs = nowMs;
  }

  /**
   * Another process answers under a voter's id than before, and either may be the former one, whose word came late: of
   * what a leader asked before now it cannot tell who has answered (rule 4).
   */
  #onProcess(leader: string, { voter, incarnation }: HeartbeatResponse, nowMs: number): void {
    const key = `${leader} ${voter}`;
    const former = this.#answeredBy.get(key);
    if (former === incarnation) return;
    if (former !== undefined) this.#disturbedAtMs = nowMs;
    this.#answeredBy.set(key, incarnation);
  }

  #begin({ by, term }: { readonly by: string; readonly term: number }, sinceMs: number): Reign {
    const sentAtMs = this.#reckoning.quorumSentAtMs(by, term);
    return {
      term,
      sinceMs,
      followers: new Map(),
      sentAtMs,
      leaseEndMs: sentAtMs + (this.#leaseMs.get(by) ?? 0),
      isSure: true,
    };
  }

  /** An answer has arrived. A lease that has lapsed meanwhile is not revived by it (rule 8). */
  #prolong(leader: string, nowMs: number): void {
    const reign = this.#reigns.get(leader);
    if (reign === undefined || nowMs >= reign.leaseEndMs) return;
    // A clock that was set may have ended the old one: the leader says so right after this, if it has.
    reign.isSure = reign.sentAtMs > this.#disturbedAtMs;
    reign.sentAtMs = this.#reckoning.quorumSentAtMs(leader, reign.term);
    reign.leaseEndMs = reign.sentAtMs + (this.#leaseMs.get(leader) ?? 0);
  }

  #judge(loss: Loss, reign: Reign, world: WorldView): string | undefined {
    const { by, term, reason } = loss;
    const what = `${by} loses term ${term} at ${instant(world.nowMs)} (${reason})`;
    if (OWN_CAUSES.has(reason)) return undefined;
    if (NO_CAUSES.has(reason)) return what;
    if (reason === 'leaseExpired') {
      const { sentAtMs, leaseEndMs, isSure } = reign;
      const isCaused = !isSure || sentAtMs <= this.#disturbedAtMs || leaseEndMs <= world.nowMs + ROUNDING_MS;
      if (this.#others === 0 || isCaused) return undefined;
      return `${what}, and a quorum's answers last until ${instant(leaseEndMs)}`;
    }
    if (!this.#preVote) return undefined;
    const steadySinceMs = this.#steadySinceMs(reign, world.nowMs);
    const newer = world.members.get(by)?.term ?? term;
    const bornAtMs = this.#bornAtMs.get(newer) ?? world.nowMs;
    // A quorum that was steady since then has given nobody a pre-vote that is younger, nor one that still counts.
    if (bornAtMs <= steadySinceMs + this.#preVoteRoundMs) return undefined;
    return `${what}, and a quorum answers it steadily since ${instant(steadySinceMs)}; term ${newer} began at ${instant(bornAtMs)}`;
  }

  /** Since when a quorum, the leader among them, has answered without a pause; `Infinity` when none does. */
  #steadySinceMs({ followers, sinceMs }: Reign, nowMs: number): number {
    const steady: number[] = [sinceMs];
    for (const { lastAnswerMs, steadySinceMs } of followers.values()) {
      if (nowMs - lastAnswerMs < this.#steadyGapMs) steady.push(steadySinceMs);
    }
    steady.sort((a, b) => a - b);
    return Math.max(sinceMs, steady[this.#others] ?? Number.POSITIVE_INFINITY);
  }
}
