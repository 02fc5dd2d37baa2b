import { ClusterClient } from '../../src/client/index.js';
import { NatsInquirer, NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { MemoryLog, Node, type NodeOptions } from '../../src/index.js';

export const VOTERS = ['a', 'b', 'c'];

/** Under these a busy machine changes no leader by itself. */
const STEADY = { electionTimeoutMinMs: 1_500, electionTimeoutMaxMs: 1_500, heartbeatIntervalMs: 150 };

/** Nodes over a real server, in this process, each with a connection of its own; and clients that ask them. */
export class AskedCluster implements AsyncDisposable {
  readonly nodes = new Map<string, Node>();
  readonly #url: string;
  readonly #clients: ClusterClient[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  async start(id: string, options: Partial<NodeOptions> & { readonly allowStepDown?: boolean } = {}): Promise<Node> {
    const { allowStepDown = false, ...rest } = options;
    const node = await Node.start({
      cluster: { name: 'jobs', voters: VOTERS },
      id,
      rpc: new NatsRpcDriver({ servers: this.#url }, { allowStepDown }),
      handler: {},
      log: new MemoryLog(),
      timings: STEADY,
      ...rest,
    });
    this.nodes.set(id, node);
    return node;
  }

  client(options: { readonly cluster?: string; readonly voters?: readonly string[]; readonly user?: object } = {}) {
    const { cluster = 'jobs', voters, user = {} } = options;
    const inquirer = new NatsInquirer({ servers: this.#url, ...user });
    const client = new ClusterClient({ cluster, voters, inquirer });
    this.#clients.push(client);
    return client;
  }

  get leader(): Node | undefined {
    return [...this.nodes.values()].find((node) => node.isLeader());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    await Promise.all([...this.nodes.values()].map((node) => node.close()));
  }
}
