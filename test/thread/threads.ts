import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { onTestFinished, vi } from 'vitest';
import type { Message } from '../../src/core/messages.js';
import type { GraftError, Handler, StateChange } from '../../src/index.js';
import type { ThreadedNode, ThreadedNodeOptions } from '../../src/thread/index.js';
import { compiledSourceDir } from '../support/compiled.js';

/** Generous: the machine may be busy. */
export const LIMIT = { timeout: 20_000, interval: 5 };

/** The class as compiled: a worker runs no TypeScript. */
export async function compiledThreads(): Promise<typeof import('../../src/thread/index.js')> {
  return await import(`${await compiledSourceDir()}/thread/index.js`);
}

export const drivers = new URL('./drivers.mjs', import.meta.url);

/** Remembers what a node tells, in order. */
export class Told implements Handler {
  readonly changes: StateChange[] = [];
  readonly errors: GraftError[] = [];

  stateChange(change: StateChange): void {
    this.changes.push(change);
  }

  asyncError(error: GraftError): void {
    this.errors.push(error);
  }
}

/** Nodes in threads of this process, with a folder for their logs; gone when the test is over. */
export class Threads {
  readonly directory: string;
  readonly #nodes: ThreadedNode[] = [];

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Threads> {
    const threads = new Threads(await mkdtemp(join(tmpdir(), 'graft-thread-')));
    onTestFinished(async () => {
      await Promise.all(threads.#nodes.map((node) => node.close()));
      await rm(threads.directory, { recursive: true, force: true });
    });
    return threads;
  }

  /** What a node needs that is alone in its cluster; what the test cares about replaces it. */
  options(changes: Partial<ThreadedNodeOptions> = {}): ThreadedNodeOptions {
    const { id = 'a' } = changes;
    return {
      cluster: { name: 'alone', voters: [id] },
      id,
      rpc: { module: drivers, export: 'lone' },
      handler: {},
      log: join(this.directory, `${id}.log`),
      ...changes,
    };
  }

  async start(changes: Partial<ThreadedNodeOptions> = {}): Promise<ThreadedNode> {
    const { ThreadedNode } = await compiledThreads();
    const node = await ThreadedNode.start(this.options(changes));
    this.#nodes.push(node);
    return node;
  }

  /** Nodes `a`, `b` and `c` that hear each other. */
  async startThree(of: (id: string) => Partial<ThreadedNodeOptions> = () => ({})): Promise<readonly ThreadedNode[]> {
    const voters = ['a', 'b', 'c'];
    const cluster = { name: `three-${this.directory.slice(-6)}`, voters };
    return await Promise.all(voters.map((id) => this.start({ cluster, id, rpc: { module: drivers }, ...of(id) })));
  }
}

/** Resolves with the one that leads. */
export async function leaderOf(nodes: readonly ThreadedNode[], not?: ThreadedNode): Promise<ThreadedNode> {
  return await vi.waitFor(() => {
    const leader = nodes.find((node) => node !== not && node.isLeader());
    if (leader === undefined) throw new Error('nobody leads');
    return leader;
  }, LIMIT);
}

/** Resolves when the node, alone in its cluster, leads. */
export async function untilLeads(node: ThreadedNode): Promise<void> {
  await vi.waitFor(() => {
    if (!node.isLeader()) throw new Error('it does not lead');
  }, LIMIT);
}

/** Nothing runs on this thread for so long. */
export function blockThisThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** What the hub of drivers.mjs carries. */
export interface Said {
  readonly from: string;
  readonly to: string | undefined;
  /** By the process's clock. */
  readonly atMs: number;
  readonly message: Message;
}

/** Everything that is said in a cluster, and a voice in it. */
export class Wire {
  readonly heard: Said[] = [];
  readonly #channel: BroadcastChannel;

  constructor(cluster: string) {
    this.#channel = new BroadcastChannel(`graft-${cluster}`);
    this.#channel.onmessage = ({ data }: { readonly data: Said }) => void this.heard.push(data);
    onTestFinished(() => this.#channel.close());
  }

  say(from: string, to: string, message: Message): void {
    this.#channel.postMessage({ from, to, atMs: 0, message });
  }
}
