import type { Message } from './messages.js';
import type { NodeId } from './names.js';

/** The instant at which an input is taken, by both clocks. */
export interface Instant {
  /** Monotonic milliseconds, from any origin; never runs backwards. */
  readonly nowMs: number;
  /** Wall time in milliseconds. Used for one thing only: to end a lease that a suspended clock kept alive (rule 8). */
  readonly wallMs: number;
}

/** Everything that can happen to an elector. */
export type Input = Instant &
  (
    | { readonly kind: 'start' }
    | {
        readonly kind: 'message';
        readonly message: Message;
        /** For a request: what the application's hook said of the candidate's position (rule 13). */
        readonly grantVote: boolean;
      }
    /** The time that the last outcome named has come, or any other time: being woken early is harmless. */
    | { readonly kind: 'deadline' }
    /** The last outcome's `persist` failed: nothing that relied on it was let out. */
    | { readonly kind: 'persistFailed' }
    /** Stand for election now, as though the election timeout had passed. */
    | { readonly kind: 'campaign' }
    /** The transport says that the process `id` does not run: a hint, which may be wrong (rule 10). */
    | { readonly kind: 'peerGone'; readonly id: NodeId }
    /** Hand leadership over, to `to` if given (rule 9). Nothing happens when there is nobody to hand it to. */
    | { readonly kind: 'transfer'; readonly to: NodeId | undefined }
    /** Put leadership down: a transfer where there is an heir, plain resignation where there is none. */
    | { readonly kind: 'stepDown' }
    /**
     * Whether the application can do a leader's work. While it cannot, this node is a witness (rule 10): it votes and
     * never stands, and a leader hands over.
     */
    | { readonly kind: 'fitness'; readonly fit: boolean }
    | { readonly kind: 'close' }
  );
