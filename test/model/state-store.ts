const CHUNK_BITS = 16;
const CHUNK_STATES = 1 << CHUNK_BITS;
const FIRST_CAPACITY = 1 << 12;

/**
 * Every distinct state that was found, in the order of finding, each with the state that it was found from. States are
 * compared whole, not by a fingerprint, so none is ever taken for another.
 */
export class StateStore {
  readonly #words: number;
  readonly #stride: number;
  readonly #chunks: Uint32Array[] = [];
  /**
   * Two numbers a slot, side by side since a look at both then costs one: index plus one, 0 in an empty slot, and the
   * hash, so that a state is read only where it is all but certain to be the same.
   */
  #slots = new Uint32Array(FIRST_CAPACITY * 2);
  #mask = FIRST_CAPACITY - 1;
  #size = 0;

  /** @param words how many whole numbers of 32 bits a state is. */
  constructor(words: number) {
    this.#words = words;
    this.#stride = words + 1;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes held for the states found so far. */
  get bytes(): number {
    return this.#slots.byteLength + this.#chunks.length * CHUNK_STATES * this.#stride * 4;
  }

  /** Adds a state unless it is known. @returns its index: what `size` was before, if it is new. */
  add(state: Uint32Array, parent: number): number {
    const hash = hashOf(state);
    let slot = hash & this.#mask;
    for (;;) {
      const index = (this.#slots[slot * 2] ?? 0) - 1;
      if (index < 0) break;
      if (this.#slots[slot * 2 + 1] === hash && this.#equals(index, state)) return index;
      slot = (slot + 1) & this.#mask;
    }
    const index = this.#size;
    const offset = (index & (CHUNK_STATES - 1)) * this.#stride;
    if (offset === 0) this.#chunks.push(new Uint32Array(CHUNK_STATES * this.#stride));
    const chunk = this.#chunkOf(index);
    for (let word = 0; word < this.#words; word++) chunk[offset + word] = state[word] ?? 0;
    chunk[offset + this.#words] = parent;
    this.#size += 1;
    this.#slots[slot * 2] = this.#size;
    this.#slots[slot * 2 + 1] = hash;
    if (this.#size * 3 > this.#mask * 2) this.#grow();
    return index;
  }

  /** Copies the state found as number `index` into `into`. */
  read(index: number, into: Uint32Array): void {
    const chunk = this.#chunkOf(index);
    const offset = (index & (CHUNK_STATES - 1)) * this.#stride;
    for (let word = 0; word < this.#words; word++) into[word] = chunk[offset + word] ?? 0;
  }

  /** The state from which `index` was found; of the first, itself. */
  parentOf(index: number): number {
    return this.#chunkOf(index)[(index & (CHUNK_STATES - 1)) * this.#stride + this.#words] ?? 0;
  }

  #chunkOf(index: number): Uint32Array {
    const chunk = this.#chunks[index >>> CHUNK_BITS];
    if (chunk === undefined) throw new RangeError(`no state ${index}: there are ${this.#size}`);
    return chunk;
  }

  #equals(index: number, state: Uint32Array): boolean {
    const chunk = this.#chunkOf(index);
    const offset = (index & (CHUNK_STATES - 1)) * this.#stride;
    for (let word = 0; word < this.#words; word++) if (chunk[offset + word] !== state[word]) return false;
    return true;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let from = 0; from < old.length; from += 2) {
      const entry = old[from] ?? 0;
      if (entry === 0) continue;
      const hash = old[from + 1] ?? 0;
      let slot = hash & this.#mask;
      while (this.#slots[slot * 2] !== 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot * 2] = entry;
      this.#slots[slot * 2 + 1] = hash;
    }
  }
}

function hashOf(words: Uint32Array): number {
  let hash = 0x811c9dc5;
  for (let word = 0; word < words.length; word++) {
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
