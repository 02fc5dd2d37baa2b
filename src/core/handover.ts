import type { Term } from './messages.js';
import type { NodeId } from './names.js';

/** How often TimeoutNow goes to the first heir before the others have their turn. */
const FIRST_HEIR_TURNS = 4;

/** TimeoutNow may get lost, so it is repeated while nobody takes over (rule 9). */
export class Handover {
  readonly #term: Term;
  readonly #heirs: readonly NodeId[];
  readonly #endsAtMs: number;
  #sent = 0;

  /** @param heirs whom to ask, the best first; not empty. */
  constructor(term: Term, heirs: readonly NodeId[], endsAtMs: number) {
    this.#term = term;
    this.#heirs = heirs;
    this.#endsAtMs = endsAtMs;
  }

  /** Whom to ask now; nobody once the term has passed, or the time. */
  next(term: Term, nowMs: number): NodeId | undefined {
    if (term !== this.#term || nowMs >= this.#endsAtMs) return undefined;
    const turn = Math.max(0, this.#sent - FIRST_HEIR_TURNS + 1);
    this.#sent += 1;
    return this.#heirs[turn % this.#heirs.length];
  }
}
