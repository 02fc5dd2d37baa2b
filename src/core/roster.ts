/** When a voter was heard. */
interface Sighting {
  firstMs: number;
  lastMs: number;
}

/**
 * Who was heard lately, in a cluster that is known by its size alone: the evidence that more voters are alive than
 * the size (rule 3). Two voters count as alive together only when the older one was heard again after the newer
 * one was first heard, so that a process and its replacement, one after the other, are no crowd.
 */
export class Roster {
  readonly #self: string;
  readonly #size: number;
  readonly #windowMs: number;
  readonly #heard = new Map<string, Sighting>();

  /** @param windowMs a voter that was silent for longer is forgotten. */
  constructor(self: string, size: number, windowMs: number) {
    this.#self = self;
    this.#size = size;
    this.#windowMs = windowMs;
  }

  /** Notes that `voter` was heard, and whether this made, or keeps, a crowd. */
  hear(voter: string, nowMs: number): boolean {
    if (voter === this.#self) return false;
    const sighting = this.#heard.get(voter);
    if (sighting !== undefined && nowMs - sighting.lastMs <= this.#windowMs) {
      sighting.lastMs = nowMs;
    } else {
      this.#heard.delete(voter);
      this.#heard.set(voter, { firstMs: nowMs, lastMs: nowMs });
      this.#bound();
    }
    // Below the size even together with this voter itself: nothing to compare, and nothing allocated.
    return this.#heard.size >= this.#size && this.isCrowded(nowMs);
  }

  /** Whether more voters than the size, this one included, were alive at one instant within the window. */
  isCrowded(nowMs: number): boolean {
    for (const { firstMs: instantMs, lastMs } of this.#heard.values()) {
      if (nowMs - lastMs > this.#windowMs) continue;
      let alive = 1;
      for (const other of this.#heard.values()) {
        if (nowMs - other.lastMs <= this.#windowMs && other.firstMs <= instantMs && instantMs <= other.lastMs)
          alive += 1;
      }
      if (alive > this.#size) return true;
    }
    return false;
  }

  /** Ids that were heard within the window, oldest acquaintance first. */
  alive(nowMs: number): string[] {
    return [...this.#heard].filter(([, { lastMs }]) => nowMs - lastMs <= this.#windowMs).map(([voter]) => voter);
  }

  /** A flood of made-up ids must not grow memory: the longest known go first. */
  #bound(): void {
    if (this.#heard.size <= this.#size * 2 + 8) return;
    const oldest = this.#heard.keys().next();
    if (!oldest.done) this.#heard.delete(oldest.value);
  }
}
