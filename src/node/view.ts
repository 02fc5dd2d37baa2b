import type { Elector } from '../core/elector.js';
import type { Instant } from '../core/inputs.js';
import type { NodeId } from '../core/names.js';
import type { State } from '../core/roles.js';
import { judgeTimings } from '../timings/advise-timings.js';
import type { Measured } from '../timings/measured.js';
import { VERSION } from '../version.js';
import type { NodeStatus } from './status.js';

/** What a node's status tells beside the election. */
export interface Conduct {
  readonly errors: NodeStatus['errors'];
  readonly delay: { readonly latestMs: number; readonly longestMs: number };
  readonly measured: Measured;
}

/** What a view is taken of: an elector, or what one in another thread has shown. */
export type Shown = Pick<
  Elector,
  'settings' | 'incarnation' | 'term' | 'votedFor' | 'state' | 'leader' | 'heir' | 'isLeader' | 'leaseLeftMs'
>;

/**
 * What a node shows at an instant: what its elector knows, and the lease by the clock (rule 8), never by the last
 * event.
 */
export class View {
  readonly #elector: Shown;
  readonly #startedAtMs: number;
  #closed = false;

  constructor(elector: Shown, startedAtMs: number) {
    this.#elector = elector;
    this.#startedAtMs = startedAtMs;
  }

  /** From now on the node is closed, even if a hanging disk kept its elector from taking notice. */
  close(): void {
    this.#closed = true;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  isLeader(at: Instant): boolean {
    return this.#elector.isLeader(at);
  }

  state(at: Instant): State {
    if (this.#closed) return 'CLOSED';
    const { state } = this.#elector;
    return state === 'LEADER' && !this.isLeader(at) ? 'FOLLOWER' : state;
  }

  leader(at: Instant): NodeId | undefined {
    const { leader, settings } = this.#elector;
    return this.#closed || (leader === settings.id && !this.isLeader(at)) ? undefined : leader;
  }

  status(at: Instant, { errors, delay, measured }: Conduct): NodeStatus {
    const { settings, term, votedFor, heir, incarnation } = this.#elector;
    const { id, membership, priority, observer, interop, timings } = settings;
    const isLeader = this.isLeader(at);
    return {
      id,
      cluster: membership.name,
      voters: membership.voters,
      size: membership.size,
      state: this.state(at),
      term,
      vote: votedFor,
      leader: this.leader(at),
      isLeader,
      leaseLeftMs: isLeader ? this.#elector.leaseLeftMs(at) : 0,
      heir,
      priority,
      observer,
      interop,
      incarnation,
      version: VERSION,
      uptimeMs: at.nowMs - this.#startedAtMs,
      eventLoopDelayMs: delay.latestMs,
      longestEventLoopDelayMs: delay.longestMs,
      timings,
      measured,
      tuning: judgeTimings(measured, timings),
      errors,
    };
  }
}
