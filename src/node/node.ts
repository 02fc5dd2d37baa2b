import type { Effect } from '../core/effects.js';
import { Elector } from '../core/elector.js';
import { GraftError } from '../core/errors.js';
import type { Message, Term } from '../core/messages.js';
import { describe, type NodeId, parseNodeId } from '../core/names.js';
import { type Settings, settle } from '../core/options.js';
import type { State } from '../core/roles.js';
import type { DurableState } from '../log/term-log.js';
import { ErrorReports } from './error-reports.js';
import { GuardedEvents, type Listener, type NodeEvents } from './events.js';
import { drawId, drawIncarnation } from './identity.js';
import { Loop } from './loop.js';
import { type NodeOptions, type NodeSettings, parseNodeOptions } from './options.js';
import type { NodeStatus } from './status.js';
import { untilAborted } from './until-aborted.js';
import { UserHooks } from './user-hooks.js';
import { type Work, WorkShift } from './work.js';

/** What may stop a call that waits. */
export interface Waiting {
  /** Ends the waiting: the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One node of a cluster that elects a leader.
 *
 * Role is not authority: a state is told by event, while {@link Node.isLeader} answers by the clock at the call
 * (rule 8), also when the event loop was blocked and no event could be told yet.
 */
export class Node {
  readonly id: NodeId;
  readonly #node: NodeSettings;
  readonly #settings: Settings;
  readonly #elector: Elector;
  readonly #loop: Loop;
  readonly #hooks: UserHooks;
  readonly #reports: ErrorReports;
  readonly #events: GuardedEvents;
  readonly #shifts = new Set<WorkShift>();
  readonly #startedAtMs: number;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Takes the log, connects and joins the cluster. Resolves once this node hears the others.
   *
   * Rejects, with nothing left running, when an option is wrong (`INVALID_*`, `CONTRADICTING_TIMINGS`, `MISSING_*`),
   * when the log cannot be had (`LOG_*`), when the driver cannot listen (`DRIVER_*`), or with the reason of
   * `options.signal` when that aborts.
   */
  static async start(options: NodeOptions): Promise<Node> {
    const settings = parseNodeOptions(options);
    settings.signal?.throwIfAborted();
    let node: Node | undefined;
    try {
      const recovered = await settings.log.open();
      settings.signal?.throwIfAborted();
      node = new Node(settings, recovered);
      await node.#join(recovered);
      return node;
    } catch (error) {
      if (node !== undefined) node.#loop.stop();
      await quietly(settings.log.close());
      throw error;
    }
  }

