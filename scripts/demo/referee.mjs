/**
 * Looks whether what the members answer could be true together: one leader at an instant, one leader a term, terms that
 * only grow. A reign is the time from a leader's first answer that it leads to its last in the same term: it led all the
 * while, since a lease that has lapsed is never revived (docs/design.md, rule 8).
 */
export class Referee {
  /** How often a member was heard to say that it leads. */
  answers = 0;
  #reigns = [];
  #newestTerms = new Map();

  /** How many leaders there were, one after the other. */
  get reigns() {
    return this.#reigns.length;
  }

  /** Takes one answer. @returns what is wrong with it, in words, or undefined. */
  take({ id, incarnation, term, isLeader, atMs }) {
    // Per start: a newer term that was heard of counts once it is durable, and a kill may come first.
    const start = `${id}/${incarnation}`;
    const newestTerm = this.#newestTerms.get(start) ?? 0;
    if (term < newestTerm) return `the term of ${id} went back from ${newestTerm} to ${term}`;
    this.#newestTerms.set(start, term);
    if (!isLeader) return undefined;
    this.answers += 1;
    return this.#lead({ id, start, term, atMs });
  }

  #lead({ id, start, term, atMs }) {
    let reign = this.#reigns.find((known) => known.start === start && known.term === term);
    if (reign === undefined) {
      reign = { id, start, term, firstMs: atMs, lastMs: atMs };
      this.#reigns.push(reign);
    }
    reign.firstMs = Math.min(reign.firstMs, atMs);
    reign.lastMs = Math.max(reign.lastMs, atMs);
    for (const other of this.#reigns) {
      if (other === reign) continue;
      if (other.term === term) return `${other.id} and ${id} both led term ${term}`;
      if (other.firstMs <= reign.lastMs && reign.firstMs <= other.lastMs) {
        return `${other.id} (term ${other.term}) and ${id} (term ${term}) led at one instant`;
      }
      if (other.term > term !== other.firstMs > reign.firstMs) {
        return `${id} led term ${term} and ${other.id} term ${other.term}, the greater one first`;
      }
    }
    return undefined;
  }
}
