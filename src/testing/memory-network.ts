import type { Message } from '../core/messages.js';
import type { ClusterName, NodeId } from '../core/names.js';
import type { Rng } from '../core/random.js';
import { encodeFrame } from '../drivers/wire/codec.js';
import { type Clock, systemClock } from '../node/clock.js';
import { Cuts, type Direction } from './cuts.js';
import type { DropReason, FrameCounts, FrameEvent } from './frame-event.js';
import { type Chained, FrameQueue } from './frame-queue.js';
import { ConditionTable, drawDelay, type LinkConditions } from './link-conditions.js';
import { seededRng } from './random.js';

/** Settings of a {@link MemoryNetwork}; the {@link LinkConditions} among them hold for every link. */
export interface MemoryNetworkOptions extends Partial<LinkConditions> {
  /** What delays are measured by. Default: the machine's own clock. */
  readonly clock?: Clock;
  /** Where delays, losses and repeats are drawn from. Default: `seededRng(1)`, so that runs repeat. */
  readonly rng?: Rng;
  /** How many frames may be under way; what is sent beyond it is lost and counted. Default 100 000. */
  readonly maxInFlight?: number;
}

/** One process on the network, as {@link MemoryNetwork.attach} takes it. */
export interface Attachment {
  readonly cluster: ClusterName;
  /** Several processes may have one id: each hears what is sent to it. */
  readonly id: NodeId;
  /** Called once per arrival, never from within a call that sends. */
  readonly receive: (bytes: Uint8Array) => void;
}

/** What an attached process sends with. Once detached it neither sends nor hears. */
export interface Endpoint {
  /** To every other process of the cluster. */
  broadcast(bytes: Uint8Array): void;
  /** To every process of the cluster that has the id `to` when the frame arrives. */
  send(to: NodeId, bytes: Uint8Array): void;
  /** What was sent before still arrives. Safe to call twice. */
  detach(): void;
}

interface Process extends Attachment {
  readonly links: Map<NodeId, Link>;
}

/** What is under way in order from one process to one id. */
interface Link {
  readonly frames: FrameQueue<Frame>;
  lastDueMs: number;
}

interface Frame extends Chained<Frame> {
  readonly cluster: ClusterName;
  readonly from: NodeId | undefined;
  readonly to: NodeId;
  readonly bytes: Uint8Array;
  /** The process that a broadcast came from and does not go back to. */
  readonly except: Process | undefined;
}

const DEFAULT_MAX_IN_FLIGHT = 100_000;

/**
 * A network in memory. It carries encoded frames by cluster and id, delivers each as an event of its own, never inside
 * the call that sends, and in order between two processes unless told to reorder. Faults are named by id and concern
 * every cluster; a frame is lost when its link is cut either when it leaves or when it would arrive.
 *
 * With a simulated clock and a seeded generator, one seed decides everything that happens on it.
 */
export class MemoryNetwork {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #maxInFlight: number;
  readonly #cuts = new Cuts();
  readonly #conditions = new ConditionTable();
  readonly #clusters = new Map<ClusterName, Map<NodeId, Set<Process>>>();
  readonly #intruderLinks = new Map<NodeId, Link>();
  readonly #taps = new Set<(event: FrameEvent) => void>();
  /** What came due while the network is frozen, in order; undefined while it is not. */
  #held: (() => void)[] | undefined;
  #inFlight = 0;
  #sent = 0;
  #delivered = 0;
  #dropped = 0;

  /** @throws GraftError `INVALID_OPTION` when a probability or a delay is out of range. */
  constructor(options: MemoryNetworkOptions = {}) {
    const { clock = systemClock, rng = seededRng(1), maxInFlight = DEFAULT_MAX_IN_FLIGHT, ...conditions } = options;
    this.#clock = clock;
    this.#rng = rng;
    this.#maxInFlight = maxInFlight;
    this.#conditions.setGeneral(conditions);
  }

