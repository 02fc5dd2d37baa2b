import type { GraftErrorCode } from '../../../core/errors.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type GroundRules, instant } from './ground-rules.js';
import { LostDisks } from './lost-disks.js';

/**
 * What nothing in a world gives cause for: no process is set up wrongly, no stranger speaks, no hook throws. Not
 * `WORK_FAILED`: work that still drains when its node leads again is reported, and rightly.
 */
const NEVER: ReadonlySet<GraftErrorCode> = new Set([
  'DUPLICATE_ID',
  'UNLISTED_VOTER',
  'PLAIN_GRAFT_PEER',
  'MALFORMED_MESSAGE',
  'TERM_EXHAUSTED',
  'HANDLER_FAILED',
  'INTERNAL',
]);

/**
 * Nodes report what is wrong with their cluster, and nothing that is not. A second leader of a term is seen only where a
 * lost disk had voted in it, more voters than the size only where there are.
 *
 * Source: rules 3, 4 and 14.
 */
export class NothingImpossibleReported implements Invariant {
  readonly name = 'nothing impossible is reported';
  readonly source = 'rules 3, 4, 14';
  readonly kind = 'safety';
  readonly hears = ['durable', 'diskReplaced', 'error'] as const;
  readonly #crowded: boolean;
  readonly #lost = new LostDisks();

  constructor({ crowded }: GroundRules) {
    this.#crowded = crowded;
  }

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind === 'durable' || event.kind === 'diskReplaced') this.#lost.observe(event);
    if (event.kind !== 'error' || !this.#isImpossible(event.code)) return undefined;
    return `${event.by} reports ${event.code} at ${instant(nowMs)}: ${event.text}`;
  }

  #isImpossible(code: GraftErrorCode): boolean {
    if (code === 'SECOND_LEADER') return !this.#crowded && this.#lost.newestTerm < 0;
    if (code === 'TOO_MANY_VOTERS') return !this.#crowded;
    return NEVER.has(code);
  }
}
