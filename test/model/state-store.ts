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
  /** Index plus one by hash; 0 is an empty slot. */
  #slots = new Uint32Array(FIRST_CAPACITY);
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

  /** Adds a state unless it is known. @returns whether it was new. */
  add(state: Uint32Array, parent: number): boolean {
    const mask = this.#slots.length - 1;
    let slot = hashOf(state, 0, this.#words) & mask;
    for (;;) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) break;
      if (this.#equals(index, state)) return false;
      slot = (slot + 1) & mask;
    }
    const index = this.#size;
    const offset = (index & (CHUNK_STATES - 1)) * this.#stride;
    if (offset === 0) this.#chunks.push(new Uint32Array(CHUNK_STATES * this.#stride));
    const chunk = this.#chunkOf(index);
    for (let word = 0; word < this.#words; word++) chunk[offset + word] = state[word] ?? 0;
    chunk[offset + this.#words] = parent;
    this.#size += 1;
    this.#slots[slot] = this.#size;
    if (this.#size * 3 > this.#slots.length * 2) this.#grow();
    return true;
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
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let index = 0; index < this.#size; index++) {
      const offset = (index & (CHUNK_STATES - 1)) * this.#stride;
      let slot = hashOf(this.#chunkOf(index), offset, this.#words) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = index + 1;
    }
  }
}

function hashOf(words: Uint32Array, offset: number, count: number): number {
  let hash = 0x811c9dc5;
  for (let word = 0; word < count; word++) {
    hash = Math.imul(hash ^ (words[offset + word] ?? 0), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
