import { seededRandom } from '../support/seeded-random.js';

/** Everything that one case draws: the same seed and case number, the same draws. */
export class Source {
  readonly #random: () => number;

  constructor(seed: number, caseNumber: number) {
    this.#random = seededRandom(Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(caseNumber + 1, 0x85ebca6b));
  }

  /** A whole number from 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** Mostly small: each power of two is as likely as the next, up to `most`. */
  size(most: number): number {
    return Math.min(most, Math.floor(2 ** (this.#random() * Math.log2(most + 1))) - 1 + this.below(2));
  }

  chance(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new RangeError('nothing to pick from');
    return choice;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
