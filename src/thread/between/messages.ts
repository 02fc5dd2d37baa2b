import type { Incarnation, Term } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';
import type { ElectionOptions, Settings } from '../../core/options.js';
import type { StateChange } from '../../node/handler.js';
import type { NodeStatus } from '../../node/status.js';
import type { ErrorParcel } from './error-parcel.js';
import type { RpcDescription } from './rpc-description.js';

/** What a position is: bytes, none, or that the application cannot tell, so that nothing may be asked (rule 13). */
export type Position = Uint8Array | undefined | 'unknown';

/** What the worker starts from. */
export interface WorkerStart {
  readonly memory: SharedArrayBuffer;
  readonly election: ElectionOptions;
  readonly id: NodeId | undefined;
  readonly log: string | undefined;
  readonly drainTimeoutMs: number;
  readonly rpc: RpcDescription;
  readonly mainThreadTimeoutMs: number;
  readonly positionMaxAgeMs: number;
  /** Which of the handler's hooks there are, and so are asked. */
  readonly hooks: { readonly currentState: boolean; readonly grantVote: boolean };
  readonly position: Position;
}

/** What a node can be asked to do; the answer comes as {@link FromWorker} `answer`. */
export type Call =
  | { readonly what: 'transfer'; readonly to: NodeId | undefined }
  | { readonly what: 'stepDown' | 'close' };

/** From the user's thread. */
export type ToWorker =
  | { readonly kind: 'call'; readonly number: number; readonly call: Call }
  /** `start` is no longer wanted. */
  | { readonly kind: 'abandon' }
  /** All work of that term has ended. */
  | { readonly kind: 'drained'; readonly term: Term }
  /** What `grantVote` said. */
  | { readonly kind: 'verdict'; readonly number: number; readonly granted: boolean }
  /** What `currentState` says from now on. */
  | { readonly kind: 'position'; readonly position: Position }
  /** Somebody was told that the lease of this term is over: it must not be prolonged (rule 8). */
  | { readonly kind: 'lapsed'; readonly term: Term };

/** From the worker, in the order in which it happens. */
export type FromWorker =
  /** The node has joined. The last word of a start, unless `refused` is. */
  | {
      readonly kind: 'started';
      readonly settings: Settings;
      readonly incarnation: Incarnation;
      readonly startedAtMs: number;
    }
  | { readonly kind: 'refused'; readonly error: ErrorParcel }
  | { readonly kind: 'stateChange'; readonly change: StateChange }
  | { readonly kind: 'leaderChange'; readonly leader: NodeId | undefined; readonly term: Term }
  | { readonly kind: 'error'; readonly error: ErrorParcel }
  /** How often each error has come up, those included that were not told. */
  | { readonly kind: 'errorCounts'; readonly counts: NodeStatus['errors'] }
  /** What the node has measured so far. */
  | { readonly kind: 'measured'; readonly measured: NodeStatus['measured'] }
  /** Work may begin, or go on after all: leadership of `term` is here to stay. */
  | { readonly kind: 'lead'; readonly term: Term }
  /** Leadership of `term` is about to be handed over: work should end. Answered by `drained`. */
  | { readonly kind: 'drain'; readonly term: Term }
  /** Answered by `verdict`. */
  | { readonly kind: 'grantVote'; readonly number: number; readonly position: Uint8Array }
  /** Published on the channel of that number among `RELAYED`. */
  | { readonly kind: 'trace'; readonly channel: number; readonly message: object }
  | { readonly kind: 'answer'; readonly number: number; readonly result: NodeId | undefined }
  | { readonly kind: 'failure'; readonly number: number; readonly error: ErrorParcel };
