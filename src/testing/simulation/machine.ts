import { GraftError } from '../../core/errors.js';
import type { Message } from '../../core/messages.js';
import { parseNodeId } from '../../core/names.js';
import type { State } from '../../core/roles.js';
import { NEW_STATE } from '../../log/envelope.js';
import { decodeLog, encodeLog } from '../../log/image.js';
import type { DurableState } from '../../log/term-log.js';
import { causeText } from '../../node/cause-text.js';
import type { Clock } from '../../node/clock.js';
import type { Handler } from '../../node/handler.js';
import { Node } from '../../node/node.js';
import type { MemoryNetwork } from '../memory-network.js';
import { MockRpcDriver } from '../mock-rpc-driver.js';
import { NodeClock } from '../node-clock.js';
import { derivedRng } from './derived-rng.js';
import type { MemberView, WorldEvent } from './invariant.js';
import type { Death, MachinePlan, Plan } from './plan.js';
import type { ServiceFactory } from './service.js';
import { ServiceClock } from './service-clock.js';
import { SimulatedDisk, type WriteStep } from './simulated-disk.js';
import { LOG_PATH, SimulatedLog } from './simulated-log.js';
import { WriteFaults } from './write-faults.js';

/** What a machine has of its world. */
export interface MachinePorts {
  readonly plan: Plan;
  readonly clock: Clock;
  readonly network: MemoryNetwork;
  readonly service: ServiceFactory;
  readonly tell: (event: WorldEvent) => void;
  /** Whoever watches the network need not decode what is sent on it. */
  readonly onEncoded: (bytes: Uint8Array, message: Message) => void;
  /** A service threw what no service may throw. */
  readonly broken: (cause: unknown) => void;
}

interface Process {
  readonly clock: NodeClock;
  readonly serviceClock: ServiceClock;
  readonly driver: MockRpcDriver;
  node: Node | undefined;
  /** How many faults keep it stopped. */
  stops: number;
  isClosing: boolean;
}

/** A process that could not start, for want of a disk, is started again after this long, as a supervisor does. */
const RETRY_MS = 100;

/** The steps after which something may be durable that was not. */
const SYNCS: ReadonlySet<WriteStep> = new Set(['sync', 'syncData', 'syncDirectory']);

/** One machine: its disk and its clocks' rate outlive the processes that run on it. */
export class Machine implements MemberView {
  readonly plan: MachinePlan;
  readonly writes: WriteFaults;
  /** The application's position (rule 13). */
  position: number;
  life = 0;
  disk = 1;
  readonly #ports: MachinePorts;
  readonly #disk: SimulatedDisk;
  #durable: DurableState = NEW_STATE;
  #survivor: Uint8Array | undefined;
  #process: Process | undefined;
  #wallOffsetMs = 0;

  constructor(plan: MachinePlan, ports: MachinePorts) {
    const { seed, disk } = ports.plan;
    this.plan = plan;
    this.position = plan.position;
    this.#ports = ports;
    this.#disk = new SimulatedDisk(derivedRng(seed, `disk ${plan.id}`));
    if (plan.logTerm !== undefined && !plan.observer) {
      const state: DurableState = {
        term: plan.logTerm,
        votedFor: undefined,
        nodeId: parseNodeId(plan.id),
        isNew: false,
      };
      this.#disk.install(LOG_PATH, encodeLog(state));
      this.#durable = state;
    }
    this.writes = new WriteFaults(disk, derivedRng(seed, `writes ${plan.id}`));
  }

  // ---------------------------------------------------------------- what is seen

  get id(): string {
    return this.plan.id;
  }

  get observer(): boolean {
    return this.plan.observer;
  }

