import type { GraftErrorCode } from '../core/errors.js';
import type { Incarnation, Term } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { Refusal } from '../core/refusal.js';
import type { StateChange } from './handler.js';

/** Which node it is that something happened to. */
export interface Origin {
  readonly cluster: string;
  readonly id: NodeId;
  /** Tells two nodes, or two starts of one, apart that have the same id (rule 4). */
  readonly incarnation: Incarnation;
}

/** A vote that was asked for: what became of it. */
export type ElectionEvent =
  /** The request for votes leaves; the own vote is durable. */
  | { readonly outcome: 'started'; readonly term: Term; readonly transfer: boolean }
  /** A quorum voted for this node. It leads once it holds the lease as well (rule 8). */
  | { readonly outcome: 'won'; readonly term: Term }
  | { readonly outcome: 'lost'; readonly term: Term; readonly reason: StateChange['reason'] };

/** This voter's answer to another's request, at the instant when it leaves: what it relies on is durable (rule 1). */
export interface VoteEvent {
  readonly candidate: NodeId;
  /** The term that was asked for. */
  readonly term: Term;
  /** A pre-vote, which promises nothing (rule 6). */
  readonly preVote: boolean;
  /** The request came in the name of the outgoing leader (rule 9). */
  readonly transfer: boolean;
  readonly granted: boolean;
  /** Why it was refused; `undefined` when it was granted. */
  readonly refusal: Refusal | undefined;
}

/**
 * What is published on `node:diagnostics_channel`: the name of each channel, and what its messages carry beside their
 * {@link Origin}. All are published after what they tell of; nothing waits for a subscriber but the event loop.
 */
export interface TraceEvents {
  /** A node's state has changed: what `Handler.stateChange` hears. */
  readonly 'graft-election:state-change': StateChange;
  /** Who leads, as far as this node knows, has changed. */
  readonly 'graft-election:leader-change': { readonly leader: NodeId | undefined; readonly term: Term };
  readonly 'graft-election:election': ElectionEvent;
  readonly 'graft-election:vote': VoteEvent;
  /** The lease was gained or prolonged (rule 8); its end is a state change. `leaseLeftMs`: for how long it holds now. */
  readonly 'graft-election:lease': { readonly term: Term; readonly leaseLeftMs: number };
  /** A voter answered this leader's heartbeat for the first time, `roundTripMs` after it was sent. */
  readonly 'graft-election:heartbeat': {
    readonly term: Term;
    readonly voter: NodeId;
    readonly round: number;
    readonly roundTripMs: number;
  };
  /** A write of term and vote has ended; `error` says why it failed, where it did. */
  readonly 'graft-election:persist': {
    readonly term: Term;
    readonly votedFor: string | undefined;
    readonly durationMs: number;
    readonly error: unknown;
  };
  /** What `Handler.asyncError` hears. */
  readonly 'graft-election:error': { readonly code: GraftErrorCode; readonly error: Error };
}

/** A message of the channel `Name`. */
export type TraceMessage<Name extends keyof TraceEvents> = Origin & TraceEvents[Name];
