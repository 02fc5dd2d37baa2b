const FIRST_CAPACITY = 1 << 12;

/** A list of whole numbers of 32 bits that grows, at four bytes each. */
export class GrowingNumbers {
  #numbers = new Uint32Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(index: number): number {
    return this.#numbers[index] ?? 0;
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const old = this.#numbers;
      this.#numbers = new Uint32Array(old.length * 2);
      this.#numbers.set(old);
    }
    this.#numbers[this.#length] = number;
    this.#length += 1;
  }
}
