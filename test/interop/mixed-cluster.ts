import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Timings } from '../../src/index.js';
import { decodeLog } from '../../src/log/image.js';
import { type Sighting, spansOfAnswers, violations } from '../processes/history.js';
import { Member } from '../processes/member.js';
import { transcript } from '../processes/transcript.js';
import { NatsServer } from '../support/nats-server.js';
import { PlainPeer } from './plain-peer.js';

/** Generous: a cluster leads after some 1.5 s, but the machine may be busy. */
const LIMIT_MS = 30_000;
export const CLUSTER = 'orders';

/** How a Node member stands in the cluster: `interop: true` and a size, or the default mode and named voters. */
export type Mode = { readonly kind: 'interop' } | { readonly kind: 'default'; readonly voters: readonly string[] };

export const INTEROP: Mode = { kind: 'interop' };

export type Process = Member | PlainPeer;

interface ProcessStart {
  /** The name of its log, by which it can be handed on. */
  readonly log?: string;
  /** Where it connects to, if not to the cluster's server itself. */
  readonly servers?: string;
}

interface NodeStart extends ProcessStart {
  readonly timings?: Partial<Timings>;
}

interface PlainStart extends ProcessStart {
  readonly position?: number;
}

/** Processes of both kinds, over one real nats-server of their own. */
export class MixedCluster implements AsyncDisposable {
  readonly size: number;
  readonly server: NatsServer;
  /** Every process that was ever started, the ended ones included. */
  readonly processes: Process[] = [];
  readonly #directory: string;
  readonly #sightings: Sighting[] = [];

  private constructor(size: number, server: NatsServer, directory: string) {
    this.size = size;
    this.server = server;
    this.#directory = directory;
  }

  static async start(size: number): Promise<MixedCluster> {
    return new MixedCluster(size, await NatsServer.start(), await mkdtemp(join(tmpdir(), 'graft-interop-')));
  }

  get running(): readonly Process[] {
    return this.processes.filter(({ isRunning }) => isRunning);
  }

  get plainPeers(): readonly PlainPeer[] {
    return this.running.filter((process) => process instanceof PlainPeer);
  }

  get nodes(): readonly Member[] {
    return this.running.filter((process) => process instanceof Member);
  }

  get leaders(): readonly Process[] {
    return this.running.filter(({ leads }) => leads !== undefined);
  }

  logPath(name: string): string {
    return join(this.#directory, `${name}.log`);
  }

  // ---------------------------------------------------------------- what is done to it

  /** Starts a Node process; its log is that of its id unless another is named. Resolves when it has joined. */
  async startNode(
    id: string,
    mode: Mode = INTEROP,
    { log = id, timings, servers = this.server.url }: NodeStart = {},
  ): Promise<Member> {
    const membership =
      mode.kind === 'interop'
        ? { cluster: { name: CLUSTER, size: this.size }, interop: true }
        : { cluster: { name: CLUSTER, voters: mode.voters } };
    const node = { ...membership, id, log: this.logPath(log), ...(timings !== undefined && { timings }) };
    const connection = { servers, maxReconnectAttempts: -1, reconnectTimeWait: 100 };
    const member = await Member.spawn(`${id}#${this.processes.length + 1}`, { client: 'nats', connection, node });
    this.processes.push(member);
    await this.until(`${member.name} has started`, () => member.has('started') || member.isCrashed);
    if (member.isCrashed) throw new Error(`${member.name} did not start\n${this.transcript()}`);
    return member;
  }

  /** Starts a plain peer; its log is one of its own unless one is named. Resolves when it has joined. */
  async startPlain({ log, position, servers = this.server.url }: PlainStart = {}): Promise<PlainPeer> {
    const name = `plain#${this.processes.length + 1}`;
    const peer = new PlainPeer(name, {
      ...{ cluster: CLUSTER, size: this.size, servers, log: this.logPath(log ?? name) },
      ...(position !== undefined && { position }),
    });
    this.processes.push(peer);
    await this.until(`${name} has started`, () => peer.hasStarted || peer.isCrashed);
    if (peer.isCrashed) throw new Error(`${name} did not start\n${this.transcript()}`);
    return peer;
  }

  /** kill -9, and a look at the log that it leaves behind. */
  async kill(process: Process): Promise<void> {
    await process.kill();
    await this.#sight(process.log);
  }

  /** SIGTERM. A plain peer takes its log with it, so it is looked at before. */
  async stop(process: Process): Promise<void> {
    if (process instanceof PlainPeer) await this.#sight(process.log);
    await process.terminate();
    if (process instanceof Member) await this.#sight(process.log);
  }

  // ---------------------------------------------------------------- waiting

  /** Waits for a condition, and tells the cluster's whole life when it does not come. */
  async until(what: string, condition: () => boolean): Promise<void> {
    const endMs = performance.now() + LIMIT_MS;
    while (!condition()) {
      if (performance.now() > endMs) throw new Error(`not within ${LIMIT_MS} ms: ${what}\n${this.transcript()}`);
      await setTimeout(5);
    }
  }

  /** Waits until one running process leads, and every other knows it in that term. */
  async untilLed(): Promise<Process> {
    let settled: Process | undefined;
    await this.until('one process leads, and all others know it', () => {
      settled = this.leaders.find(({ id, leads }) =>
        this.running.every(({ leader }) => leader?.leader === id && leader.term === leads),
      );
      return settled !== undefined && this.leaders.length === 1;
    });
    if (settled === undefined) throw new Error('the leader has gone between two statements');
    return settled;
  }

  // ---------------------------------------------------------------- what is said of it

  /** How long nobody led, by all answers, from each leadership to the next: one number a failover, in milliseconds. */
  gapsMs(): readonly number[] {
    const spans = this.processes.flatMap(spansOfAnswers).sort((one, other) => one.sinceUs - other.sinceUs);
    return spans.slice(1).map(({ sinceUs }, index) => (sinceUs - (spans[index]?.untilUs ?? sinceUs)) / 1000);
  }

  /** What must never be; empty when all is well. Ends all processes, since only then are the logs final. */
  async findViolations(): Promise<readonly string[]> {
    await Promise.all(this.running.map((process) => this.stop(process)));
    const crashed = this.processes.filter(({ isCrashed }) => isCrashed);
    const wrong = violations({ lives: this.processes, sightings: this.#sightings });
    return [...wrong, ...crashed.map(({ name }) => `${name} ended by itself`)];
  }

  transcript(): string {
    return transcript(CLUSTER, this.processes);
  }

  async #sight(log: string): Promise<void> {
    const { term, votedFor } = decodeLog(await readFile(log), log);
    this.#sightings.push({ log, term, votedFor });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    await this.server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
