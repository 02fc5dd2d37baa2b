import { AssertionError } from 'node:assert';
import type { Rng } from '../../src/core/random.js';
import type { GraftError, StateChange, TermLog, Timings } from '../../src/index.js';
import { DEFAULT_TIMINGS, Node } from '../../src/index.js';
import type { LinkConditions } from '../../src/testing/index.js';
import { MemoryNetwork, MockRpcDriver, NodeClock, SimulatedClock, seededRng } from '../../src/testing/index.js';
import { Disk } from './disk.js';
import { Invariants, type LeadershipChange } from './invariants.js';

export const { electionTimeoutMinMs: MIN, electionTimeoutMaxMs: MAX, heartbeatIntervalMs: BEAT } = DEFAULT_TIMINGS;
const { maxClockDrift } = DEFAULT_TIMINGS;
/** How long a message is under way at most, unless a test says otherwise. */
export const ONE_WAY = 2;
/** Pre-vote, vote and first heartbeat, each there and back: what an undisputed election takes beyond its waits. */
export const ELECTION = 6 * ONE_WAY;
/** What is left of a promise of `MIN` when clocks are as far off as the defaults allow (rule 8). */
export const LEASE = (MIN * (1 - maxClockDrift)) / (1 + maxClockDrift);

/** Settings of a {@link Cluster}. */
export interface ClusterOptions {
  /** How many voters: `a`, `b`, `c` and so on. */
  readonly voters: number;
  /** Ids of observers (rule 12). Default: none. */
  readonly observers?: readonly string[];
  /** Priorities as heirs (rule 10), by id. Default 1. */
  readonly priorities?: Readonly<Record<string, number>>;
  /** Clock rates by id: 1.05 runs 5 % fast. Default 1. */
  readonly rates?: Readonly<Record<string, number>>;
  readonly preVote?: boolean;
  readonly timings?: Partial<Timings>;
  /** Conditions of every link. Default: 0.2 to 2 ms on the way. */
  readonly network?: Partial<LinkConditions>;
  /** Error codes that may be reported; any other fails the test. Default: none. */
  readonly mayReport?: readonly GraftError['code'][];
  /** Takes a log away from its rules, to watch the harm. */
  readonly brokenLog?: (log: TermLog) => TermLog;
  /** Voters that are started with the cluster. Default: all. */
  readonly started?: readonly string[];
}

/** One machine: its disk outlives the processes that run on it. */
interface Machine {
  readonly id: string;
  readonly disk: Disk;
  process: Process | undefined;
}

interface Process {
  readonly node: Node;
  readonly clock: NodeClock;
  readonly driver: MockRpcDriver;
}

/**
 * N real nodes with the real codec on a simulated network and clock: one seed decides everything that happens. The
 * invariants are looked at after every single event, and what a node reports fails the run unless it was expected.
 */
export class Cluster {
  readonly seed: number;
  readonly clock = new SimulatedClock();
  readonly network: MemoryNetwork;
  readonly rng: Rng;
  readonly errors: GraftError[] = [];
  readonly #options: ClusterOptions;
  readonly #invariants = new Invariants();
  readonly #machines = new Map<string, Machine>();
  readonly #voters: readonly string[];
  #violation: unknown;

