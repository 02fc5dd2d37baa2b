import type { Heartbeat, Message } from '../../../core/messages.js';
import { quorumSize, reachedBy } from '../../../core/quorum.js';
import type { WorldEvent } from '../invariant.js';
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

/**
 * Leases, reckoned a second time: in true time, and from nothing but the heartbeats that left and the answers that
 * arrived.
 */
export class LeaseReckoning {
  readonly #sent = new HeartbeatTimes();
  readonly #leaders = new Map<string, Leader>();
  /** Said before what they answer was asked: news to a stale leader, whatever round they carry, promise nothing. */
  readonly #unasked = new WeakSet<Message>();
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
      } else if (message.kind === 'heartbeatResponse') {
        if (this.#sent.sentAtMs(to, message.term, message.round) === Number.NEGATIVE_INFINITY)
          this.#unasked.add(message);
      }
    } else if (event.kind === 'delivered') {
      const { message, to } = event;
      if (message.kind === 'heartbeatResponse' && !this.#unasked.has(message))
        this.#answer(to, message.term, message.round, message.voter);
    }
  }

  /** When the newest heartbeat of `term` left that a quorum has answered; `-Infinity` before the first. */
  quorumSentAtMs(id: string, term: number): number {
    const leader = this.#leaders.get(id);
    return leader === undefined || leader.term !== term ? Number.NEGATIVE_INFINITY : leader.quorumSentAtMs;
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
    const quorumRound = reachedBy(this.#others, leader.answers);
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
