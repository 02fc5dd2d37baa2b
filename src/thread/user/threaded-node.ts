/// <reference lib="esnext.disposable" preserve="true" />
import { GraftError } from '../../core/errors.js';
import type { Instant } from '../../core/inputs.js';
import type { Term } from '../../core/messages.js';
import { type NodeId, parseNodeId } from '../../core/names.js';
import type { State } from '../../core/roles.js';
import type { ElectionNode, Waiting } from '../../node/election-node.js';
import type { Listener, NodeEvents } from '../../node/events.js';
import type { NodeStatus } from '../../node/status.js';
import { untilAborted } from '../../node/until-aborted.js';
import { untilLeaderHeard } from '../../node/until-leader-heard.js';
import { View } from '../../node/view.js';
import type { Work } from '../../node/work.js';
import type { Showing } from '../between/board.js';
import { Liaison } from './liaison.js';
import { parseThreadedOptions, type ThreadedNodeOptions } from './options.js';
import { type Facts, ShownElsewhere } from './shown-elsewhere.js';

/** What can be said at one instant. */
interface Look {
  readonly view: View;
  readonly at: Instant;
  readonly showing: Showing;
}

/**
 * A node in a worker thread of its own, with its timers, its connection and its log there: it leads on while this thread
 * is busy. What it promises is what `Node` promises, member by member; questions are answered here and now, from shared
 * memory and by the clock, also when this thread was blocked and no event could be told yet.
 *
 * The handler, listeners and work under `lead()` run on this thread. See docs/threads.md.
 */
export class ThreadedNode implements ElectionNode {
  readonly id: NodeId;
  readonly #liaison: Liaison;
  readonly #facts: Facts;
  #closing: Promise<void> | undefined;

  /**
   * As `Node.start`, in a new worker thread.
   *
   * Rejects as that does; and with `CANNOT_CROSS_THREADS` when an option belongs to this thread, or `THREAD_FAILED` when
   * the worker cannot be started or ends by itself.
   */
  static async start(options: ThreadedNodeOptions): Promise<ThreadedNode> {
    const settings = parseThreadedOptions(options);
    const { signal } = settings;
    signal?.throwIfAborted();
    const liaison = new Liaison(settings);
    const onAbort = (): void => liaison.abandon();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      const node = new ThreadedNode(liaison, await liaison.started);
      if (signal?.aborted) await node.close();
      signal?.throwIfAborted();
      return node;
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  private constructor(liaison: Liaison, facts: Facts) {
    this.id = facts.settings.id;
    this.#liaison = liaison;
    this.#facts = facts;
  }

  // ---------------------------------------------------------------- what is known

  get state(): State {
    const { view, at } = this.#look();
    return view.state(at);
  }

  get leader(): NodeId | undefined {
    const { view, at } = this.#look();
    return view.leader(at);
  }

  get term(): Term {
    return this.#liaison.read().showing.term;
  }

  /** Cut after 256 bytes, which only a vote in a log of Go graft's can have. */
  get vote(): string | undefined {
    return this.#liaison.read().showing.votedFor;
  }

  isLeader(): boolean {
    return this.fencingToken !== undefined;
  }

  get fencingToken(): Term | undefined {
    const { showing } = this.#liaison.read();
    return showing.lease === undefined ? undefined : showing.term;
  }

  /**
   * Everything that this node knows, at this instant; delays are those of the worker's event loop. What was `measured`
   * is as of a second ago.
   */
  status(): NodeStatus {
    const { view, at, showing } = this.#look();
    const { errorCounts: errors, measured } = this.#liaison;
    return view.status(at, { errors, delay: showing.delay, measured });
  }

  #look(): Look {
    const { showing, at } = this.#liaison.read();
    const view = new View(new ShownElsewhere(showing, this.#facts), this.#facts.startedAtMs);
    if (this.#liaison.isClosed) view.close();
    return { view, at, showing };
  }

  // ---------------------------------------------------------------- what can be done

  on<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#liaison.herald.events.on(name, listener);
    return this;
  }

  once<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#liaison.herald.events.once(name, listener);
    return this;
  }

  off<Name extends keyof NodeEvents>(name: Name, listener: Listener<Name>): this {
    this.#liaison.herald.events.off(name, listener);
    return this;
  }

  async lead(work: Work, { signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    this.#assertOpen('lead');
    await this.#liaison.crew.run(work, this.#liaison.workTerm, signal);
  }

  async transfer({ to, signal }: Waiting & { readonly to?: string | undefined } = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('transfer');
    const heir = to === undefined ? undefined : parseNodeId(to, 'to');
    this.#assertLeads();
    const successor = await untilAborted(this.#liaison.call({ what: 'transfer', to: heir }), signal);
    if (successor !== undefined) return successor;
    throw new GraftError('INTERNAL', `transfer() of node ${this.id} resolved without a successor`);
  }

  async stepDown({ signal }: Waiting = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.isLeader()) await untilAborted(this.#liaison.stepDown(), signal);
  }

  async untilLeader({ signal }: Waiting = {}): Promise<NodeId> {
    signal?.throwIfAborted();
    this.#assertOpen('untilLeader');
    return this.leader ?? (await untilLeaderHeard(this.#liaison.herald.events, { id: this.id, signal }));
  }

  /** As `Node.close`; then the worker thread ends too. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.#liaison.crew.dismiss(`node ${this.id} is closing`);
    // A thread that has ended by itself was told of, and has left nothing to close.
    await this.#liaison.call({ what: 'close' }).catch(() => undefined);
    await this.#liaison.end();
  }

  #assertOpen(what: string): void {
    if (this.#closing === undefined && !this.#liaison.isClosed) return;
    throw new GraftError('NODE_CLOSED', `${what}() was called on node ${this.id}, which is closed or closing`);
  }

  #assertLeads(): void {
    const { leader } = this;
    if (this.isLeader()) return;
    throw new GraftError('NOT_LEADER', `node ${this.id} does not lead; ${leader ?? 'nobody'} does, as far as is known`);
  }
}
