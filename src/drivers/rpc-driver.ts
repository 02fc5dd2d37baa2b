import type { GraftError } from '../core/errors.js';
import type { Message } from '../core/messages.js';
import type { ClusterName, NodeId } from '../core/names.js';

/** The node itself, as far as a driver may show it to people and act for them: over HTTP they ask and command it. */
export interface NodeControls {
  /** Milliseconds between heartbeats: what takes longer to send than this is in the way of the next. */
  readonly heartbeatIntervalMs: number;
  /** Everything that the node knows, at this instant: plain data. Never throws. */
  readonly status: () => { readonly isLeader: boolean };
  /**
   * Puts leadership down: a planned handover where there is an heir (rule 9). To `to`, it is a transfer, and rejects with
   * `NOT_LEADER`, `NO_HEIR` or `NO_SUCCESSOR`.
   */
  readonly stepDown: (to?: NodeId) => Promise<void>;
}

/** What a node hands to its driver at {@link RpcDriver.init}. Neither `receive` nor `report` ever throws. */
export interface DriverContext {
  readonly cluster: ClusterName;
  /** The node's own id: messages sent to it are this node's. */
  readonly id: NodeId;
  /** Plain graft on the wire (rule 15). A driver that cannot speak it rejects `init`. */
  readonly interop: boolean;
  /** A message came in. Call it once per arrival, in the order of arrival, from the event loop. */
  readonly receive: (message: Message) => void;
  /** Something went wrong that the user should hear of: a malformed message, a lost connection. */
  readonly report: (error: GraftError) => void;
  /**
   * The process that is `id` does not run, as far as the transport can tell: it refuses connections, say. A hint, which
   * spares the followers of a dead leader some waiting (rule 10) and may be wrong: no promise is cut short for it. Not for
   * a peer that is silent or slow, since a paused leader comes back. Never throws. Absent where there is no node.
   */
  readonly peerGone?: (id: NodeId) => void;
  /** Absent where a driver is used without a node, as in its tests. Most drivers have no use for it. */
  readonly node?: NodeControls;
}

/**
 * Carries messages between the nodes of one cluster. One driver serves one node.
 *
 * Delivery may lose, repeat, reorder and delay; the rules hold all the same. A driver must never
 * deliver a message to another cluster, and never throw out of `broadcast` or `send`.
 */
export interface RpcDriver {
  /**
   * Starts to listen. Resolves when messages sent by others from now on will arrive.
   * Rejects, with everything it had begun undone, when that cannot be had or when `signal` aborts.
   */
  init(context: DriverContext, signal?: AbortSignal): Promise<void>;
  /** To every other node of the cluster. Hearing oneself is allowed: a node ignores its own words. */
  broadcast(message: Message): void;
  /** To the node `to`: to every live process that has this id, where the transport can. */
  send(to: NodeId, message: Message): void;
  /**
   * Encodes `message` and decodes that again, as if it were sent and heard, and sends nothing. Called before `init` as
   * well. Optional: a node rehearses elections, so that a real one finds its code compiled, this driver's included.
   */
  rehearse?(message: Message): void;
  /**
   * Stops to listen and closes what `init` opened, nothing else; what was sent before it still leaves. Safe to call
   * twice.
   */
  close(): Promise<void>;
}
