/**
 * Everything that an elector waits for, in the order in which deadlines that are due together are taken. Numbers, since
 * the table is read and written several times for every message.
 */
export const DUE = Object.freeze({
  /** Leader: the lease runs out (rule 8). */
  lease: 0,
  /** Leader: the next heartbeat (rule 5). */
  heartbeat: 1,
  /** Voter: the wait of a new log is over (rule 7). */
  settle: 2,
  /** Pre-candidate, candidate: ask again (rule 6). */
  request: 3,
  /** Silence, or a candidacy, lasted an election timeout (rules 5, 10). */
  election: 4,
  /** Former leader: TimeoutNow may have been lost (rule 9). */
  handover: 5,
  /** Say that this id is in use, or look whether its second owner is gone (rule 4). */
  presence: 6,
  /** Look whether more voters than the size are still alive (rule 3). */
  crowd: 7,
} as const);

export type Deadline = (typeof DUE)[keyof typeof DUE];

/** When each is due: one for each of {@link DUE}. */
type Times = [number, number, number, number, number, number, number, number];

const NONE = Number.POSITIVE_INFINITY;
const NEVER: Readonly<Times> = [NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE];

/** The one table of deadlines; `Infinity` is none. Waking early is harmless. */
export class DeadlineTable {
  readonly #atMs: Times = [...NEVER];

  set(deadline: Deadline, atMs: number): void {
    this.#atMs[deadline] = atMs;
  }

  clear(deadline: Deadline): void {
    this.#atMs[deadline] = NONE;
  }

  clearAll(): void {
    this.#atMs.fill(NONE);
  }

  at(deadline: Deadline): number {
    return this.#atMs[deadline];
  }

  /** Whether the deadline has come; if so it is over, and has to be set again. */
  take(deadline: Deadline, nowMs: number): boolean {
    if (this.at(deadline) > nowMs) return false;
    this.clear(deadline);
    return true;
  }

  /** The earliest of all. Looked at after every input: one by one, which takes half as long as a loop. */
  next(): number {
    const all = this.#atMs;
    return Math.min(all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7]);
  }
}
