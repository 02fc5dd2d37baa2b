import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Timings } from '../../src/index.js';
import type { ThreadOptions } from '../../src/thread/index.js';
import { type History, violations } from './history.js';
import { LogWatch } from './log-watch.js';
import { type ClientPackage, Member } from './member.js';
import { transcript } from './transcript.js';

/** Generous: a cluster leads after some 1.2 s, but the machine may be busy. */
const LIMIT_MS = 30_000;

export interface ClusterOptions {
  /** Default `orders`. */
  readonly name?: string;
  /** The voters, all started. Default `a`, `b` and `c`. */
  readonly ids?: readonly string[];
  /** Known to the members by this size instead of their names. */
  readonly size?: number;
  readonly client?: ClientPackage;
  /** Options of the client's `connect`, beside `servers`. */
  readonly connection?: object;
  readonly timings?: Partial<Timings>;
  /** Every node is in a thread of its own. */
  readonly thread?: ThreadOptions;
}

/** How one member is set up differently from the others. */
export interface Deviation extends Pick<ClusterOptions, 'name' | 'connection'> {
  /** Which log. Default: the one of its id. */
  readonly log?: string;
}

/** Members in real processes, over one real nats-server. */
export class Cluster implements AsyncDisposable {
  readonly name: string;
  /** Every process that was ever started, the ended ones included. */
  readonly members: Member[] = [];
  readonly #options: ClusterOptions;
  readonly #url: string;
  readonly #directory: string;
  readonly #logs = new LogWatch(() => this.members.map(({ log }) => log));

  private constructor(url: string, options: ClusterOptions, directory: string) {
    this.name = options.name ?? 'orders';
    this.#url = url;
    this.#options = options;
    this.#directory = directory;
  }

  /** Starts all members at once, each with a new log. Resolves when all have joined. */
  static async start(url: string, options: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(url, options, await mkdtemp(join(tmpdir(), 'graft-cluster-')));
    try {
      await Promise.all(cluster.#ids.map((id) => cluster.start(id)));
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
    return cluster;
  }

  get #ids(): readonly string[] {
    return this.#options.ids ?? ['a', 'b', 'c'];
  }

  get running(): readonly Member[] {
    return this.members.filter(({ isRunning }) => isRunning);
  }

  /** Those that answer that they lead. */
  get leaders(): readonly Member[] {
    return this.running.filter(({ leads }) => leads !== undefined);
  }

  /** The running members but these. */
  others(...members: readonly Member[]): readonly Member[] {
    return this.running.filter((member) => !members.includes(member));
  }

  // ---------------------------------------------------------------- what is done to it

  /** Starts a process, with the log of its id unless another is named. Resolves when it has joined. */
  async start(id: string, deviation: Deviation = {}): Promise<Member> {
    const member = await this.#spawn(id, deviation);
    await this.until(`${member.name} has started`, () => member.has('started') || member.hasEnded);
    if (!member.has('started')) throw new Error(`${member.name} did not start\n${this.transcript()}`);
    return member;
  }

  /** Starts a process that is to be refused. Resolves with the error of `connect` or of `Node.start`. */
  async startRefused(
    id: string,
    deviation: Deviation = {},
  ): Promise<{ readonly code: string; readonly message: string }> {
    const member = await this.#spawn(id, deviation);
    await member.ended;
    const refused = member.entries.find((entry) => entry.kind === 'refused');
    if (refused === undefined) throw new Error(`${member.name} was not refused\n${this.transcript()}`);
    return { code: refused.code, message: refused.message };
  }

  async #spawn(id: string, deviation: Deviation): Promise<Member> {
    const { client = 'nats', connection, timings, size, thread } = { ...this.#options, ...deviation };
    const { name = this.name, log = id } = deviation;
    const member = await Member.spawn(`${id}#${this.members.length + 1}`, {
      client,
      connection: {
        servers: this.#url,
        maxReconnectAttempts: -1,
        reconnectTimeWait: 100,
        reconnectJitter: 0,
        ...connection,
      },
      node: {
        cluster: size === undefined ? { name, voters: this.#ids } : { name, size },
        id,
        log: join(this.#directory, `${log}.log`),
        ...(timings !== undefined && { timings }),
      },
      ...(thread !== undefined && { thread }),
    });
    this.members.push(member);
    return member;
  }

  /** Asks all running members to end, at once. @returns those that ended in any other way than with code 0. */
  async close(): Promise<readonly string[]> {
    const endings = await Promise.all(
      this.running.map(async (member) => ({ name: member.name, ending: await member.terminate() })),
    );
    return endings
      .filter(({ ending }) => ending.by !== 'exit' || ending.code !== 0)
      .map(({ name, ending }) => `${name} ended with ${JSON.stringify(ending)}`);
  }

  // ---------------------------------------------------------------- waiting

  /** Waits until `look` finds something, and tells the cluster's whole life when it does not. */
  async until<Found>(what: string, look: () => Found | false | undefined): Promise<Found> {
    const endMs = performance.now() + LIMIT_MS;
    for (;;) {
      const found = look();
      if (found !== false && found !== undefined) return found;
      if (performance.now() > endMs) throw new Error(`not within ${LIMIT_MS} ms: ${what}\n${this.transcript()}`);
      await setTimeout(5);
    }
  }

  /** Waits until one running member leads and every other knows it. */
  untilLed(): Promise<Member> {
    return this.until('one member leads, and all others know it', () =>
      this.leaders.find(({ id, leads }) =>
        this.running.every(({ leader }) => leader?.leader === id && leader.term === leads),
      ),
    );
  }

  /** Has `leader` hand over to `heir`: asked again until that one's next answer has told it that the heir can take over. */
  async handOver(leader: Member, heir: Member): Promise<string> {
    const endMs = performance.now() + LIMIT_MS;
    for (;;) {
      const successor = await leader.ask('transfer', { to: heir.id }).catch((error) => {
        if (error.code === 'NO_HEIR' && performance.now() < endMs) return undefined;
        throw error;
      });
      if (successor !== undefined) return successor;
    }
  }

  // ---------------------------------------------------------------- what is said of it

  get history(): History {
    return { lives: this.members, sightings: this.#logs.sightings };
  }

  /** What must never be, whatever was done to the cluster; empty when all is well. */
  async findViolations(): Promise<readonly string[]> {
    await this.#logs.stop();
    const crashed = this.members.filter(({ isCrashed }) => isCrashed);
    return [
      ...violations(this.history),
      ...this.#logs.corrupt,
      ...crashed.map(({ name }) => `${name} ended by itself`),
    ];
  }

  transcript(): string {
    return transcript(this.name, this.members);
  }

  /** Kills what still runs and removes the logs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    await this.#logs.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
