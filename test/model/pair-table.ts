const FIRST_CAPACITY = 1 << 10;

/** A map from two whole numbers to a third, without an object per entry: millions of steps are looked up in it. */
export class PairTable {
  #keys = new Uint32Array(FIRST_CAPACITY * 2);
  /** The value plus one; 0 is an empty slot. */
  #values = new Uint32Array(FIRST_CAPACITY);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The value; -1 when there is none. */
  get(first: number, second: number): number {
    return (this.#values[this.#slotOf(first, second)] ?? 0) - 1;
  }

  /** @param value from 0 on. */
  set(first: number, second: number, value: number): void {
    const slot = this.#slotOf(first, second);
    if (this.#values[slot] === 0) this.#size += 1;
    this.#keys[slot * 2] = first;
    this.#keys[slot * 2 + 1] = second;
    this.#values[slot] = value + 1;
    if (this.#size * 2 > this.#mask) this.#grow();
  }

  #slotOf(first: number, second: number): number {
    let slot = mixed(first, second) & this.#mask;
    while (this.#values[slot] !== 0 && (this.#keys[slot * 2] !== first || this.#keys[slot * 2 + 1] !== second)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Uint32Array(keys.length * 2);
    this.#values = new Uint32Array(values.length * 2);
    this.#mask = this.#values.length - 1;
    for (let old = 0; old < values.length; old++) {
      const value = values[old] ?? 0;
      if (value === 0) continue;
      const first = keys[old * 2] ?? 0;
      const second = keys[old * 2 + 1] ?? 0;
      const slot = this.#slotOf(first, second);
      this.#keys[slot * 2] = first;
      this.#keys[slot * 2 + 1] = second;
      this.#values[slot] = value;
    }
  }
}

function mixed(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second + 0x7f4a7c15, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
