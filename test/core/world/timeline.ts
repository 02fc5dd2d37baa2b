interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** True time, and all that is going to happen, in order; events of one instant in the order in which they were set. */
export class Timeline {
  #nowMs = 0;
  #count = 0;
  #order = 0;
  /** A binary heap: the next event first. */
  readonly #events: Event[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many events have happened. */
  get count(): number {
    return this.#count;
  }

  in(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run });
  }

  /** Lets everything happen until `limitMs`, or until `done` says so after an event. */
  runUntil(limitMs: number, done: () => boolean): void {
    for (let next = this.#events[0]; next !== undefined && next.atMs <= limitMs; next = this.#events[0]) {
      this.#pop();
      this.#nowMs = next.atMs;
      this.#count += 1;
      next.run();
      if (done()) return;
    }
    this.#nowMs = limitMs;
  }

  #push(event: Event): void {
    const heap = this.#events;
    let slot = heap.length;
    heap.push(event);
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(event, above)) break;
      heap[slot] = above;
      slot = parent;
    }
    heap[slot] = event;
  }

  #pop(): void {
    const heap = this.#events;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let slot = 0;
    for (;;) {
      const left = heap[slot * 2 + 1];
      const right = heap[slot * 2 + 2];
      if (left === undefined) break;
      const takesRight = right !== undefined && isBefore(right, left);
      const least = takesRight ? right : left;
      if (!isBefore(least, last)) break;
      heap[slot] = least;
      slot = slot * 2 + (takesRight ? 2 : 1);
    }
    heap[slot] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
