import type { Rng } from '../../core/random.js';
import { seededRng } from '../random.js';

/**
 * A generator of its own for each purpose, all from one seed: what draws more or less in one place does not change what
 * is drawn in another, so that a schedule with one fault left out stays as much the same as it can.
 */
export function derivedRng(seed: number, purpose: string): Rng {
  let hash = 0x811c9dc5 ^ (seed | 0);
  // A seed has more than 32 bits when it was taken from a commit.
  hash = Math.imul(hash ^ Math.floor(seed / 2 ** 32), 0x01000193);
  for (let index = 0; index < purpose.length; index++) hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  return seededRng(hash);
}
