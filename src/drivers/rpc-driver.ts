import type { GraftError } from '../core/errors.js';
import type { Message } from '../core/messages.js';
import type { ClusterName, NodeId } from '../core/names.js';

/** What a node hands to its driver at {@link RpcDriver.init}. Neither function ever throws. */
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
  /** Stops to listen and closes what `init` opened, nothing else; what was sent before it still leaves. Safe to call twice. */
  close(): Promise<void>;
}
