import type { State } from '../../../core/roles.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/** What one process has told so far. */
interface Told {
  state: State;
  /** The term that it leads, while it does. */
  leads: number | undefined;
}

/**
 * What a process tells of itself has no gaps: each change leaves the state that the one before it entered, gained and lost
 * alternate, and a loss carries the term that was gained. Nothing is told after CLOSED. A process that dies tells of no
 * loss.
 *
 * Source: rule 8; docs/design.md, section 2: loss comes first, and no gain has to be taken back.
 */
export class GainedThenLost implements Invariant {
  readonly name = 'gained and lost alternate';
  readonly source = 'rule 8; docs/design.md, section 2';
  readonly kind = 'safety';
  readonly hears = ['started', 'crashed', 'closed', 'stateChange'] as const;
  readonly #told = new Map<string, Told>();

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    switch (event.kind) {
      case 'started':
        // Tells of changes may come before the call that started the process has returned.
        if (!this.#told.has(event.by)) this.#told.set(event.by, { state: 'FOLLOWER', leads: undefined });
        return undefined;
      case 'crashed':
      case 'closed':
        this.#told.delete(event.by);
        return undefined;
      case 'stateChange': {
        const breach = this.#change(event);
        return breach === undefined ? undefined : `${event.by} ${breach}, at ${instant(nowMs)}`;
      }
      default:
        return undefined;
    }
  }

  #change({ by, from, to, term }: Extract<WorldEvent, { kind: 'stateChange' }>): string | undefined {
    let told = this.#told.get(by);
    if (told === undefined) {
      told = { state: 'FOLLOWER', leads: undefined };
      this.#told.set(by, told);
    }
    const { state, leads } = told;
    told.state = to;
    told.leads = to === 'LEADER' ? term : undefined;
    if (state === 'CLOSED') return `tells of ${to} after CLOSED`;
    if (from !== state) return `leaves ${from}, and has shown ${state}`;
    if (from === to) return `tells of ${to} twice running`;
    if (leads !== undefined && leads !== term) return `loses term ${term}, and leads term ${leads}`;
    return undefined;
  }
}
