import { AssertionError } from 'node:assert';
import type { Message } from '../../core/messages.js';
import { decodeFrame } from '../../drivers/wire/codec.js';
import type { Node } from '../../node/node.js';
import type { FrameEvent } from '../frame-event.js';
import { MemoryNetwork } from '../memory-network.js';
import { SimulatedClock } from '../simulated-clock.js';
import { type CalmPlanOptions, calmPlan } from './calm-plan.js';
import { derivedRng } from './derived-rng.js';
import { Faults } from './faults.js';
import type { Invariant, MemberView, WorldEvent, WorldView } from './invariant.js';
import { everyInvariant } from './invariants/index.js';
import { Machine } from './machine.js';
import type { Fault, Plan } from './plan.js';
import type { ServiceFactory } from './service.js';
import { type Breach, type Hearer, Watch } from './watch.js';

/** Settings of a {@link World}: a plan, or what a calm one is made from. */
export interface WorldOptions extends CalmPlanOptions {
  /** What the world is made of. Its schedule is not played: that is `runWorld`'s job. Default: from the other options. */
  readonly plan?: Plan;
  /** What runs in each process beside the node. Default: nothing. */
  readonly service?: ServiceFactory;
  /** Demanded beside the library's own. */
  readonly invariants?: readonly Invariant[];
  /** Hear of every event, or of some. */
  readonly hearers?: readonly Hearer[];
}

/** Thrown by a world at the event that broke an invariant. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation';
  readonly breach: Breach;

  constructor(breach: Breach) {
    super(`${breach.invariant} (${breach.source}): ${breach.text}; step ${breach.step}, t = ${breach.atMs} ms`);
    this.breach = breach;
  }
}

const STEP: WorldEvent = Object.freeze({ kind: 'step' });
/** How long a world is given to elect where the caller does not say: far more than any healthy one needs. */
const PATIENCE_MS = 60_000;

/**
 * A cluster of real nodes on simulated machines: real codec, real bytes in the log, and time, network, disks and processes
 * that do what they are told. One seed decides everything that happens. The library's invariants are looked at after each
 * event; one that breaks ends the call that lets time pass with an {@link InvariantViolation}.
 */
export class World implements WorldView {
  readonly plan: Plan;
  readonly clock = new SimulatedClock();
  readonly network: MemoryNetwork;
  readonly #members = new Map<string, Machine>();
  readonly #faults: Faults;
  readonly #watch: Watch;
  readonly #messages = new WeakMap<Uint8Array, Message>();
  #lastLeader: Machine | undefined;
  #quietSinceMs = Number.POSITIVE_INFINITY;
  #isDirty = false;
  #broken: { readonly cause: unknown } | undefined;

