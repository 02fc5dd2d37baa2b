import { GraftError } from '../core/errors.js';
import { describe } from '../core/names.js';

/** One direction between two nodes, by their ids. */
export interface Direction {
  readonly from: string;
  readonly to: string;
}

/** Which nodes cannot reach which. Ids stand for machines: a cut concerns every cluster on the network. */
export class Cuts {
  readonly #cutDirections = new Map<string, Set<string>>();
  readonly #isolated = new Set<string>();
  #groupOf: ReadonlyMap<string, number> | undefined;

  /**
   * Splits the nodes into groups that hear only their own; the nodes that are named in none are one more group.
   * Replaces the partition before.
   * @throws GraftError `INVALID_OPTION` when an id stands in two groups.
   */
  partition(groups: readonly (readonly string[])[]): void {
    const groupOf = new Map<string, number>();
    for (const [index, group] of groups.entries()) {
      for (const id of group) {
        const other = groupOf.get(id);
        if (other !== undefined && other !== index) {
          throw new GraftError('INVALID_OPTION', `${describe(id)} stands in two groups: a node is on one side only`);
        }
        groupOf.set(id, index);
      }
    }
    this.#groupOf = groupOf;
  }

  cut({ from, to }: Direction): void {
    const targets = this.#cutDirections.get(from);
    if (targets === undefined) this.#cutDirections.set(from, new Set([to]));
    else targets.add(to);
  }

  uncut({ from, to }: Direction): void {
    this.#cutDirections.get(from)?.delete(to);
  }

  isolate(id: string): void {
    this.#isolated.add(id);
  }

  /** Undoes every partition, cut and isolation. */
  heal(): void {
    this.#cutDirections.clear();
    this.#isolated.clear();
    this.#groupOf = undefined;
  }

  isCut({ from, to }: Direction): boolean {
    return (
      this.#cutDirections.get(from)?.has(to) === true ||
      ((this.#isolated.has(from) || this.#isolated.has(to)) && from !== to) ||
      (this.#groupOf !== undefined && this.#groupOf.get(from) !== this.#groupOf.get(to))
    );
  }
}
