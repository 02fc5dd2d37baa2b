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

// A list without holes, which `map` would not promise the compiler.
const NEVER: readonly number[] = Array.from(Object.values(DUE), () => Number.POSITIVE_INFINITY);

/** The one table of deadlines; `Infinity` is none. Waking early is harmless. */
export class DeadlineTable {
  readonly #atMs = NEVER.slice();

  set(deadline: Deadline, atMs: number): void {
    this.#atMs[deadline] = atMs;
  }

  clear(deadline: Deadline): void {
    this.#atMs[deadline] = Number.POSITIVE_INFINITY;
  }

  clearAll(): void {
    this.#atMs.fill(Number.POSITIVE_INFINITY);
  }

  at(deadline: Deadline): number {
    return this.#atMs[deadline] ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the deadline has come; if so it is over, and has to be set again. */
  take(deadline: Deadline, nowMs: number): boolean {
    if (this.at(deadline) > nowMs) return false;
    this.clear(deadline);
    return true;
  }

  /** The earliest of all. */
  next(): number {
    let earliest = Number.POSITIVE_INFINITY;
    const all = this.#atMs;
    for (let slot = 0; slot < all.length; slot++) {
      const atMs = all[slot] ?? Number.POSITIVE_INFINITY;
      if (atMs < earliest) earliest = atMs;
    }
    return earliest;
  }
}
