import type { Heartbeat, Message, VoteResponse } from '../../../core/messages.js';
import { quorumSize, reachedBy } from '../../../core/quorum.js';
import type { WorldEvent } from '../invariant.js';
import { CampaignTimes } from './campaign-times.js';
import { HeartbeatTimes } from './heartbeat-times.js';

/** The newest round that the delivered answers of one voter are for. */
interface Answers {
  readonly voter: string;
  answeredRound: number;
}

interface Leader {
  incarnation: number;
  term: number;
  quorumRound: number;
  quorumSentAtMs: number;
  readonly answers: Answers[];
}

/** The promises that votes for one candidate are. */
interface Standing {
  readonly term: number;
  readonly sentAtMs: number;
  readonly voters: Set<string>;
}

/**
 * Leases, reckoned a second time: in true time, and from nothing but the heartbeats and the requests for promises that
 * left and the answers that arrived.
 */
export class LeaseReckoning {
  readonly #sent = new HeartbeatTimes();
  readonly #leaders = new Map<string, Leader>();
  /** Said before what they answer was asked: news to a stale leader, whatever round they carry, promise nothing. */
  readonly #unasked = new WeakSet<Message>();
  readonly #campaigns = new CampaignTimes();
  /** By candidate: who has promised to stand by it, with its vote in that term. */
  readonly #standing = new Map<string, Standing>();
  readonly #others: number;

  /** @param size how many voters the cluster has. */
  constructor(size: number) {
    this.#others = quorumSize(size) - 1;
  }

  observe(event: WorldEvent, nowMs: number): void {
    if (event.kind === 'sent') {
      const { message, to } = event;
      if (message.kind === 'heartbeat') {
        this.#sent.note(message, nowMs);
        this.#begin(message);
      } else if (message.kind === 'voteRequest') {
        this.#campaigns.note(message, nowMs);
      } else if (message.kind === 'heartbeatResponse') {
        if (this.#sent.sentAtMs(to, message.term, message.round) === Number.NEGATIVE_INFINITY)
          this.#unasked.add(message);
      }
    } else if (event.kind === 'delivered') {
      const { message, to } = event;
      if (message.kind === 'heartbeatResponse' && !this.#unasked.has(message))
        this.#answer(to, message.term, message.round, message.voter);
      else if (message.kind === 'voteResponse') this.#stand(to, message);
    }
  }

  /**
   * When the newest heartbeat of `term` left that a quorum has answered, or else the request that a quorum has answered
   * with a promise; `-Infinity` before that.
   */
  quorumSentAtMs(id: string, term: number): number {
    const leader = this.#leaders.get(id);
    const answeredMs = leader === undefined || leader.term !== term ? Number.NEGATIVE_INFINITY : leader.quorumSentAtMs;
    const standing = this.#standing.get(id);
    const stands = standing?.term === term && standing.voters.size >= this.#others;
    return stands ? Math.max(answeredMs, standing.sentAtMs) : answeredMs;
  }

  #stand(id: string, response: VoteResponse): void {
    const sentAtMs = this.#campaigns.sentAtMs(id, response);
    if (sentAtMs === Number.NEGATIVE_INFINITY || response.voter === undefined) return;
    const { term } = response;
    const known = this.#standing.get(id);
    const standing = known?.sentAtMs === sentAtMs ? known : { term, sentAtMs, voters: new Set<string>() };
    this.#standing.set(id, standing);
    standing.voters.add(response.voter);
  }

  #answer(id: string, term: number, round: number, voter: string): void {
    const sentAtMs = this.#sent.sentAtMs(id, term, round);
    if (sentAtMs === Number.NEGATIVE_INFINITY) return;
    const leader = this.#leaders.get(id);
    if (leader === undefined) return;
    let answers = leader.answers.find((known) => known.voter === voter);
    if (answers === undefined) {
      answers = { voter, answeredRound: 0 };
      leader.answers.push(answers);
    }
    if (round <= answers.answeredRound) return;
    answers.answeredRound = round;
    const quorumRound = reachedBy(this.#others, leader.answers, leader.quorumRound);
    if (quorumRound <= leader.quorumRound) return;
    leader.quorumRound = quorumRound;
    leader.quorumSentAtMs = this.#sent.sentAtMs(id, term, quorumRound);
  }

  /** A process that has not led this term before leads it from now on. */
  #begin({ leader: id, term, incarnation }: Heartbeat): void {
    const leader = this.#leaders.get(id);
    if (leader?.term === term && leader.incarnation === incarnation) return;
    const quorumSentAtMs = Number.NEGATIVE_INFINITY;
    this.#leaders.set(id, { incarnation, term, quorumRound: 0, quorumSentAtMs, answers: [] });
  }
}
