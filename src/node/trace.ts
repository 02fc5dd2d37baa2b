import type { Elector } from '../core/elector.js';
import type { GraftError } from '../core/errors.js';
import type { Input } from '../core/inputs.js';
import type { HeartbeatResponse, Message, PreVoteRequest, Term, VoteRequest } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import type { Refusal } from '../core/refusal.js';
import type { StateChange } from './handler.js';
import { Outlet } from './outlet.js';
import type { Origin, TraceEvents } from './trace-events.js';

/**
 * Publishes what happens to a node on `node:diagnostics_channel`. Derived from what goes into its elector and comes out,
 * so that the rules know nothing of it; and asked of nobody while nobody has subscribed.
 */
export class Trace {
  readonly #elector: Elector;
  readonly #origin: Origin;
  readonly #stateChange = new Outlet('graft-election:state-change');
  readonly #leaderChange = new Outlet('graft-election:leader-change');
  readonly #election = new Outlet('graft-election:election');
  readonly #vote = new Outlet('graft-election:vote');
  readonly #lease = new Outlet('graft-election:lease');
  readonly #heartbeat = new Outlet('graft-election:heartbeat');
  readonly #persist = new Outlet('graft-election:persist');
  readonly #error = new Outlet('graft-election:error');

  /** The term whose votes this node has asked for, and does not know yet whether it has won. */
  #standingIn: Term | undefined;
  /** What is to be told of the input that is being taken, its write included. */
  #asked: Asked | undefined;
  #answered: { readonly response: HeartbeatResponse; readonly roundTripMs: number } | undefined;
  #leaseLeftMs: number | undefined;

  constructor(elector: Elector) {
    const { settings, incarnation } = elector;
    this.#elector = elector;
    this.#origin = { cluster: settings.membership.name, id: settings.id, incarnation };
  }

  // ---------------------------------------------------------------- around an input

  /**
   * An input is about to be taken. Looks at those only that something may be told of: most say nothing new.
   * @param roundTripMs how long the heartbeat that it answers was under way.
   */
  before(input: Input, roundTripMs: number | undefined): void {
    this.#asked = undefined;
    if (input.kind === 'deadline') {
      // A single voter's heartbeat prolongs its lease, and so does nothing else that it hears.
      if (this.#lease.wanted) this.#leaseLeftMs = this.#elector.leaseLeftMs(input);
    } else if (input.kind === 'message') {
      this.#beforeMessage(input, roundTripMs);
    }
  }

  #beforeMessage(input: Extract<Input, { readonly kind: 'message' }>, roundTripMs: number | undefined): void {
    const { message, grantVote } = input;
    if (message.kind === 'heartbeatResponse') {
      if (this.#lease.wanted) this.#leaseLeftMs = this.#elector.leaseLeftMs(input);
      if (roundTripMs !== undefined && this.#heartbeat.wanted) this.#answered = { response: message, roundTripMs };
    } else if ((message.kind === 'voteRequest' || message.kind === 'preVoteRequest') && this.#vote.wanted) {
      this.#asked = { request: message, refusal: this.#elector.refusalOf(message, grantVote, input) };
    }
  }

  /** It was taken, and what it owes is done as far as it waits for no disk. */
  after(input: Input): void {
    if (this.#answered !== undefined) {
      const { response, roundTripMs } = this.#answered;
      this.#answered = undefined;
      const { term, voter, round } = response;
      this.#heartbeat.publish({ ...this.#origin, term, voter, round, roundTripMs });
    }
    if (this.#leaseLeftMs === undefined) return;
    const leaseLeftMs = this.#elector.leaseLeftMs(input);
    if (leaseLeftMs > this.#leaseLeftMs) {
      this.#lease.publish({ ...this.#origin, term: this.#elector.term, leaseLeftMs });
    }
    this.#leaseLeftMs = undefined;
  }

  // ---------------------------------------------------------------- what an input owes

  /** A message has left for everybody. */
  broadcast(message: Message): void {
    const { term } = message;
    if (message.kind === 'voteRequest' && term !== this.#standingIn) {
      // Without pre-vote, one candidacy follows the other.
      if (this.#standingIn !== undefined) this.#lost('electionTimeout');
      this.#standingIn = term;
      this.#election.publish({ ...this.#origin, outcome: 'started', term, transfer: message.leadershipTransfer });
    } else if (message.kind === 'heartbeat' && term === this.#standingIn) {
      this.#standingIn = undefined;
      this.#election.publish({ ...this.#origin, outcome: 'won', term });
    }
  }

  /** A message has left for `to`. */
  sent(to: NodeId, message: Message): void {
    // What a node says to its own id is no answer to a candidate (rule 4).
    if (message.kind !== 'voteResponse' || to === this.#origin.id || this.#asked === undefined) return;
    const { request, refusal } = this.#asked;
    this.#asked = undefined;
    this.#vote.publish({
      ...this.#origin,
      candidate: to,
      term: request.term,
      preVote: message.preVote,
      transfer: request.kind === 'voteRequest' && request.leadershipTransfer,
      granted: message.granted,
      // A refusal that was no refusal before: the candidate itself made the crowd (rule 3).
      refusal: message.granted ? undefined : (refusal ?? 'inDoubt'),
    });
  }

  /** A write has ended. */
  persisted(ended: TraceEvents['graft-election:persist']): void {
    if (this.#persist.wanted) this.#persist.publish({ ...this.#origin, ...ended });
  }

  stateChange({ from, to, term, reason }: StateChange): void {
    if (this.#stateChange.wanted) this.#stateChange.publish({ ...this.#origin, from, to, term, reason });
    if (from === 'CANDIDATE' && to !== 'LEADER' && this.#standingIn !== undefined) this.#lost(reason);
  }

  leaderChange({ leader, term }: TraceEvents['graft-election:leader-change']): void {
    if (this.#leaderChange.wanted) this.#leaderChange.publish({ ...this.#origin, leader, term });
  }

  error(error: GraftError): void {
    if (this.#error.wanted) this.#error.publish({ ...this.#origin, code: error.code, error });
  }

  #lost(reason: StateChange['reason']): void {
    const term = this.#standingIn;
    this.#standingIn = undefined;
    if (term !== undefined) this.#election.publish({ ...this.#origin, outcome: 'lost', term, reason });
  }
}

interface Asked {
  readonly request: VoteRequest | PreVoteRequest;
  readonly refusal: Refusal | undefined;
}
