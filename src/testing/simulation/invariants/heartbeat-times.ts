import type { Heartbeat } from '../../../core/messages.js';

/** How many rounds of a leader are remembered: more than it sends in any lease. */
const ROUNDS_KEPT = 256;

interface Leader {
  /** A process whose disk was lost may lead a term that a former one has led: its rounds begin anew. */
  incarnation: number;
  term: number;
  newestRound: number;
  readonly sentAtMs: Float64Array;
}

/** When each recent heartbeat of each leader left, by true time. */
export class HeartbeatTimes {
  readonly #leaders = new Map<string, Leader>();

  /** A heartbeat leaves: of the many that carry one round, the first counts. */
  note({ leader: id, term, round, incarnation }: Heartbeat, nowMs: number): void {
    let leader = this.#leaders.get(id);
    if (leader === undefined) {
      leader = { incarnation, term, newestRound: 0, sentAtMs: new Float64Array(ROUNDS_KEPT) };
      this.#leaders.set(id, leader);
    }
    if (leader.term !== term || leader.incarnation !== incarnation) {
      leader.term = term;
      leader.incarnation = incarnation;
      leader.newestRound = 0;
    }
    if (round <= leader.newestRound) return;
    leader.newestRound = round;
    leader.sentAtMs[round % ROUNDS_KEPT] = nowMs;
  }

  /** When `round` of `term` left; `-Infinity` when it never did, or too long ago. */
  sentAtMs(id: string, term: number, round: number): number {
    const leader = this.#leaders.get(id);
    if (leader === undefined || leader.term !== term) return Number.NEGATIVE_INFINITY;
    if (round < 1 || round > leader.newestRound || round <= leader.newestRound - ROUNDS_KEPT) {
      return Number.NEGATIVE_INFINITY;
    }
    return leader.sentAtMs[round % ROUNDS_KEPT] ?? Number.NEGATIVE_INFINITY;
  }
}