  private constructor(node: NodeSettings, recovered: DurableState) {
    const { clock, rng, handler } = node;
    this.#node = node;
    this.id = ownId(node, recovered);
    this.#settings = settle(this.id, node.election);
    this.#startedAtMs = clock.nowMs();
    this.#reports = new ErrorReports(clock, (error) => this.#deliver(error));
    this.#hooks = new UserHooks(handler, (error) => this.#reports.report(error));
    this.#events = new GuardedEvents((name, cause) => this.#hooks.failed(`a listener of '${name}'`, cause));
    this.#elector = new Elector({ settings: this.#settings, rng, incarnation: drawIncarnation(rng), recovered });
    this.#loop = new Loop(this.#elector, clock, {
      persist: (state) => this.#persist(state),
      broadcast: (message) => this.#broadcast(message),
      send: (to, message) => this.#carry(() => this.#node.rpc.send(to, message)),
      tell: (effect) => this.#tell(effect),
      grantVote: (message) => this.#hooks.grantVote(message),
      report: (error) => this.#reports.report(error),
    });
  }

  async #join(recovered: DurableState): Promise<void> {
    const { log, rpc, signal } = this.#node;
    // An id that was just drawn, or a log that is taken over, is made this node's before anybody hears of it (rule 4).
    if (recovered.nodeId === undefined && !this.#settings.observer) await log.save({ ...recovered, nodeId: this.id });
    signal?.throwIfAborted();
    let listening = false;
    const { membership, interop } = this.#settings;
    await rpc.init(
      {
        cluster: membership.name,
        id: this.id,
        interop,
        // What comes before the node has started is lost, as any message may be: nothing is promised yet.
        receive: (message) => listening && this.#loop.post({ kind: 'message', message }),
        report: (error) => this.#reports.report(error),
      },
      signal,
    );
    if (signal?.aborted) {
      await quietly(rpc.close());
      throw signal.reason;
    }
    listening = true;
    this.#loop.post({ kind: 'start' });
  }

  // ---------------------------------------------------------------- what is known

  /** What this node shows, by the clock at this instant: `LEADER` only while the lease holds (rule 8). */
  get state(): State {
    const { state } = this.#elector;
    return state === 'LEADER' && !this.isLeader() ? 'FOLLOWER' : state;
  }

  /** Who leads, as far as is known; this node itself only while its lease holds. */
  get leader(): NodeId | undefined {
    const { leader } = this.#elector;
    return leader === this.id && !this.isLeader() ? undefined : leader;
  }

  /** The newest term that this node has heard of. */
  get term(): Term {
    return this.#elector.term;
  }

  /** Whom this node voted for in its term. A Go graft log that was taken over may name any text. */
  get vote(): string | undefined {
    return this.#elector.votedFor;
  }

  /**
   * Whether this node leads now: by the clock at the call, never by the last event (rule 8). While it is true on one
   * node, it is true on no other.
   */
  isLeader(): boolean {
    return this.#elector.isLeader(this.#loop.now());
  }

  /**
   * The number that a guarded resource compares, refusing any that is lower than the highest it has seen: the term,
   * while this node leads; `undefined` otherwise.
   */
  get fencingToken(): Term | undefined {
    return this.isLeader() ? this.#elector.term : undefined;
  }

  /** Everything that this node knows, at this instant. */
  status(): NodeStatus {
    const now = this.#loop.now();
    const { membership, priority, observer, interop } = this.#settings;
    return {
      id: this.id,
      cluster: membership.name,
      voters: membership.voters,
      size: membership.size,
      state: this.state,
      term: this.term,
      vote: this.vote,
      leader: this.leader,
      isLeader: this.isLeader(),
      leaseLeftMs: this.#elector.leaseLeftMs(now),
      heir: this.#elector.heir,
      priority,
      observer,
      interop,
      incarnation: this.#elector.incarnation,
      uptimeMs: now.nowMs - this.#startedAtMs,
      errors: this.#reports.counts(),
    };
  }

  // ---------------------------------------------------------------- what can be done

  /** Calls `listener` at every event of that name. What it throws is reported as `HANDLER_FAILED`. */
  on<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.on(name, listener);
    return this;
  }

  /** As {@link Node.on}, for the next event only. */
  once<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.once(name, listener);
    return this;
  }

  /** Takes a listener back. */
  off<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#events.off(name, listener);
    return this;
  }

  /**
   * Runs `work` while, and only while, this node leads: anew with each leadership, one run at a time. Its `signal`
   * aborts when leadership is lost, or is about to be handed over, which then waits `drainTimeoutMs` for it (rule 9).
   *
   * Work that returns early is done for this term; the node goes on leading. Work that throws while it leads ends the
   * call: leadership is put down and the promise rejects with `WORK_FAILED`, the error as its `cause`.
   *
   * @returns a promise that resolves when the node has closed, and rejects with the reason of `signal` when that
   *   aborts, in both cases after the work has returned.
   * @throws GraftError `NODE_CLOSED` when the node has closed already; `WORK_FAILED`.
   */
  async lead(work: Work, { signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen('lead');
    const shift = new WorkShift(work, {
      isLeader: (term) => this.isLeader() && this.term === term,
      onFailure: () => void quietly(this.stepDown()),
      report: (error) => this.#reports.report(error),
    });
    this.#shifts.add(shift);
    const onAbort = (): void => void shift.stop(stopped('lead() was aborted'));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (this.isLeader() && this.#draining === undefined) shift.begin(this.term);
      await shift.over;
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#shifts.delete(shift);
    }
  }

  /**
   * Hands leadership to `to`, or to the heir (rules 9, 10): lets work under `lead()` end, gives the lease up, and asks
   * the other to campaign at once. Takes a few milliseconds where nothing has to be drained.
   *
   * @returns the new leader, once it has been heard.
   * @throws GraftError `NOT_LEADER`; `NO_HEIR` when no such voter answers, or none at all (nothing is given up then);
   *   `NO_SUCCESSOR` when leadership was given up and nobody was heard to take it within `electionTimeoutMaxMs`.
   */
  async transfer({ to, signal }: Waiting & { readonly to?: string | undefined } = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('transfer');
    const heir = to === undefined ? undefined : parseNodeId(to, 'to');
    const term = this.#assertLeads();
    if (!this.#elector.mayHandOver(heir)) throw noHeir(term, heir);
    return await untilAborted(this.#handOver(term, heir), signal);
  }

  /**
   * Puts leadership down: as {@link Node.transfer} where there is an heir, and by plain resignation where there is
   * none. Resolves when it has been put down and, for `electionTimeoutMaxMs` at most, somebody else was heard to lead.
   * Does nothing on a node that does not lead.
   */
  async stepDown({ signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.isLeader()) await untilAborted(this.#resign(this.term), signal);
  }

  /** Resolves with the leader's id as soon as one is known. */
  async untilLeader({ signal }: Waiting = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('untilLeader');
    const known = this.leader;
    if (known !== undefined) return known;
    return await untilAborted(
      new Promise<NodeId>((resolve, reject) => {
        const onLeader = ({ leader }: { readonly leader: NodeId | undefined }): void => {
          if (leader === undefined) return;
          stop();
          resolve(leader);
        };
        const onChange = ({ to }: { readonly to: State }): void => {
          if (to !== 'CLOSED') return;
          stop();
          reject(new GraftError('NODE_CLOSED', `node ${this.id} closed before it heard of a leader`));
        };
        const stop = (): void => {
          this.off('leaderChange', onLeader);
          this.off('stateChange', onChange);
          signal?.removeEventListener('abort', stop);
        };
        this.on('leaderChange', onLeader);
        this.on('stateChange', onChange);
        signal?.addEventListener('abort', stop, { once: true });
      }),
      signal,
    );
  }

  /**
   * Leaves the cluster: hands leadership over if it has it (rule 9), stops all work, lets go of the driver and the
   * log. Term and vote stay in the log (rule 1). Never rejects; safe to call twice.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** As {@link Node.close}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ---------------------------------------------------------------- handing over, closing

  async #close(): Promise<void> {
    if (this.isLeader()) await this.#resign(this.term);
    const reason = stopped(`node ${this.id} is closing`);
    await this.#withinDrainTimeout(Promise.all([...this.#shifts].map((shift) => shift.stop(reason))));
    const { rpc, log } = this.#node;
    const closed = new Promise<void>((resolve) => {
      this.on('stateChange', ({ to }) => to === 'CLOSED' && resolve());
    });
    const before = this.state;
    this.#loop.post({ kind: 'close' });
    const wrote = await this.#withinDrainTimeout(closed);
    this.#loop.stop();
    await rpc.close().catch((cause: unknown) => this.#hooks.failed('closing the driver', cause));
    const logClosed = log.close().catch((cause: unknown) => this.#hooks.failed('closing the log', cause));
    if (wrote) {
      await logClosed;
      return;
    }
    // The disk hangs: the log stays locked until the write ends, but nobody needs to wait for that.
    this.#reports.report(
      new GraftError('LOG_WRITE_FAILED', `node ${this.id} closes while a write to the log is still under way`),
    );
    this.#tell({ kind: 'stateChange', from: before, to: 'CLOSED', term: this.term, reason: 'closed' });
  }

  async #handOver(term: Term, to: NodeId | undefined): Promise<NodeId> {
    await this.#drain();
    if (this.isLeader() && !this.#elector.mayHandOver(to)) {
      this.#beginWork(term);
      throw noHeir(term, to);
    }
    const successor = this.#untilSuccessor(term);
    this.#loop.post({ kind: 'transfer', to });
    return await successor;
  }

  async #resign(term: Term): Promise<void> {
    await this.#drain();
    const successor = this.#elector.mayHandOver() ? quietly(this.#untilSuccessor(term)) : undefined;
    this.#loop.post({ kind: 'stepDown' });
    await successor;
  }

  /** Lets work end while the lease still holds, when nobody else can have begun it (rule 9). */
  #drain(): Promise<void> {
    this.#draining ??= this.#haltWork();
    return this.#draining;
  }

  async #haltWork(): Promise<void> {
    const reason = stopped('leadership is being handed over');
    const halted = Promise.all([...this.#shifts].map((shift) => shift.halt(reason)));
    if (!(await this.#withinDrainTimeout(halted))) {
      this.#reports.report(
        new GraftError(
          'WORK_FAILED',
          `work under lead() did not return within drainTimeoutMs (${this.#node.drainTimeoutMs}): leadership goes without it`,
        ),
      );
    }
  }

  /** @returns whether `done` was in time. */
  async #withinDrainTimeout(done: Promise<unknown>): Promise<boolean> {
    return await new Promise<boolean>((resolve) => {
      const disarm = this.#loop.setAlarm(this.#node.drainTimeoutMs, () => resolve(false));
      void done.then(() => {
        disarm();
        resolve(true);
      });
    });
  }

  #untilSuccessor(term: Term): Promise<NodeId> {
    const { leader } = this;
    // Leadership may have been lost, and taken, while work was let end.
    if (leader !== undefined && leader !== this.id && this.term > term) return Promise.resolve(leader);
    return new Promise((resolve, reject) => {
      const limitMs = this.#settings.timings.electionTimeoutMaxMs;
      const disarm = this.#loop.setAlarm(limitMs, () => {
        this.off('leaderChange', onLeader);
        reject(new GraftError('NO_SUCCESSOR', `nobody was heard to lead after term ${term} within ${limitMs} ms`));
      });
      const onLeader = (known: { readonly leader: NodeId | undefined; readonly term: Term }): void => {
        if (known.leader === undefined || known.leader === this.id) return;
        this.off('leaderChange', onLeader);
        disarm();
        resolve(known.leader);
      };
      this.on('leaderChange', onLeader);
    });
  }

  #assertOpen(what: string): void {
    if (this.#closing === undefined) return;
    throw new GraftError('NODE_CLOSED', `${what}() was called on node ${this.id}, which is closed or closing`);
  }

  #assertLeads(): Term {
    const { fencingToken, leader } = this;
    if (fencingToken !== undefined) return fencingToken;
    throw new GraftError('NOT_LEADER', `node ${this.id} does not lead; ${leader ?? 'nobody'} does, as far as is known`);
  }

  // ---------------------------------------------------------------- effects

  async #persist({ term, votedFor, isNew }: Extract<Effect, { kind: 'persist' }>): Promise<void> {
    try {
      await this.#node.log.save({ term, votedFor, isNew, nodeId: this.id });
    } catch (cause) {
      const error =
        cause instanceof GraftError
          ? cause
          : new GraftError('LOG_WRITE_FAILED', `the log could not be saved: ${text(cause)}`, { cause });
      this.#reports.report(error);
      throw error;
    }
  }

  #broadcast(message: Message): void {
    if (message.kind !== 'voteRequest' && message.kind !== 'preVoteRequest') {
      this.#carry(() => this.#node.rpc.broadcast(message));
      return;
    }
    const position = this.#hooks.position();
    if (position !== 'unknown') this.#carry(() => this.#node.rpc.broadcast({ ...message, position }));
  }

  /** A driver must not throw; one that does loses the message, which every rule allows for. */
  #carry(send: () => void): void {
    try {
      send();
    } catch (cause) {
      this.#reports.report(
        new GraftError('DRIVER_FAILED', `the driver threw while sending: ${text(cause)}`, { cause }),
      );
    }
  }

  #tell(effect: Exclude<Effect, { kind: 'persist' | 'broadcast' | 'send' }>): void {
    switch (effect.kind) {
      case 'report':
        this.#reports.report(new GraftError(effect.code, effect.text));
        return;
      case 'leaderChange':
        this.#events.emit('leaderChange', { leader: effect.leader, term: effect.term });
        return;
      case 'stateChange': {
        const { from, to, term, reason } = effect;
        if (from === 'LEADER') {
          const lost = stopped(`leadership of term ${term} is over: ${reason}`);
          for (const shift of this.#shifts) void shift.halt(lost);
        }
        this.#hooks.stateChange({ from, to, term, reason });
        this.#events.emit('stateChange', { from, to, term, reason });
        if (from === 'LEADER') this.#events.emit('deposed', { term, reason });
        if (to === 'LEADER') this.#events.emit('elected', { term });
        if (to === 'LEADER') this.#beginWork(term);
        return;
      }
      default:
        effect satisfies never;
    }
  }

  #beginWork(term: Term): void {
    this.#draining = undefined;
    // A handler may have put leadership down again, or taken so long that the lease is over.
    if (this.#elector.term !== term || !this.isLeader()) return;
    for (const shift of this.#shifts) shift.begin(term);
  }

  #deliver(error: GraftError): void {
    const heard = this.#hooks.asyncError(error);
    const listened = this.#events.emit('asyncError', error);
    // Nothing is lost: an error that nobody listens for is a warning of the process.
    if (!heard && !listened) process.emitWarning(error.message, { type: 'GraftWarning', code: error.code });
  }
}

function ownId({ id, rng }: NodeSettings, recovered: DurableState): NodeId {
  const { nodeId } = recovered;
  if (id === undefined) return nodeId ?? drawId(rng);
  if (nodeId === undefined || nodeId === id) return id;
  throw new GraftError(
    'LOG_OWNED_BY_OTHER_ID',
    `the log belongs to node ${describe(nodeId)} and id is ${describe(id)}: give that id, or a log of its own to this node`,
  );
}

function noHeir(term: Term, to: NodeId | undefined): GraftError {
  const whom = to === undefined ? 'no voter answers' : `${describe(to)} does not answer as a voter`;
  return new GraftError('NO_HEIR', `${whom} that could take over term ${term}; see priorities and status()`);
}

function stopped(why: string): GraftError {
  return new GraftError('NOT_LEADER', why);
}

function text(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function quietly(ending: Promise<unknown>): Promise<void> {
  await ending.catch(() => undefined);
}