  /** How many frames are under way, held ones included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get counts(): FrameCounts {
    return { sent: this.#sent, delivered: this.#delivered, dropped: this.#dropped };
  }

  /** Connects a process; it hears what arrives from now on, also what was sent to its id before. */
  attach(attachment: Attachment): Endpoint {
    const { cluster, id } = attachment;
    const process: Process = { ...attachment, links: new Map() };
    const ids = this.#clusters.get(cluster) ?? new Map<NodeId, Set<Process>>();
    const namesakes = ids.get(id) ?? new Set();
    this.#clusters.set(cluster, ids.set(id, namesakes.add(process)));
    let isAttached = true;
    return {
      broadcast: (bytes) => {
        if (isAttached) this.#broadcast(process, bytes);
      },
      send: (to, bytes) => {
        if (isAttached)
          this.#transmit(process.links, { cluster, from: id, to, bytes, except: undefined, next: undefined });
      },
      detach: () => {
        if (!isAttached) return;
        isAttached = false;
        namesakes.delete(process);
        if (namesakes.size === 0) ids.delete(id);
        if (ids.size === 0) this.#clusters.delete(cluster);
      },
    };
  }

  /**
   * Splits the network into groups of ids that hear only their own; ids that are named in no group form one more.
   * Replaces the partition before; cuts and isolations stay.
   * @throws GraftError `INVALID_OPTION` when an id stands in two groups.
   */
  partition(...groups: readonly (readonly string[])[]): void {
    this.#cuts.partition(groups);
  }

  /** Cuts one direction. */
  cut(direction: Direction): void {
    this.#cuts.cut(direction);
  }

  /** Undoes a {@link cut}; a partition or isolation that concerns the link stays. */
  uncut(direction: Direction): void {
    this.#cuts.uncut(direction);
  }

  /** Cuts `id` off from every other id, both ways. */
  isolate(id: string): void {
    this.#cuts.isolate(id);
  }

  /** Undoes every partition, cut and isolation. Losses, repeats, delays and a {@link hold} stay. */
  heal(): void {
    this.#cuts.heal();
  }

  /** Changes what holds for every link; what is not named stays. @throws GraftError `INVALID_OPTION`. */
  setConditions(conditions: Partial<LinkConditions>): void {
    this.#conditions.setGeneral(conditions);
  }

  /** Replaces what one direction has instead; `{}` gives it back to the general. @throws GraftError `INVALID_OPTION`. */
  setLinkConditions(direction: Direction, conditions: Partial<LinkConditions>): void {
    this.#conditions.setSpecial(direction, conditions);
  }

  /** Freezes the network, as a stopped broker does: it takes frames and delivers none until {@link release}. */
  hold(): void {
    this.#held ??= [];
  }

  /** Lets everything held arrive in one burst, in the order in which it came due. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const arrive of held) this.#clock.afterPendingInput(arrive);
  }

  /** Lets `listener` hear what befalls every frame; it must not throw. Call the returned function to stop. */
  tap(listener: (event: FrameEvent) => void): () => void {
    this.#taps.add(listener);
    return () => {
      this.#taps.delete(listener);
    };
  }

  /**
   * Sends `payload` to every process with the id `to`, as a stranger on the network would: no cut or chance concerns
   * it.
   */
  inject(target: { readonly cluster: ClusterName; readonly to: NodeId }, payload: Message | Uint8Array): void {
    const bytes = payload instanceof Uint8Array ? payload : encodeFrame(payload);
    this.#transmit(this.#intruderLinks, { ...target, from: undefined, bytes, except: undefined, next: undefined });
  }

