import type { ChangeReason, GraftErrorCode, NodeStatus, State } from '../../src/index.js';

/**
 * What a member tells of its life, in order. Times are microseconds of the machine's monotonic clock, which is one for
 * all processes: what two members say can be compared to the microsecond.
 */
export type Entry = { readonly atUs: number } & (
  | { readonly kind: 'started' }
  /** `Node.start` rejected; the process ends. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | Answer
  /** The newest term known, when it has changed. */
  | { readonly kind: 'term'; readonly term: number }
  | StateEntry
  | { readonly kind: 'leader'; readonly leader?: string; readonly term: number }
  | ErrorEntry
  /** The event loop was blocked until now; the next entry is the answer that was given at once. */
  | { readonly kind: 'blocked'; readonly ms: number }
  | { readonly kind: 'reply'; readonly to: number; readonly result?: unknown; readonly error?: ReplyError }
  /** `close()` has resolved. */
  | { readonly kind: 'closed' }
);

/**
 * What `fencingToken` answered when the member asked, as it does every few milliseconds: the term that it leads. The
 * answer was given at an instant between `atUs` and `untilUs`. That it does not lead is told once, when it turns.
 */
export interface Answer {
  readonly kind: 'answer';
  readonly term?: number;
  readonly untilUs: number;
}

/** The event of a state change. */
export interface StateEntry {
  readonly kind: 'state';
  readonly from: State;
  readonly to: State;
  readonly term: number;
  readonly reason: ChangeReason;
}

/** What `asyncError` heard. */
export interface ErrorEntry {
  readonly kind: 'error';
  readonly code: GraftErrorCode;
  readonly message: string;
}

export interface ReplyError {
  readonly code?: string;
  readonly message: string;
}

/** What a member can be asked to do, and what it replies with. */
export interface Commands {
  readonly transfer: { readonly takes: { readonly to?: string }; readonly gives: string };
  readonly stepDown: { readonly takes: object; readonly gives: null };
  /** Blocks the event loop. */
  readonly block: { readonly takes: { readonly ms: number }; readonly gives: null };
  /** Blocks the event loop with what keeps the garbage collector busy; gives how often. */
  readonly churn: { readonly takes: { readonly ms: number }; readonly gives: number };
  readonly status: { readonly takes: object; readonly gives: NodeStatus };
}
