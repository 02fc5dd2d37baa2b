import type { GraftErrorCode } from './errors.js';
import type { Message, Term } from './messages.js';
import type { NodeId } from './names.js';
import type { ChangeReason, State } from './roles.js';

/** What a node shows has changed. */
export interface StateChange {
  readonly kind: 'stateChange';
  readonly from: State;
  readonly to: State;
  /** The term it is about: of a leadership that ends, the term that was led. */
  readonly term: Term;
  readonly reason: ChangeReason;
}

/** Term and vote must be durable before the effects after this one are let out (rule 1). */
export interface Persist {
  readonly kind: 'persist';
  readonly term: Term;
  readonly votedFor: string | undefined;
  readonly isNew: boolean;
}

/**
 * What the runtime owes after an input, in this order: loss of leadership, which waits for nothing; reports; persist;
 * sends, which rely on it; every other state change. Gaining leadership never shares an outcome with a persist, so a
 * write that fails has nothing to take back.
 */
export type Effect =
  | StateChange
  | { readonly kind: 'report'; readonly code: GraftErrorCode; readonly text: string }
  | Persist
  /** Of the shape of a send: whoever looks at effects then meets few shapes, which is what the compiler likes. */
  | { readonly kind: 'broadcast'; readonly to?: undefined; readonly message: Message }
  | { readonly kind: 'send'; readonly to: NodeId; readonly message: Message }
  /** Who leads, as far as is known. */
  | { readonly kind: 'leaderChange'; readonly leader: NodeId | undefined; readonly term: Term };

/** The answer to one input. */
export interface Outcome {
  readonly effects: readonly Effect[];
  /** When to come back with a `deadline` if nothing else happens before; `Infinity` for never. */
  readonly nextDeadlineMs: number;
}
