import type { Direction } from '../cuts.js';
import type { Shape } from './plan.js';

/** Where a {@link Shape} is put. */
export interface ShapeSite {
  readonly voters: readonly string[];
  readonly centre: string;
  /** Who leads, or the first voter. */
  readonly leader: string;
}

/** Both directions of every link that `shape` cuts. */
export function cutsOf(shape: Shape, { voters, centre, leader }: ShapeSite): readonly Direction[] {
  const others = voters.filter((id) => id !== centre);
  switch (shape) {
    case 'quorumLoss':
      return links(others, () => true);
    case 'periphery':
      return links(others, (one, other) => one === leader || other === leader);
    case 'chain': {
      const half = Math.floor(others.length / 2);
      const line = [...others.slice(0, half), centre, ...others.slice(half)];
      return links(voters, (one, other) => Math.abs(line.indexOf(one) - line.indexOf(other)) !== 1);
    }
    case 'bridge': {
      const left = new Set(others.slice(0, Math.floor(others.length / 2)));
      return links(others, (one, other) => left.has(one) !== left.has(other));
    }
    default:
      return shape satisfies never;
  }
}

/** Every link among `ids` for which `isCut` says so. */
export function links(ids: readonly string[], isCut: (from: string, to: string) => boolean): readonly Direction[] {
  return ids.flatMap((from) => ids.filter((to) => to !== from && isCut(from, to)).map((to) => ({ from, to })));
}