  get condition(): MemberView['condition'] {
    if (this.#process === undefined) return 'down';
    return this.#process.clock.isRunning ? 'running' : 'stopped';
  }

  /** The node of the process that runs, once it has started. */
  get node(): Node | undefined {
    return this.#process?.node;
  }

  get isClosing(): boolean {
    return this.#process?.isClosing ?? false;
  }

  /** How many timers of the service wait, while its process runs. */
  get serviceTimers(): number {
    return this.condition === 'running' ? (this.#process?.serviceClock.pending ?? 0) : 0;
  }

  get state(): State {
    return this.#process?.node?.state ?? 'FOLLOWER';
  }

  get term(): number {
    return this.#process?.node?.term ?? this.#durable.term;
  }

  get leader(): string | undefined {
    return this.#process?.node?.leader;
  }

  isLeader(): boolean {
    return this.#process?.node?.isLeader() ?? false;
  }

  // ---------------------------------------------------------------- processes

  /** Starts a process; does nothing while there is one. */
  start(): void {
    if (this.#process !== undefined) return;
    const { plan, clock: base, network, tell, onEncoded } = this.#ports;
    this.life += 1;
    const rng = derivedRng(plan.seed, `process ${this.id} ${this.life}`);
    // Each process has a monotonic time of its own, as after a reboot.
    const clock = new NodeClock(base, {
      rate: this.plan.rate,
      offsetMs: Math.floor(1e6 * rng.next()),
      wallOffsetMs: this.#wallOffsetMs,
    });
    const process: Process = {
      clock,
      serviceClock: new ServiceClock(clock),
      driver: new MockRpcDriver(network, { clock, onEncoded }),
      node: undefined,
      stops: 0,
      isClosing: false,
    };
    this.#process = process;
    tell({ kind: 'started', by: this.id });
    void this.#boot(process, rng);
  }

  /** The process is gone at once: it says nothing more, and what it was doing stays half done. */
  crash(how: Death): void {
    const process = this.#process;
    if (process === undefined) return;
    this.#end(process);
    if (how === 'powerCut') this.#disk.powerCut();
    this.#ports.tell({ kind: 'crashed', by: this.id });
    this.#look();
  }

  /** Ends the process as a well-behaved one ends. Resolves when it is gone; never, if it dies first. */
  async close(): Promise<void> {
    const process = this.#process;
    if (process?.node === undefined || process.isClosing) return;
    process.isClosing = true;
    const { tell } = this.#ports;
    tell({ kind: 'call', by: this.id, call: 'close' });
    await process.node.close();
    this.#end(process);
    tell({ kind: 'callEnded', by: this.id, call: 'close', outcome: 'closed' });
    tell({ kind: 'closed', by: this.id });
  }

  /** The disk is replaced by an empty one. A process that still runs dies. */
  replaceDisk(): void {
    this.crash('kill');
    this.#disk.replace();
    this.disk += 1;
    this.#durable = NEW_STATE;
    this.#survivor = undefined;
    this.#ports.tell({ kind: 'diskReplaced', by: this.id });
  }

  /** The world is over. */
  abandon(): void {
    if (this.#process !== undefined) this.#end(this.#process);
  }

  // ---------------------------------------------------------------- clocks

  /** Stops the process, or puts the machine to sleep. @returns a function that ends it; the last of several does. */
  stop(how: 'pause' | 'suspend'): () => void {
    const process = this.#process;
    if (process === undefined) return () => undefined;
    process.stops += 1;
    if (process.stops === 1) {
      process.clock[how]();
      this.#ports.tell({ kind: 'stopped', by: this.id });
    }
    return () => {
      process.stops -= 1;
      if (process.stops > 0 || process !== this.#process) return;
      process.clock.resume();
      this.#ports.tell({ kind: 'resumed', by: this.id });
    };
  }

  /** Wall time is set, by hand or by NTP; the next process goes by it too. */
  jumpWall(byMs: number): void {
    this.#wallOffsetMs += byMs;
    this.#process?.clock.stepWall(byMs);
    this.#ports.tell({ kind: 'wallClockSet', by: this.id, ms: byMs });
  }

  // ---------------------------------------------------------------- inside

  async #boot(process: Process, rng: { next(): number }): Promise<void> {
    const { plan, tell, service: serviceOf } = this.#ports;
    const { id, observer, priority } = this.plan;
    const isAlive = (): boolean => this.#process === process;
    try {
      const { clock, serviceClock, driver } = process;
      const service = serviceOf({
        id,
        life: this.life,
        clock: serviceClock,
        random: rng,
        position: () => this.position,
      });
      const node = await Node.start({
        cluster: plan.cluster,
        id,
        rpc: driver,
        handler: this.#handlerOf(service.handler, isAlive),
        log: observer ? undefined : this.#logOf(clock, isAlive),
        clock,
        rng,
        observer,
        priority,
        preVote: plan.preVote,
        timings: plan.timings,
        drainTimeoutMs: service.drainTimeoutMs,
      });
      if (!isAlive()) return;
      process.node = node;
      node.on('leaderChange', ({ leader, term }) => {
        if (isAlive()) tell({ kind: 'leaderChange', by: id, leader, term });
      });
      await service.run?.(node);
    } catch (cause) {
      if (isAlive()) this.#failed(process, cause);
    }
  }

  /** A process that cannot start, or whose service fails, ends. */
  #failed(process: Process, cause: unknown): void {
    const { tell, clock, broken } = this.#ports;
    if (!(cause instanceof GraftError)) {
      broken(cause);
      return;
    }
    tell({ kind: 'error', by: this.id, code: cause.code, text: causeText(cause) });
    this.#end(process);
    tell({ kind: 'crashed', by: this.id });
    clock.setTimer(RETRY_MS, () => this.start());
  }

  #handlerOf(own: Handler | undefined, isAlive: () => boolean): Handler {
    const { tell, plan } = this.#ports;
    const by = this.id;
    return {
      stateChange: (change) => {
        if (isAlive()) tell({ kind: 'stateChange', by, ...change });
        own?.stateChange?.(change);
      },
      asyncError: (error) => {
        if (isAlive()) tell({ kind: 'error', by, code: error.code, text: error.message });
        own?.asyncError?.(error);
      },
      currentState: () => own?.currentState?.() ?? (plan.comparesPositions ? Uint8Array.of(this.position) : undefined),
      grantVote: (position) => {
        const isBehind = plan.comparesPositions && (position[0] ?? 0) < this.position;
        if (isBehind && isAlive()) tell({ kind: 'positionRefused', by });
        return !isBehind && (own?.grantVote?.(position) ?? true);
      },
    };
  }

  #logOf(clock: NodeClock, isAlive: () => boolean): SimulatedLog {
    const passage = this.writes.passageFor(clock, () => !isAlive());
    const disk = this.#disk;
    return new SimulatedLog({
      fs: disk.mount(async (step, land) => {
        try {
          await passage(step, land);
        } finally {
          if (SYNCS.has(step)) this.#look();
        }
      }),
      writing: () => this.writes.begin(),
      written: () => this.writes.end(),
      failed: () => this.#ports.tell({ kind: 'saveFailed', by: this.id }),
    });
  }

  #end(process: Process): void {
    process.clock.kill();
    this.#process = undefined;
    this.writes.reset();
    // Detaches at once; there is nothing else that a driver in memory could fail at.
    void process.driver.close();
  }

  /** Tells what is durable, if that has changed. */
  #look(): void {
    const survivor = this.#disk.survivor(LOG_PATH);
    if (survivor === undefined || survivor === this.#survivor) return;
    this.#survivor = survivor;
    this.#durable = decodeLog(survivor, LOG_PATH);
    const found = this.#process !== undefined && this.#process.node === undefined;
    this.#ports.tell({ kind: 'durable', by: this.id, state: this.#durable, found });
  }
}
