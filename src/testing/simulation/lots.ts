import { GraftError } from '../../core/errors.js';
import type { Rng } from '../../core/random.js';

/** Draws what a plan is made of. */
export class Lots {
  readonly #rng: Rng;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** True this often, 0 to 1. */
  chance(probability: number): boolean {
    return this.#rng.next() < probability;
  }

  /** A number from 0 to below `limit`. */
  upTo(limit: number): number {
    return limit * this.#rng.next();
  }

  /** A number from `min` to below `max`. */
  between(min: number, max: number): number {
    return min + (max - min) * this.#rng.next();
  }

  /** @throws GraftError `INTERNAL` when there is nothing to pick from. */
  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(items.length * this.#rng.next())];
    if (item === undefined) throw new GraftError('INTERNAL', 'nothing to pick from');
    return item;
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const names = Object.keys(weights) as Name[];
    return this.weightedOf(names.map((name) => [weights[name], name] as const));
  }

  /** As {@link weighted}, for things that are no names. */
  weightedOf<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = items.reduce((sum, [weight]) => sum + weight, 0) * this.#rng.next();
    const last = items.at(-1);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    if (last === undefined) throw new GraftError('INTERNAL', 'nothing to pick from');
    return last[1];
  }
}
