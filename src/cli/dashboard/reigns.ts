import type { Reign } from './page-protocol.js';

/** How many of the newest are kept: a cluster that changes its leader more often has worse to show than its history. */
const MAX_REIGNS = 64;

/** Who led when, as far as was seen. */
export class Reigns {
  readonly #past: Reign[] = [];

  get all(): readonly Reign[] {
    return [...this.#past];
  }

  /** What holds from `atMs` on. */
  take(now: Pick<Reign, 'kind' | 'leader' | 'term'>, atMs: number): void {
    const last = this.#past.at(-1);
    if (last !== undefined) {
      if (isSame(last, now)) return;
      // A clock that was set back makes no reign end before it began.
      this.#past.splice(-1, 1, { ...last, untilMs: Math.max(last.sinceMs, atMs) });
    }
    this.#past.push({ ...now, sinceMs: atMs, untilMs: null });
    this.#past.splice(0, this.#past.length - MAX_REIGNS);
  }
}

function isSame(one: Pick<Reign, 'kind' | 'leader' | 'term'>, other: Pick<Reign, 'kind' | 'leader' | 'term'>): boolean {
  if (one.kind !== other.kind) return false;
  // Where nobody leads, terms pass: those are no reigns.
  return one.kind !== 'leader' || (one.leader === other.leader && one.term === other.term);
}
