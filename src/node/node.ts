/// <reference lib="esnext.disposable" preserve="true" />
import type { Effect } from '../core/effects.js';
import { Elector } from '../core/elector.js';
import { GraftError } from '../core/errors.js';
import type { Message, Term } from '../core/messages.js';
import { type NodeId, parseNodeId } from '../core/names.js';
import { type Settings, settle } from '../core/options.js';
import type { State } from '../core/roles.js';
import type { DurableState } from '../log/term-log.js';
import { causeText } from './cause-text.js';
import { Crew } from './crew.js';
import type { ElectionNode, Waiting } from './election-node.js';
import { EventLoopDelay } from './event-loop-delay.js';
import type { Listener, NodeEvents } from './events.js';
import { Gauge } from './gauge.js';
import { Herald } from './herald.js';
import type { HostedNode, NodeHost } from './host.js';
import { drawIncarnation, ownId } from './identity.js';
import { Journal } from './journal.js';
import { attempt, letGo } from './let-go.js';
import { Loop } from './loop.js';
import { type NodeOptions, type NodeSettings, parseNodeOptions } from './options.js';
import { Rehearsals } from './rehearsals.js';
import type { NodeStatus } from './status.js';
import { Succession } from './succession.js';
import { TimingsWatch } from './timings-watch.js';
import { Trace } from './trace.js';
import { untilAborted } from './until-aborted.js';
import { untilLeaderHeard } from './until-leader-heard.js';
import { View } from './view.js';
import type { Work } from './work.js';

/**
 * One node of a cluster that elects a leader.
 *
 * Role is not authority: a state is told by event, while {@link Node.isLeader} answers by the clock at the call
 * (rule 8), also when the event loop was blocked and no event could be told yet.
 */
export class Node implements ElectionNode {
  readonly id: NodeId;
  readonly #node: NodeSettings;
  readonly #settings: Settings;
  readonly #elector: Elector;
  readonly #view: View;
  readonly #trace: Trace;
  readonly #herald: Herald;
  readonly #loop: Loop;
  readonly #delay: EventLoopDelay;
  readonly #gauge: Gauge;
  readonly #crew: Crew;
  readonly #succession: Succession;
  readonly #rehearsals: Rehearsals | undefined;
  #listening = false;
  #closing: Promise<void> | undefined;

  /**
   * Takes the log, connects and joins the cluster. Resolves once this node hears the others.
   *
   * Rejects, with nothing left running, when an option is wrong (`INVALID_*`, `CONTRADICTING_TIMINGS`, `MISSING_*`),
   * when the log cannot be had (`LOG_*`), when the driver cannot listen (`DRIVER_*`), or with the reason of
   * `options.signal` when that aborts.
   */
  static start(options: NodeOptions): Promise<Node> {
    return Node.#start(options, undefined);
  }

  /**
   * As {@link Node.start}, for whoever shows the node to its user elsewhere.
   * @internal
   */
  static async startFor(host: NodeHost, options: NodeOptions): Promise<HostedNode> {
    const node = await Node.#start(options, host);
    return {
      node,
      settings: node.#settings,
      setFit: (fit) => node.#loop.post({ kind: 'fitness', fit }),
      report: (error) => node.#herald.report(error),
    };
  }

