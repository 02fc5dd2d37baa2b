/** An event of an {@link EventQueue}. */
export interface QueuedEvent {
  readonly atMs: number;
  /** Orders events of one instant: the first one queued runs first. */
  readonly sequence: number;
  readonly run: () => void;
  /** Where the event stands in the heap, -1 once it has left; the queue's own. */
  slot: number;
}

/**
 * What is to happen, by time and then by order of queueing: a binary heap. Events know their slot, so that a cancelled
 * one leaves at once: a node moves its timer at every message, and tombstones would outnumber what is alive.
 */
export class EventQueue {
  readonly #heap: QueuedEvent[] = [];
  #sequence = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The next event, left in the queue. */
  peek(): QueuedEvent | undefined {
    return this.#heap[0];
  }

  push(atMs: number, run: () => void): QueuedEvent {
    const event: QueuedEvent = { atMs, sequence: this.#sequence, run, slot: this.#heap.length };
    this.#sequence += 1;
    this.#heap.push(event);
    this.#siftUp(event);
    return event;
  }

  /** Takes `event` out; does nothing when it has left already. */
  remove(event: QueuedEvent): void {
    const slot = event.slot;
    if (slot === -1) return;
    event.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === event) return;
    this.#place(last, slot);
    this.#siftUp(last);
    this.#siftDown(last);
  }

  #siftUp(event: QueuedEvent): void {
    while (event.slot > 0) {
      const parentSlot = (event.slot - 1) >> 1;
      const parent = this.#heap[parentSlot];
      if (parent === undefined || !isBefore(event, parent)) return;
      this.#place(parent, event.slot);
      this.#place(event, parentSlot);
    }
  }

  #siftDown(event: QueuedEvent): void {
    for (;;) {
      const leftSlot = 2 * event.slot + 1;
      const left = this.#heap[leftSlot];
      if (left === undefined) return;
      const right = this.#heap[leftSlot + 1];
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (!isBefore(child, event)) return;
      const childSlot = child.slot;
      this.#place(child, event.slot);
      this.#place(event, childSlot);
    }
  }

  #place(event: QueuedEvent, slot: number): void {
    this.#heap[slot] = event;
    event.slot = slot;
  }
}

function isBefore(one: QueuedEvent, other: QueuedEvent): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.sequence < other.sequence);
}