  static async start(seed: number, options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(seed, options);
    const { started = cluster.#voters, observers = [] } = options;
    for (const id of [...started, ...observers]) await cluster.restart(id);
    return cluster;
  }

  private constructor(seed: number, options: ClusterOptions) {
    this.seed = seed;
    this.rng = seededRng(seed);
    this.#options = options;
    const conditions = { delayMs: [0.2, ONE_WAY] as const, ...options.network };
    this.network = new MemoryNetwork({ clock: this.clock, rng: this.rng, ...conditions });
    this.#voters = Array.from({ length: options.voters }, (_, index) => String.fromCharCode(97 + index));
    for (const id of [...this.#voters, ...(options.observers ?? [])]) {
      this.#machines.set(id, { id, disk: new Disk(this.rng), process: undefined });
    }
  }

  // ---------------------------------------------------------------- who is there

  /** Every process that runs. */
  get nodes(): Node[] {
    return [...this.#machines.values()].flatMap(({ process }) => (process === undefined ? [] : [process.node]));
  }

  get ids(): string[] {
    return [...this.#machines.keys()];
  }

  node(id: string): Node {
    return this.#running(id).node;
  }

  clockOf(id: string): NodeClock {
    return this.#running(id).clock;
  }

  diskOf(id: string): Disk {
    return this.#machine(id).disk;
  }

  isRunning(id: string): boolean {
    return this.#machine(id).process !== undefined;
  }

  /** Who leads at this instant, by the nodes' own clocks: none or one, or the run has failed already. */
  leaders(): Node[] {
    return this.nodes.filter((node) => node.isLeader());
  }

  /** All others than these, by id. */
  othersThan(...ids: readonly string[]): string[] {
    return this.nodes.map(({ id }) => String(id)).filter((id) => !ids.includes(id));
  }

  /** Every gain and loss of leadership so far, in order. */
  get changes(): readonly LeadershipChange[] {
    return this.#invariants.changes;
  }

  // ---------------------------------------------------------------- time

  get nowMs(): number {
    return this.clock.nowMs();
  }

  /** Lets `ms` pass. */
  async run(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.until(() => this.nowMs >= endMs, ms);
  }

  /** Lets time pass until `condition` holds, for `limitMs` at most; resolves with the milliseconds that it took. */
  async until(condition: () => boolean, limitMs: number): Promise<number> {
    const watched = (): boolean => {
      if (this.#violation !== undefined) throw this.#violation;
      this.#invariants.look(this.nodes, this.nowMs);
      return condition();
    };
    // The clock's complaint at the limit quotes its condition: let it quote the test's.
    return await this.clock.advanceUntil(Object.assign(watched, { toString: () => String(condition) }), limitMs);
  }

  /** Lets time pass until `promise` settles, for `limitMs` at most. */
  async settled<T>(promise: Promise<T>, limitMs: number): Promise<T> {
    let isSettled = false;
    const mark = (): void => {
      isSettled = true;
    };
    promise.then(mark, mark);
    await this.until(() => isSettled, limitMs);
    return await promise;
  }

  /** Runs until somebody leads, one of `among` if given, and resolves with it. */
  async untilLeader({
    withinMs,
    among,
  }: {
    readonly withinMs: number;
    readonly among?: readonly string[];
  }): Promise<Node> {
    const leads = (node: Node): boolean => node.isLeader() && (among === undefined || among.includes(node.id));
    await this.until(() => this.nodes.some(leads), withinMs);
    return this.nodes.find(leads) ?? this.#fail('nobody leads');
  }

  /** Runs until one node leads and every node of `among` (default: all that run) knows it, with its term. */
  async untilAgreed({
    withinMs,
    among,
  }: {
    readonly withinMs: number;
    readonly among?: readonly string[];
  }): Promise<Node> {
    const of = (): Node[] => (among === undefined ? this.nodes : among.map((id) => this.node(id)));
    await this.until(() => agree(of()), withinMs);
    return of().find((node) => node.isLeader()) ?? this.#fail('nobody leads');
  }

  /** Lets `ms` pass and fails if anybody leads at any instant of it. */
  async runLeaderless(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    await this.until(() => {
      const [leader] = this.leaders();
      if (leader !== undefined) this.#fail(`${leader.id} leads term ${leader.term} where nobody can`);
      return this.nowMs >= endMs;
    }, ms);
  }

  /** Lets `ms` pass and fails if `leader` does not lead its term at every instant of it. */
  async runStable(leader: Node, ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    const { term } = leader;
    await this.until(() => {
      if (!leader.isLeader() || leader.term !== term) this.#fail(`${leader.id} no longer leads term ${term}`);
      return this.nowMs >= endMs;
    }, ms);
  }

  /** Elects, and hands over to `id` unless it leads already; resolves once all that run know. */
  async lead(id: string): Promise<Node> {
    const first = await this.untilAgreed({ withinMs: 2 * MAX });
    // The heir has answered heartbeats, and its log, if its clock is slow, is new no more (rule 9).
    await this.run(4 * BEAT);
    if (first.id !== id) await this.settled(first.transfer({ to: id }), MAX);
    const leader = await this.untilAgreed({ withinMs: BEAT });
    if (leader.id !== id) this.#fail(`${leader.id} leads where ${id} was to`);
    await this.run(2 * BEAT);
    return leader;
  }

  // ---------------------------------------------------------------- faults

  /** The groups hear only their own. */
  split(...groups: readonly (readonly string[])[]): void {
    this.network.partition(...groups);
  }

  /** Cuts both directions between two nodes. */
  cutLink(one: string, other: string): void {
    this.network.cut({ from: one, to: other });
    this.network.cut({ from: other, to: one });
  }

  heal(): void {
    this.network.heal();
  }

  /** The process is gone at once: it says nothing, and what it was writing may be lost. */
  async crash(id: string): Promise<void> {
    const { driver, clock } = this.#running(id);
    clock.kill();
    this.#machine(id).process = undefined;
    this.#invariants.died(id, { forgets: this.#options.observers?.includes(id) ?? false });
    await driver.close();
  }

  /** A new process on the disk of the old. */
  async restart(id: string): Promise<void> {
    const machine = this.#machine(id);
    const { rates = {}, priorities = {}, observers = [], brokenLog, preVote, timings } = this.#options;
    // Each process has a monotonic time of its own, as after a reboot.
    const clock = new NodeClock(this.clock, { rate: rates[id] ?? 1, offsetMs: 1e6 * this.rng.next() });
    const driver = new MockRpcDriver(this.network, { clock });
    const log = brokenLog?.(machine.disk.logFor(clock)) ?? machine.disk.logFor(clock);
    const starting = Node.start({
      cluster: { name: 'simulated', voters: this.#voters },
      id,
      rpc: driver,
      handler: {
        stateChange: (change) => this.#onChange(id, change),
        asyncError: (error) => this.errors.push(error),
      },
      log,
      clock,
      rng: this.rng,
      observer: observers.includes(id),
      priority: priorities[id],
      preVote,
      timings,
    });
    machine.process = { node: await this.settled(starting, 1_000), driver, clock };
  }

  /** Leaves the cluster as a well-behaved process does: hands over first (rule 9). */
  async close(id: string): Promise<void> {
    const { node } = this.#running(id);
    // The last one that leads waits for a successor that nobody can be any more.
    await this.settled(node.close(), 10 * (this.#options.timings?.electionTimeoutMaxMs ?? MAX));
    this.#machine(id).process = undefined;
  }

  /** Closes everything; then no timer may be left, and nothing unexpected may have been reported. */
  async finish(): Promise<void> {
    this.heal();
    this.network.release();
    for (const { id, process } of this.#machines.values()) {
      process?.clock.resume();
      if (process !== undefined) await this.close(id);
    }
    await this.until(() => this.network.inFlight === 0, 60_000);
    if (this.clock.pendingTimers > 0) this.#fail(`${this.clock.pendingTimers} timers are left after closing all nodes`);
    if (this.changes.length === 0) this.#fail('nobody ever led: the run shows nothing');
    const { mayReport = [] } = this.#options;
    for (const error of this.errors) if (!mayReport.includes(error.code)) throw error;
  }

  #onChange(id: string, { from, to, term }: StateChange): void {
    if (from !== 'LEADER' && to !== 'LEADER') return;
    try {
      this.#invariants.change({ kind: to === 'LEADER' ? 'gained' : 'lost', id, term, atMs: this.nowMs });
    } catch (error) {
      // A node survives a handler that throws, so this must be thrown to the test elsewhere.
      this.#violation ??= error;
    }
  }

  #machine(id: string): Machine {
    return this.#machines.get(id) ?? this.#fail(`there is no machine ${id}`);
  }

  #running(id: string): Process {
    return this.#machine(id).process ?? this.#fail(`${id} is not running`);
  }

  #fail(message: string): never {
    throw new AssertionError({ message: `${message}, at ${this.nowMs} ms` });
  }
}

function agree(nodes: readonly Node[]): boolean {
  const leader = nodes.find((node) => node.isLeader());
  return leader !== undefined && nodes.every((node) => node.leader === leader.id && node.term === leader.term);
}
