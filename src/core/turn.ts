import { isPast } from './instants.js';
import type { NodeId } from './names.js';
import type { Settings } from './options.js';
import type { Rng } from './random.js';

/**
 * Whose turn it is to stand when the leader falls silent, as far as one follower knows (rule 10): the heir goes first,
 * everyone else leaves it its turn; where leader and heir are both known to be gone there is nobody to wait for.
 */
export class Turn {
  readonly #settings: Settings;
  readonly #rng: Rng;
  /** Whom this node stands by, and whom that one has named, by its newest heartbeat. */
  #leader: NodeId | undefined;
  #heir: NodeId | undefined;
  #isLeaderGone = false;
  /**
   * How long it counts that the heir was said to be gone: a leader drops a silent heir, so one that it goes on naming
   * is back.
   */
  #heirGoneUntilMs: number | undefined;

  constructor(settings: Settings, rng: Rng) {
    this.#settings = settings;
    this.#rng = rng;
  }

  /** Whether this node is the heir. */
  get isOwn(): boolean {
    const heir = this.#heir;
    // Asked at every heartbeat: two strings are compared in place, a string and what may be none by a call.
    return heir !== undefined && heir === this.#settings.id;
  }

  /** A heartbeat came, so whoever said that the leader is gone was wrong. */
  hear(leader: NodeId, heir: NodeId | undefined): void {
    if (this.#heirGoneUntilMs !== undefined && heir !== this.#heir) this.#heirGoneUntilMs = undefined;
    this.#leader = leader;
    this.#heir = heir;
    this.#isLeaderGone = false;
  }

  /** No leader is stood by any more. */
  forget(): void {
    this.#leader = undefined;
    this.#heir = undefined;
    this.#isLeaderGone = false;
  }

  /**
   * The transport says that `id` is gone. What concerns neither leader nor heir is not kept.
   * @returns whether that is news: who is told again and again must not draw again and again, or all would ask at once.
   */
  noteGone(id: NodeId, nowMs: number): boolean {
    if (id === this.#leader) {
      const isNews = !this.#isLeaderGone;
      this.#isLeaderGone = true;
      return isNews;
    }
    if (id !== this.#heir) return false;
    const isNews = isPast(this.#heirGoneUntilMs, nowMs);
    this.#heirGoneUntilMs = nowMs + this.#settings.timings.electionTimeoutMinMs;
    return isNews;
  }

  /** How long after the last heartbeat this node asks for pre-votes, in milliseconds. */
  waitMs(): number {
    const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs } = this.#settings.timings;
    if (this.isOwn) return electionTimeoutMinMs;
    return (
      heartbeatIntervalMs + electionTimeoutMinMs + this.#rng.next() * (electionTimeoutMaxMs - electionTimeoutMinMs)
    );
  }

  /**
   * When to ask if the leader is said to be gone; `undefined` when that changes nothing. The heir asks a heartbeat
   * interval before its own promise ends, to learn when the others' do. Where there is no heir, or it is gone as well,
   * everyone asks soon after the promises have ended, at random, so that they seldom split the vote.
   *
   * @param freeAtMs when this node's own promises end.
   */
  askEarlyAtMs(freeAtMs: number, nowMs: number): number | undefined {
    if (!this.#isLeaderGone) return undefined;
    const { heartbeatIntervalMs } = this.#settings.timings;
    if (this.isOwn) return freeAtMs - heartbeatIntervalMs;
    const heirLives = this.#heir !== undefined && isPast(this.#heirGoneUntilMs, nowMs);
    return heirLives ? undefined : freeAtMs + this.#rng.next() * heartbeatIntervalMs;
  }
}
