import type { GraftErrorCode } from '../core/errors.js';
import type { Incarnation, Term } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { Timings } from '../core/options.js';
import type { State } from '../core/roles.js';
import type { TimingsAdvice } from '../timings/advise-timings.js';
import type { Measured } from '../timings/measured.js';

/** Everything that a node knows, at one instant. */
export interface NodeStatus {
  readonly id: NodeId;
  readonly cluster: string;
  /** The voters, where the cluster lists them. */
  readonly voters: readonly NodeId[] | undefined;
  /** How many voters the cluster has. */
  readonly size: number;
  readonly state: State;
  readonly term: Term;
  readonly vote: string | undefined;
  readonly leader: NodeId | undefined;
  readonly isLeader: boolean;
  /**
   * Milliseconds until the lease ends unless it is prolonged, by whichever clock ends it sooner (rule 8); 0 on a node that
   * does not lead, `Infinity` in interop mode.
   */
  readonly leaseLeftMs: number;
  /** Who would take over, on the leader. */
  readonly heir: NodeId | undefined;
  readonly priority: number;
  readonly observer: boolean;
  readonly interop: boolean;
  readonly incarnation: Incarnation;
  /** Of this library. */
  readonly version: string;
  /** Milliseconds since this node was started. */
  readonly uptimeMs: number;
  /**
   * How late the event loop was, in milliseconds, the last time that the node's timer came due, or that a tick, of which
   * there is one every twelfth of the lease, came later than that after its time.
   */
  readonly eventLoopDelayMs: number;
  /**
   * The longest such delay since this node was started, in milliseconds: a block is seen to within a twelfth of the
   * lease.
   */
  readonly longestEventLoopDelayMs: number;
  /** What this node goes by; the same on every node of a cluster. */
  readonly timings: Timings;
  /** What it has measured. Round trips are measured while it leads. */
  readonly measured: Measured;
  /** Whether `timings` suit what this node has measured; `adviseTimings(measured, timings)` has the reasons too. */
  readonly tuning: Pick<TimingsAdvice, 'verdict' | 'recommended'>;
  /** How often each error has come up. */
  readonly errors: Readonly<Partial<Record<GraftErrorCode, number>>>;
}