  static async #start(options: NodeOptions, host: NodeHost | undefined): Promise<Node> {
    const settings = parseNodeOptions(options);
    const { log, signal } = settings;
    signal?.throwIfAborted();
    // A log that cannot be had may be another node's: it is closed only once it is ours.
    const recovered = await log.open();
    try {
      signal?.throwIfAborted();
      const node = new Node(settings, recovered, host);
      await node.#join(recovered);
      return node;
    } catch (error) {
      await attempt(() => log.close()).catch(() => undefined);
      throw error;
    }
  }

  private constructor(node: NodeSettings, recovered: DurableState, host: NodeHost | undefined) {
    const { clock, rng, handler, drainTimeoutMs, writeLine } = node;
    this.#node = node;
    this.id = ownId(node, recovered);
    this.#settings = settle(this.id, node.election);
    this.#elector = new Elector({ settings: this.#settings, rng, incarnation: drawIncarnation(rng), recovered });
    this.#view = new View(this.#elector, clock.nowMs());
    this.#trace = new Trace(this.#elector);
    const origin = { cluster: this.#settings.membership.name, id: this.id };
    const journal = writeLine === undefined ? undefined : new Journal(writeLine, origin);
    this.#herald = new Herald(handler, clock, { trace: this.#trace, journal });
    const report = (error: GraftError): void => this.#herald.report(error);
    this.#delay = new EventLoopDelay({ leaseMs: this.#settings.leaseMs, inThread: host !== undefined, report });
    this.#gauge = new Gauge(this.#elector);
    const watch = new TimingsWatch({ timings: this.#settings.timings, gauge: this.#gauge, report });
    this.#loop = new Loop(this.#elector, clock, {
      persist: (state) => this.#persist(state),
      broadcast: (message) => this.#broadcast(message),
      send: (to, message) => this.#send(to, message),
      tell: (effect) => this.#tell(effect),
      grantVote: (message) => this.#herald.hooks.grantVote(message),
      report,
      taken: () => host?.shown(this.#elector, this.#delay),
      delayed: (delayMs) => {
        this.#delay.note(delayMs);
        this.#gauge.delayed(delayMs);
        watch.look();
        host?.shown(this.#elector, this.#delay);
      },
      before: (input) => this.#trace.before(input, this.#gauge.before(input)),
      after: (input) => this.#trace.after(input),
    });
    this.#crew = new Crew({
      patience: this.#loop,
      drainTimeoutMs,
      isLeader: (term) => this.isLeader() && this.term === term,
      onFailure: () => this.stepDown(),
      report,
    });
    this.#succession = new Succession({
      elector: this.#elector,
      loop: this.#loop,
      crew: this.#crew,
      events: this.#herald.events,
    });
    const { observer, interop } = this.#settings;
    // In simulated time, which is never late, nothing takes any; and neither of those elects as it is rehearsed.
    if (clock.watchDelay !== undefined && !observer && !interop) {
      const setAlarm = (delayMs: number, ring: () => void): unknown => this.#loop.setAlarm(delayMs, ring);
      this.#rehearsals = new Rehearsals({
        clock,
        rng,
        setAlarm,
        rehearseMessage: (message) => this.#rehearseMessage(message),
      });
    }
  }

  async #join(recovered: DurableState): Promise<void> {
    const { rpc, signal } = this.#node;
    // An id that was just drawn, or a log that is taken over, is made this node's before anybody hears of it (rule 4).
    if (recovered.nodeId === undefined) await this.#save(recovered);
    await this.#rehearse(signal);
    const { membership, interop, timings } = this.#settings;
    await rpc.init(
      {
        cluster: membership.name,
        id: this.id,
        interop,
        // What comes before the node has started, or after it has closed, is lost, as any message may be.
        receive: (message) => this.#listening && this.#loop.post({ kind: 'message', message }),
        peerGone: (peer) => this.#listening && this.#loop.post({ kind: 'peerGone', id: peer }),
        // Nothing is told after CLOSED, by a driver that is no longer anybody's.
        report: (error) => !this.#view.isClosed && this.#herald.report(error),
        node: {
          heartbeatIntervalMs: timings.heartbeatIntervalMs,
          status: () => this.status(),
          stepDown: async (to) => void (to === undefined ? await this.stepDown() : await this.transfer({ to })),
        },
      },
      signal,
    );
    if (signal?.aborted) {
      await attempt(() => rpc.close()).catch(() => undefined);
      throw signal.reason;
    }
    this.#listening = true;
    this.#loop.post({ kind: 'start' });
    this.#delay.watch(this.#node.clock, (lateMs) => this.#loop.wake(lateMs));
    this.#rehearsals?.goOn();
  }

  async #rehearse(signal: AbortSignal | undefined): Promise<void> {
    try {
      await untilAborted(this.#rehearsals?.rehearse() ?? Promise.resolve(), signal);
    } catch (reason) {
      this.#rehearsals?.stop();
      throw reason;
    }
  }

  // ---------------------------------------------------------------- what is known

  /** What this node shows, by the clock at this instant: `LEADER` only while the lease holds (rule 8). */
  get state(): State {
    return this.#view.state(this.#loop.now());
  }

  /** Who leads, as far as is known; this node itself only while its lease holds. */
  get leader(): NodeId | undefined {
    return this.#view.leader(this.#loop.now());
  }

  /** The newest term that this node has heard of. While it is being written it may be ahead of the log. */
  get term(): Term {
    return this.#elector.term;
  }

  /**
   * Whom this node voted for in its term. While it is being written it may be ahead of the log: nobody else has been told
   * of it then (rule 1). A Go graft log that was taken over may name any text.
   */
  get vote(): string | undefined {
    return this.#elector.votedFor;
  }

  /**
   * Whether this node leads now: by the clock at the call, never by the last event (rule 8). While it is true on one
   * node, it is true on no other.
   */
  isLeader(): boolean {
    return this.#view.isLeader(this.#loop.now());
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
    const { measured } = this.#gauge;
    return this.#view.status(this.#loop.now(), { errors: this.#herald.errorCounts, delay: this.#delay, measured });
  }

  // ---------------------------------------------------------------- what can be done

  /** Calls `listener` at every event of that name. What it throws is reported as `HANDLER_FAILED`. */
  on<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#herald.events.on(name, listener);
    return this;
  }

  /** As {@link Node.on}, for the next event only. */
  once<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#herald.events.once(name, listener);
    return this;
  }

  /** Takes a listener back. */
  off<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#herald.events.off(name, listener);
    return this;
  }

  /**
   * Runs `work` while, and only while, this node leads: anew with each leadership, one run at a time. Its `signal`
   * aborts when leadership is lost, or is about to be handed over, which then waits `drainTimeoutMs` for it (rule 9);
   * so work that awaits `stepDown()`, `transfer()` or `close()` itself waits that long for nothing.
   *
   * Work that returns early is done for this term; the node goes on leading. Work that throws while it leads ends the
   * call: leadership is put down, then the promise rejects with `WORK_FAILED`, the error as its `cause`. When it throws
   * after its signal has aborted, that is reported as `WORK_FAILED`, unless what it throws is the abort.
   *
   * @returns a promise that resolves when the node has closed, and rejects with the reason of `signal` when that
   *   aborts, in both cases after the work has returned.
   * @throws GraftError `NODE_CLOSED` when the node has closed already; `WORK_FAILED`.
   */
  async lead(work: Work, { signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen('lead');
    await this.#crew.run(work, this.fencingToken, signal);
  }

  /**
   * Hands leadership to `to`, or to the heir (rules 9, 10): lets work under `lead()` end, gives the lease up, and asks
   * the other to campaign at once. Takes a few milliseconds where nothing has to be drained. When `signal` aborts, the
   * waiting ends, and the hand-over goes on.
   *
   * @returns the new leader, once it has been heard: another than `to` when that has died meanwhile.
   * @throws GraftError `NOT_LEADER`; `NO_HEIR` when no such voter answers, or none at all (nothing is given up then);
   *   `NO_SUCCESSOR` when leadership was given up and nobody was heard to take it within `electionTimeoutMaxMs`;
   *   `INVALID_ID`; `NODE_CLOSED`.
   */
  async transfer({ to, signal }: Waiting & { readonly to?: string | undefined } = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('transfer');
    const heir = to === undefined ? undefined : parseNodeId(to, 'to');
    return await untilAborted(this.#succession.transfer(this.#assertLeads(), heir), signal);
  }

  /**
   * Puts leadership down: as {@link Node.transfer} where there is an heir, and by plain resignation where there is
   * none. Resolves when it has been put down and, for `electionTimeoutMaxMs` at most, somebody else was heard to lead.
   * Does nothing on a node that does not lead.
   */
  async stepDown({ signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.isLeader()) await untilAborted(this.#succession.resign(this.term), signal);
  }

  /**
   * Resolves with the leader's id as soon as one is known.
   * @throws GraftError `NODE_CLOSED` when the node has closed, or closes before that.
   */
  async untilLeader({ signal }: Waiting = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('untilLeader');
    return this.leader ?? (await untilLeaderHeard(this.#herald.events, { id: this.id, signal }));
  }

  /**
   * Leaves the cluster: lets work under `lead()` end, hands leadership over if it has it (rule 9), lets go of the driver
   * and the log, and tells of the change to `CLOSED` last. Term and vote stay in the log (rule 1). Never rejects; safe to
   * call twice.
   *
   * Takes a few milliseconds; at most `drainTimeoutMs` for work, `electionTimeoutMaxMs` for a successor, and two seconds
   * each for a disk or a driver that hangs, which is reported (`LOG_WRITE_FAILED`, `DRIVER_FAILED`).
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** As {@link Node.close}: for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#rehearsals?.stop();
    await this.#crew.dismiss(`node ${this.id} is closing`);
    if (this.isLeader()) await this.#succession.resign(this.term);
    await this.#succession.settled();
    // A lease that ran out and was not told of yet, or was won again meanwhile, is put down and told of like any other.
    this.#loop.post({ kind: 'stepDown' });
    this.#loop.post({ kind: 'close' });
    this.#listening = false;
    const { rpc, log } = this.#node;
    await letGo({ loop: this.#loop, rpc, log, report: (error) => this.#herald.report(error) });
    this.#delay.unwatch();
    this.#loop.stop();
    this.#view.close();
    this.#herald.closed(this.term);
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

  async #persist(state: Extract<Effect, { kind: 'persist' }>): Promise<void> {
    try {
      await this.#save(state);
    } catch (error) {
      if (error instanceof GraftError) this.#herald.report(error);
      throw error;
    }
  }

  async #save({ term, votedFor, isNew }: Pick<DurableState, 'term' | 'votedFor' | 'isNew'>): Promise<void> {
    const { log, clock } = this.#node;
    const beganMs = clock.nowMs();
    const ended = (error: unknown): void => {
      const durationMs = clock.nowMs() - beganMs;
      this.#gauge.persisted(durationMs);
      this.#trace.persisted({ term, votedFor, durationMs, error });
    };
    try {
      await log.save({ term, votedFor, isNew, nodeId: this.id });
      ended(undefined);
    } catch (cause) {
      ended(cause);
      if (cause instanceof GraftError) throw cause;
      throw new GraftError('LOG_WRITE_FAILED', `the log could not be saved: ${causeText(cause)}`, { cause });
    }
  }

  #broadcast(message: Message): void {
    this.#publish(message);
    this.#trace.broadcast(message);
  }

  #publish(message: Message): void {
    if (message.kind !== 'voteRequest' && message.kind !== 'preVoteRequest') {
      this.#carry(() => this.#node.rpc.broadcast(message));
      return;
    }
    const position = this.#herald.hooks.position();
    if (position !== 'unknown') this.#carry(() => this.#node.rpc.broadcast({ ...message, position }));
  }

  #send(to: NodeId, message: Message): void {
    this.#carry(() => this.#node.rpc.send(to, message));
    this.#trace.sent(to, message);
  }

  #rehearseMessage(message: Message): void {
    try {
      this.#node.rpc.rehearse?.(message);
    } catch (cause) {
      const text = `the driver threw while rehearsing: ${causeText(cause)}`;
      this.#herald.report(new GraftError('DRIVER_FAILED', text, { cause }), 'rehearsing');
    }
  }

  /** A driver must not throw; one that does loses the message, which every rule allows for. */
  #carry(send: () => void): void {
    try {
      send();
    } catch (cause) {
      const text = `the driver threw while sending: ${causeText(cause)}`;
      this.#herald.report(new GraftError('DRIVER_FAILED', text, { cause }), 'sending');
    }
  }

  #tell(effect: Exclude<Effect, { kind: 'persist' | 'broadcast' | 'send' }>): void {
    switch (effect.kind) {
      case 'report':
        this.#herald.report(new GraftError(effect.code, effect.text));
        return;
      case 'leaderChange':
        this.#herald.leaderChange({ leader: effect.leader, term: effect.term });
        return;
      case 'stateChange': {
        const { from, to, term, reason } = effect;
        // Told by close(), once everything has been let go of: whoever hears it may start anew on the same log.
        if (to === 'CLOSED') return;
        if (from === 'LEADER') this.#crew.abort(`leadership of term ${term} is over: ${reason}`);
        if (to === 'LEADER') this.#crew.renew();
        this.#herald.change({ from, to, term, reason });
        // What heard of it may have taken so long that the lease is over.
        if (to === 'LEADER' && this.fencingToken === term) this.#crew.begin(term);
        return;
      }
      default:
        effect satisfies never;
    }
  }
}
