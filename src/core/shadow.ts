import { type DeadlineTable, DUE } from './deadlines.js';
import type { Instant } from './inputs.js';
import { isPast } from './instants.js';
import type { Incarnation, Term, VoteResponse } from './messages.js';
import type { NodeId } from './names.js';
import type { Settings } from './options.js';
import type { Outbox } from './outbox.js';

/**
 * Whether another live process has this node's id (rule 4). Processes that share an id hear what is sent to it, so
 * each says a word to its own id when it starts. Hearing one's own id from another incarnation is a suspicion only:
 * it may be a late word of one's former self. Proof is a word that repeats the present incarnation, since only a
 * process that is alive now can know it.
 */
export class Shadow {
  readonly #settings: Settings;
  readonly #incarnation: Incarnation;
  readonly #outbox: Outbox;
  readonly #deadlines: DeadlineTable;
  #other: { readonly incarnation: Incarnation; readonly provenUntilMs: number } | undefined;
  /** When a word to this id is answered again; undefined before the first. */
  #nextAnswerMs: number | undefined;

  constructor(settings: Settings, incarnation: Incarnation, outbox: Outbox, deadlines: DeadlineTable) {
    this.#settings = settings;
    this.#incarnation = incarnation;
    this.#outbox = outbox;
    this.#deadlines = deadlines;
  }

  /** A second process is alive, as far as is known. */
  get present(): boolean {
    return this.#other !== undefined;
  }

  /**
   * Says to one's own id that this process has it: at first while votes have to wait anyway, later for as long as
   * there is a second process to keep informed.
   * @returns whether the second process has gone.
   */
  speak(term: Term, waitUntilMs: number, { nowMs }: Instant): boolean {
    if (this.#other !== undefined && nowMs >= this.#other.provenUntilMs) {
      this.#other = undefined;
      return true;
    }
    this.#outbox.send(
      this.#settings.id,
      word(this.#settings.id, term, this.#incarnation, this.#other?.incarnation ?? 0),
    );
    if (this.present || nowMs < waitUntilMs) {
      this.#deadlines.set(DUE.presence, nowMs + this.#settings.timings.heartbeatIntervalMs);
    }
    return false;
  }

  /**
   * Hears a word to one's own id, or one's own id in any other message (`heard` is then 0).
   * @returns whether it is news.
   */
  hear(other: Incarnation, heard: Incarnation, term: Term, { nowMs }: Instant): boolean {
    if (other === this.#incarnation || this.#settings.observer) return false;
    const { heartbeatIntervalMs, electionTimeoutMaxMs } = this.#settings.timings;
    if (heard !== this.#incarnation) {
      // At most one answer an interval, whatever arrives: two processes must not talk each other into a storm.
      if (!isPast(this.#nextAnswerMs, nowMs)) return false;
      this.#nextAnswerMs = nowMs + heartbeatIntervalMs;
      this.#outbox.send(this.#settings.id, word(this.#settings.id, term, this.#incarnation, other));
      return false;
    }
    const news = !this.present;
    this.#other = { incarnation: other, provenUntilMs: nowMs + electionTimeoutMaxMs };
    if (news) this.#deadlines.set(DUE.presence, nowMs);
    return news;
  }
}

/**
 * A word among the processes that share an id: `speaker` is alive and knows of `heard`. It travels as a refusal, the
 * one message that every mode can address to an id; nobody else is ever sent one in its own name.
 */
export function word(id: NodeId, term: Term, speaker: Incarnation, heard: Incarnation): VoteResponse {
  return {
    kind: 'voteResponse',
    preVote: false,
    term,
    granted: false,
    standsBy: false,
    voter: id,
    incarnation: speaker,
    round: heard,
    retryAfterMs: 0,
  };
}
