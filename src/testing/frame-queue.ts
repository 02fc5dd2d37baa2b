/** What a {@link FrameQueue} chains. */
export interface Chained<Item> {
  next: Item | undefined;
}

/** First in, first out; taking one costs the same however long the queue is. */
export class FrameQueue<Item extends Chained<Item>> {
  #first: Item | undefined;
  #last: Item | undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  push(item: Item): void {
    if (this.#last === undefined) this.#first = item;
    else this.#last.next = item;
    this.#last = item;
  }

  shift(): Item | undefined {
    const item = this.#first;
    this.#first = item?.next;
    if (this.#first === undefined) this.#last = undefined;
    if (item !== undefined) item.next = undefined;
    return item;
  }
}
