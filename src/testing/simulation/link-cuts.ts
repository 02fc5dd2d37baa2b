import type { Direction } from '../cuts.js';
import type { MemoryNetwork } from '../memory-network.js';

/** Cuts of single directions that several faults may make at once: a link is whole when the last of them has ended. */
export class LinkCuts {
  readonly #network: MemoryNetwork;
  readonly #counts = new Map<string, number>();

  constructor(network: MemoryNetwork) {
    this.#network = network;
  }

  /** @returns a function that takes these cuts back. */
  cut(directions: readonly Direction[]): () => void {
    for (const direction of directions) {
      const count = this.#count(direction);
      if (count === 0) this.#network.cut(direction);
      this.#counts.set(key(direction), count + 1);
    }
    return () => {
      for (const direction of directions) {
        const left = this.#count(direction) - 1;
        this.#counts.set(key(direction), left);
        if (left === 0) this.#network.uncut(direction);
      }
    };
  }

  #count(direction: Direction): number {
    return this.#counts.get(key(direction)) ?? 0;
  }
}

function key({ from, to }: Direction): string {
  return `${from} ${to}`;
}
