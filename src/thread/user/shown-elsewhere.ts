import type { Instant } from '../../core/inputs.js';
import { leaseLeftMs } from '../../core/lease.js';
import type { Incarnation, Term } from '../../core/messages.js';
import { isNodeId, type NodeId } from '../../core/names.js';
import type { Settings } from '../../core/options.js';
import type { State } from '../../core/roles.js';
import type { Shown } from '../../node/view.js';
import type { Showing } from '../between/board.js';

/** What never changes while a node lives. */
export interface Facts {
  readonly settings: Settings;
  readonly incarnation: Incarnation;
  /** By the process's clock. */
  readonly startedAtMs: number;
}

/** What the worker's elector showed at one moment, to be looked at as though it were here. */
export class ShownElsewhere implements Shown {
  readonly settings: Settings;
  readonly incarnation: Incarnation;
  readonly #showing: Showing;

  constructor(showing: Showing, { settings, incarnation }: Facts) {
    this.#showing = showing;
    this.settings = settings;
    this.incarnation = incarnation;
  }

  get term(): Term {
    return this.#showing.term;
  }

  get votedFor(): string | undefined {
    return this.#showing.votedFor;
  }

  get state(): State {
    return this.#showing.state;
  }

  get leader(): NodeId | undefined {
    return idOrNone(this.#showing.leader);
  }

  get heir(): NodeId | undefined {
    return idOrNone(this.#showing.heir);
  }

  isLeader(at: Instant): boolean {
    return holds(this.#showing, at);
  }

  leaseLeftMs(at: Instant): number {
    const { lease } = this.#showing;
    return lease === undefined ? 0 : leaseLeftMs(lease, at);
  }
}

/** Whether the lease that is shown holds, by both clocks (rule 8). */
export function holds({ lease }: Showing, { nowMs, wallMs }: Instant): boolean {
  return lease !== undefined && nowMs < lease.endMs && wallMs < lease.endWallMs;
}

function idOrNone(text: string | undefined): NodeId | undefined {
  return isNodeId(text) ? text : undefined;
}
