/// <reference lib="esnext.disposable" preserve="true" />
import type { Term } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { State } from '../core/roles.js';
import type { Listener, NodeEvents } from './events.js';
import type { NodeStatus } from './status.js';
import type { Work } from './work.js';

/** What may stop a call that waits. */
export interface Waiting {
  /** Ends the waiting: the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A node as its user sees it, wherever it runs: a `Node` on this thread's event loop, or a `ThreadedNode` on its own.
 * What each member promises stands at `Node`.
 */
export interface ElectionNode extends AsyncDisposable {
  readonly id: NodeId;
  readonly state: State;
  readonly leader: NodeId | undefined;
  readonly term: Term;
  readonly vote: string | undefined;
  readonly fencingToken: Term | undefined;
  isLeader(): boolean;
  status(): NodeStatus;
  on<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this;
  once<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this;
  off<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this;
  lead(work: Work, waiting?: Waiting): Promise<void>;
  transfer(options?: Waiting & { readonly to?: string | undefined }): Promise<NodeId>;
  stepDown(waiting?: Waiting): Promise<void>;
  untilLeader(waiting?: Waiting): Promise<NodeId>;
  close(): Promise<void>;
}
