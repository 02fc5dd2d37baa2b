import type { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import type { ChangeReason, State } from '../core/roles.js';

/** A change of what a node shows. Gains and losses of `LEADER` strictly alternate. */
export interface StateChange {
  readonly from: State;
  readonly to: State;
  /** The term it is about: of a leadership that ends, the term that was led. */
  readonly term: Term;
  readonly reason: ChangeReason;
}

/**
 * What a user may hear and decide. Every member is optional. All are called on the event loop, one at a time, and
 * the node waits for none of them; what they throw is reported as `HANDLER_FAILED` and harms nothing.
 */
export interface Handler {
  /** The state has changed. Of a loss of leadership it is told before anything else happens. */
  stateChange?(change: StateChange): void;
  /**
   * Something went wrong that no call of the user's could be told of. To answer `false` says that nobody heard it: it
   * then becomes a warning of the process, as without this hook.
   */
  asyncError?(error: GraftError): unknown;
  /**
   * The application's position, at most 32 KiB, sent along when this node asks for votes (rule 13). When it throws,
   * nothing is asked: a node that cannot tell how far it is should not lead.
   */
  currentState?(): Uint8Array | undefined;
  /**
   * Whether a candidate with this position may have the vote (rule 13); empty when it sent none. Answers at once:
   * anything but `true`, a promise included, refuses. Default: yes.
   */
  grantVote?(position: Uint8Array): boolean;
}
