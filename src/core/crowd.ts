import { type DeadlineTable, DUE } from './deadlines.js';
import type { NodeId } from './names.js';
import type { Settings } from './options.js';
import type { Outbox } from './outbox.js';
import { Roster } from './roster.js';

/**
 * Whether more voters are alive than the cluster's size (rule 3). There is none where voters are listed: there ids
 * decide.
 */
export class Crowd {
  readonly #settings: Settings;
  readonly #outbox: Outbox;
  readonly #deadlines: DeadlineTable;
  readonly #roster: Roster;
  #present = false;

  constructor(settings: Settings, outbox: Outbox, deadlines: DeadlineTable) {
    this.#settings = settings;
    this.#outbox = outbox;
    this.#deadlines = deadlines;
    const { membership, id, timings } = settings;
    this.#roster = new Roster(id, membership.size, timings.electionTimeoutMaxMs);
  }

  /** There are too many, as far as is known. */
  get present(): boolean {
    return this.#present;
  }

  /** A voter was heard. @returns whether that makes a crowd where there was none. */
  hear(voter: NodeId, nowMs: number): boolean {
    if (!this.#roster.hear(voter, nowMs)) return false;
    this.#deadlines.set(DUE.crowd, nowMs + this.#settings.timings.electionTimeoutMaxMs);
    if (this.#present) return false;
    this.#present = true;
    const { id, membership } = this.#settings;
    const alive = [id, ...this.#roster.alive(nowMs)];
    this.#outbox.report(
      'TOO_MANY_VOTERS',
      `cluster.size is ${membership.size} and ${alive.length} voters are alive (${alive.join(', ')}): ` +
        'nobody leads while this lasts; stop the surplus ones, make them observers, or list cluster.voters',
    );
    return true;
  }

  /** Looks whether the crowd is gone. */
  look(nowMs: number): void {
    this.#present = this.#roster.isCrowded(nowMs);
    if (this.#present) this.#deadlines.set(DUE.crowd, nowMs + this.#settings.timings.heartbeatIntervalMs);
  }
}
