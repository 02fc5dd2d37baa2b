const FIRST_CAPACITY = 1 << 10;

/** A map from two whole numbers to a third, without an object per entry: millions of steps are looked up in it. */
export class PairTable {
  /** Four numbers a slot, so that a look at one is one read of memory: both keys, the value plus one (0 when empty), 0. */
  #slots = new Uint32Array(FIRST_CAPACITY * 4);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value; -1 when there is none. */
  get(first: number, second: number): number {
    return (this.#slots[this.#placeOf(first, second) + 2] ?? 0) - 1;
  }

  /** @param value from 0 on. */
  set(first: number, second: number, value: number): void {
    const place = this.#placeOf(first, second);
    if (this.#slots[place + 2] === 0) this.#size += 1;
    this.#slots[place] = first;
    this.#slots[place + 1] = second;
    this.#slots[place + 2] = value + 1;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  #placeOf(first: number, second: number): number {
    const slots = this.#slots;
    let slot = mixed(first, second) & this.#mask;
    for (;;) {
      const place = slot * 4;
      if (slots[place + 2] === 0 || (slots[place] === first && slots[place + 1] === second)) return place;
      slot = (slot + 1) & this.#mask;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let from = 0; from < old.length; from += 4) {
      const value = old[from + 2] ?? 0;
      if (value === 0) continue;
      const first = old[from] ?? 0;
      const second = old[from + 1] ?? 0;
      const place = this.#placeOf(first, second);
      this.#slots[place] = first;
      this.#slots[place + 1] = second;
      this.#slots[place + 2] = value;
    }
  }
}

function mixed(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