  /** A world whose processes have started; nobody leads yet. */
  static async start(options: WorldOptions = {}): Promise<World> {
    const world = new World(options);
    world.startAll();
    await world.until(() => [...world.#members.values()].every(({ node }) => node !== undefined), PATIENCE_MS);
    return world;
  }

  /** A world in which no process has started yet. */
  constructor(options: WorldOptions = {}) {
    const { plan = calmPlan(options), service = () => ({}), invariants = [], hearers = [] } = options;
    this.plan = plan;
    this.network = new MemoryNetwork({ clock: this.clock, rng: derivedRng(plan.seed, 'network') });
    const tell = (event: WorldEvent): void => this.#tell(event);
    const broken = (cause: unknown): void => {
      this.#broken ??= { cause };
    };
    const onEncoded = (bytes: Uint8Array, message: Message): void => {
      this.#messages.set(bytes, message);
    };
    const ports = { plan, clock: this.clock, network: this.network, service, tell, broken, onEncoded };
    for (const machine of plan.machines) this.#members.set(machine.id, new Machine(machine, ports));
    const own = everyInvariant(plan);
    const isDemanded = (invariant: Invariant): boolean => invariant.holdsIn?.(plan) ?? true;
    const expected = own.filter((invariant) => !isDemanded(invariant));
    this.#watch = new Watch([...own.filter(isDemanded), ...invariants], expected, hearers);
    this.#faults = new Faults({
      plan,
      clock: this.clock,
      network: this.network,
      machines: this.#members,
      tell,
      lastLeader: () => this.#lastLeader,
    });
    if (this.#watch.wants('sent') || this.#watch.wants('delivered') || this.#watch.wants('lost')) {
      this.network.tap((frame) => this.#onFrame(frame));
    }
  }

  // ---------------------------------------------------------------- what is seen

  get nowMs(): number {
    return this.clock.nowMs();
  }

  get members(): ReadonlyMap<string, MemberView> {
    return this.#members;
  }

  get quietSinceMs(): number {
    return this.#quietSinceMs;
  }

  get inFlight(): number {
    return this.network.inFlight;
  }

  get pendingTimers(): number {
    return this.clock.pendingTimers;
  }

  get serviceTimers(): number {
    let timers = 0;
    for (const machine of this.#members.values()) timers += machine.serviceTimers;
    return timers;
  }

  /** How many steps there were: instants at which anything happened. */
  get steps(): number {
    return this.#watch.step;
  }

  /** What has gone wrong, if anything. */
  get breach(): Breach | undefined {
    return this.#watch.breach;
  }

  /** Names of invariants that were broken, in a world whose plan expects that harm. */
  get harms(): readonly string[] {
    return [...this.#watch.harms];
  }

  /** Who leads at this instant, by the nodes' own clocks. */
  get leader(): Node | undefined {
    return [...this.#members.values()].find((machine) => machine.isLeader())?.node;
  }

  /** The node that runs on machine `id`. @throws AssertionError when none does. */
  node(id: string): Node {
    const node = this.#members.get(id)?.node;
    if (node !== undefined) return node;
    throw new AssertionError({ message: `no node runs on ${id} at ${this.nowMs} ms` });
  }

  // ---------------------------------------------------------------- time

  /** Lets `ms` pass. @throws InvariantViolation */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.until(() => this.nowMs >= endMs, ms);
  }

  /**
   * Lets time pass until `condition` holds; resolves with the milliseconds that it took.
   * @throws AssertionError when `limitMs` have passed and it still does not hold; InvariantViolation.
   */
  async until(condition: () => boolean, limitMs = PATIENCE_MS): Promise<number> {
    const watched = (): boolean => {
      this.#look();
      return condition();
    };
    // The clock's complaint at the limit quotes its condition: let it quote the caller's.
    return await this.clock.advanceUntil(Object.assign(watched, { toString: () => String(condition) }), limitMs);
  }

  /** Lets time pass until `promise` settles. @throws as {@link until}, or what the promise rejects with. */
  async settled<T>(promise: Promise<T>, limitMs = PATIENCE_MS): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    await this.until(() => isSettled, limitMs);
    return await promise;
  }

  /** Lets time pass until somebody leads and every process that runs knows it; resolves with its node. */
  async untilLeader(limitMs = PATIENCE_MS): Promise<Node> {
    await this.until(() => this.agreedLeader !== undefined, limitMs);
    return this.agreedLeader ?? this.node('nobody');
  }

  /** Who leads, if every process that runs knows it. */
  get agreedLeader(): Node | undefined {
    const running = [...this.#members.values()].filter(({ condition }) => condition === 'running');
    const leader = running.find((machine) => machine.isLeader());
    const agree = running.every((each) => each.leader === leader?.id && each.term === leader?.term);
    return agree ? leader?.node : undefined;
  }

  // ---------------------------------------------------------------- what happens

  /** Starts every machine that is down. */
  startAll(): void {
    for (const machine of this.#members.values()) machine.start();
  }

  /**
   * Brings a fault about, or an operation, now. It ends after its `forMs`, which may be `Infinity`, or with
   * {@link heal}.
   */
  strike(fault: Fault): void {
    this.#faults.strike(fault);
  }

  /** Ends every fault: links are whole, the weather is fair, disks work, and every machine runs. */
  heal(): void {
    this.#faults.endAll();
  }

  /** Whether every process runs, and everything that was said before the healing has arrived. */
  get isHealed(): boolean {
    if (this.nowMs < this.#faults.lastWordsMs) return false;
    return [...this.#members.values()].every(({ node, isClosing }) => node !== undefined && !isClosing);
  }

  /** Heals, and lets time pass until that has taken effect: from then on invariants of liveness count. */
  async quieten(): Promise<void> {
    this.heal();
    await this.until(() => this.isHealed);
    this.beginQuiet();
  }

  /** From now on nothing goes wrong any more: invariants of liveness count. */
  beginQuiet(): void {
    this.#quietSinceMs = this.nowMs;
  }

  /** Closes every process, as well-behaved ones are closed. Then nothing may be left: no timer, no message. */
  async close(): Promise<void> {
    await this.quieten();
    for (const machine of this.#members.values()) await this.settled(machine.close());
    await this.until(() => this.network.inFlight === 0);
    this.end();
    if (this.pendingTimers === 0) return;
    throw new AssertionError({ message: `${this.pendingTimers} timers are left after closing all nodes` });
  }

  /** The world is over: invariants have their last look. @throws InvariantViolation */
  end(): void {
    this.#tell({ kind: 'end' });
    this.#look();
  }

  /** Lets go of everything at once; nothing more is told. */
  abandon(): void {
    for (const machine of this.#members.values()) machine.abandon();
  }

  // ---------------------------------------------------------------- inside

  #tell(event: WorldEvent): void {
    this.#isDirty = true;
    if (event.kind === 'stateChange' && event.to === 'LEADER') this.#lastLeader = this.#members.get(event.by);
    this.#watch.tell(event, this);
  }

  #look(): void {
    if (this.#broken !== undefined) throw this.#broken.cause;
    if (this.#isDirty) {
      this.#isDirty = false;
      this.#watch.step += 1;
      this.#watch.tell(STEP, this);
    }
    if (this.#watch.breach !== undefined) throw new InvariantViolation(this.#watch.breach);
  }

  #onFrame(frame: FrameEvent): void {
    const kind = frame.kind === 'dropped' ? 'lost' : frame.kind;
    const { from, to, bytes } = frame;
    if (from === undefined) return;
    if (!this.#watch.wants(kind)) {
      this.#isDirty = true;
      return;
    }
    this.#tell({ kind, from, to, message: this.#messageIn(bytes) });
  }

  /** One frame is told of several times. */
  #messageIn(bytes: Uint8Array): Message {
    const known = this.#messages.get(bytes);
    if (known !== undefined) return known;
    const message = decodeFrame(bytes);
    this.#messages.set(bytes, message);
    return message;
  }
}
