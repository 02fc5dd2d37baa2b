/** What one node shows at an instant. */
export interface View {
  readonly id: string;
  readonly term: number;
  isLeader(): boolean;
}

/** A gain or a loss of leadership, as the node itself told it. */
export interface LeadershipChange {
  readonly kind: 'gained' | 'lost';
  readonly id: string;
  readonly term: number;
  readonly atMs: number;
}

/** Thrown at the event that broke an invariant. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
}

/**
 * What holds at every instant, whatever the network, the clocks and the processes do. Two leaders can only begin to
 * overlap at an event, since time alone only ends leases: looking after each event misses nothing.
 */
export class Invariants {
  /** Every gain and loss so far. */
  readonly changes: LeadershipChange[] = [];
  readonly #newestTerm = new Map<string, number>();
  readonly #leaderOfTerm = new Map<number, string>();
  readonly #leading = new Set<string>();

  /** @throws InvariantViolation unless at most one node leads, and no node's term is lower than it was. */
  look(views: Iterable<View>, atMs: number): void {
    let leader: View | undefined;
    for (const view of views) {
      const before = this.#newestTerm.get(view.id) ?? 0;
      if (view.term < before) {
        throw new InvariantViolation(`term of ${view.id} went back from ${before} to ${view.term} at ${atMs} ms`);
      }
      if (view.term > before) this.#newestTerm.set(view.id, view.term);
      if (!view.isLeader()) continue;
      if (leader !== undefined) {
        throw new InvariantViolation(
          `${leader.id} leads term ${leader.term} and ${view.id} leads term ${view.term}, both at ${atMs} ms (rule 8)`,
        );
      }
      leader = view;
      this.#note(view.id, view.term, atMs);
    }
  }

  /** @throws InvariantViolation when a node gains twice without losing, or loses what it did not have. */
  change(change: LeadershipChange): void {
    const { kind, id, term, atMs } = change;
    if ((kind === 'gained') === this.#leading.has(id)) {
      throw new InvariantViolation(`${id} ${kind} leadership twice running, of term ${term}, at ${atMs} ms`);
    }
    if (kind === 'gained') {
      this.#leading.add(id);
      this.#note(id, term, atMs);
    } else this.#leading.delete(id);
    this.changes.push(change);
  }

  /** A process that dies tells of no loss. One without a log, an observer, forgets its term with it. */
  died(id: string, { forgets = false }: { readonly forgets?: boolean } = {}): void {
    this.#leading.delete(id);
    if (forgets) this.#newestTerm.delete(id);
  }

  #note(id: string, term: number, atMs: number): void {
    const other = this.#leaderOfTerm.get(term);
    if (other === id) return;
    if (other !== undefined) {
      throw new InvariantViolation(`term ${term} is led by ${other} and by ${id}, at ${atMs} ms (diss. 3.6.3)`);
    }
    for (const newer of this.#leaderOfTerm.keys()) {
      if (newer > term) {
        throw new InvariantViolation(`${id} leads term ${term} at ${atMs} ms, after term ${newer}: fencing would fail`);
      }
    }
    this.#leaderOfTerm.set(term, id);
  }
}
