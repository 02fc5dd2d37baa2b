import type { HeartbeatResponse, Incarnation } from './messages.js';
import type { NodeId } from './names.js';

/** What an answer to a heartbeat tells the leader about the process that gave it. */
export type PeerFinding =
  /** It counts. */
  | 'counts'
  /** It is older than what is known, or a late word of the voter's former self (rule 4). */
  | 'stale'
  /** Two live processes answer under this id (rule 4). */
  | 'twins';

/** One voter, as the leader of a term knows it from the answers to its heartbeats. */
export class Peer {
  readonly id: NodeId;
  /** The newest round that it answered; 0 before the first, and while its id is in doubt. */
  answeredRound = 0;
  /** Its priority as an heir (rule 10). */
  priority = 0;
  /** The process that answers. */
  incarnation: Incarnation = 0;
  /** The one that answered before it; 0 when there was none. */
  formerIncarnation: Incarnation = 0;
  /** The newest round that had been sent when the present process was first heard. */
  #sinceRound = 0;
  #doubtedUntilRound = 0;

  constructor(id: NodeId) {
    this.id = id;
  }

  /**
   * Takes in an answer. A voter that restarts shows a new incarnation and never the old one again, unless late: an
   * answer to a round that had been sent before the present process was first heard says nothing about who is alive.
   * The old one answering a round that was sent after the new one had appeared is a second live process.
   *
   * @param newestRound the newest round that the leader has sent.
   * @param doubtRounds how many rounds both owners of an id must be down to one before it counts again.
   */
  answer(response: HeartbeatResponse, newestRound: number, doubtRounds: number): PeerFinding {
    const { incarnation, round } = response;
    if (incarnation !== this.incarnation) {
      if (round <= this.#sinceRound) return 'stale';
      if (incarnation === this.formerIncarnation) {
        this.#doubtedUntilRound = newestRound + doubtRounds;
        this.answeredRound = 0;
        return 'twins';
      }
      this.formerIncarnation = this.incarnation;
      this.incarnation = incarnation;
      this.#sinceRound = newestRound;
    }
    if (round <= this.#doubtedUntilRound) return 'stale';
    this.priority = response.priority;
    if (round <= this.answeredRound) return 'stale';
    this.answeredRound = round;
    return 'counts';
  }
}