  #broadcast(process: Process, bytes: Uint8Array): void {
    const { cluster, id: from, links } = process;
    for (const [to, namesakes] of this.#clusters.get(cluster) ?? []) {
      if (to === from && namesakes.size === 1) continue;
      this.#transmit(links, { cluster, from, to, bytes, except: process, next: undefined });
    }
  }

  #transmit(links: Map<NodeId, Link>, frame: Frame): void {
    this.#sent += 1;
    this.#tell('sent', frame);
    const { from, to } = frame;
    if (from === undefined) {
      this.#dispatch(links, frame, { delayMs: 0, reorder: false });
      return;
    }
    if (this.#cuts.isCut({ from, to })) {
      this.#drop(frame, 'cut');
      return;
    }
    const conditions = this.#conditions.of({ from, to });
    if (this.#happens(conditions.dropProbability)) {
      this.#drop(frame, 'chance');
      return;
    }
    this.#dispatch(links, frame, conditions);
    if (this.#happens(conditions.repeatProbability)) this.#dispatch(links, { ...frame, next: undefined }, conditions);
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#rng.next() < probability;
  }

  #dispatch(
    links: Map<NodeId, Link>,
    frame: Frame,
    { delayMs, reorder }: Pick<LinkConditions, 'delayMs' | 'reorder'>,
  ): void {
    if (this.#inFlight >= this.#maxInFlight) {
      this.#drop(frame, 'overflow');
      return;
    }
    this.#inFlight += 1;
    const nowMs = this.#clock.nowMs();
    const dueMs = nowMs + drawDelay(delayMs, this.#rng);
    if (reorder) this.#arriveIn(dueMs - nowMs, () => this.#arrive(frame));
    else this.#queue(links, frame, { nowMs, dueMs });
  }

  /**
   * Each timer of a link delivers whatever is first on it, not the frame that it was set for: real timers of different
   * lengths may fire a millisecond out of order, frames may not.
   */
  #queue(
    links: Map<NodeId, Link>,
    frame: Frame,
    { nowMs, dueMs }: { readonly nowMs: number; readonly dueMs: number },
  ): void {
    const link = links.get(frame.to) ?? { frames: new FrameQueue<Frame>(), lastDueMs: 0 };
    links.set(frame.to, link);
    link.frames.push(frame);
    link.lastDueMs = Math.max(dueMs, link.lastDueMs);
    this.#arriveIn(link.lastDueMs - nowMs, () => {
      const first = link.frames.shift();
      // An idle link is forgotten: a hostile message can make a node answer any number of ids that do not exist.
      if (link.frames.isEmpty) links.delete(frame.to);
      if (first !== undefined) this.#arrive(first);
    });
  }

  #arriveIn(delayMs: number, arrive: () => void): void {
    const arriveUnlessHeld = () => {
      if (this.#held === undefined) arrive();
      else this.#held.push(arriveUnlessHeld);
    };
    if (delayMs > 0) this.#clock.setTimer(delayMs, arriveUnlessHeld);
    else this.#clock.afterPendingInput(arriveUnlessHeld);
  }

  #arrive(frame: Frame): void {
    this.#inFlight -= 1;
    const { cluster, from, to, except, bytes } = frame;
    if (from !== undefined && this.#cuts.isCut({ from, to })) {
      this.#drop(frame, 'cut');
      return;
    }
    const namesakes = this.#clusters.get(cluster)?.get(to);
    if (namesakes === undefined || (namesakes.size === 1 && except !== undefined && namesakes.has(except))) {
      this.#drop(frame, 'noReceiver');
      return;
    }
    this.#delivered += 1;
    this.#tell('delivered', frame);
    // Copied: whoever receives may attach or detach a process.
    for (const process of namesakes.size === 1 ? namesakes : [...namesakes]) {
      if (process !== except) process.receive(bytes);
    }
  }

  #drop(frame: Frame, reason: DropReason): void {
    this.#dropped += 1;
    if (this.#taps.size === 0) return;
    const { cluster, from, to, bytes } = frame;
    const event: FrameEvent = { kind: 'dropped', reason, atMs: this.#clock.nowMs(), cluster, from, to, bytes };
    for (const tap of this.#taps) tap(event);
  }

  #tell(kind: 'sent' | 'delivered', frame: Frame): void {
    if (this.#taps.size === 0) return;
    const { cluster, from, to, bytes } = frame;
    const event: FrameEvent = { kind, atMs: this.#clock.nowMs(), cluster, from, to, bytes };
    for (const tap of this.#taps) tap(event);
  }
}
