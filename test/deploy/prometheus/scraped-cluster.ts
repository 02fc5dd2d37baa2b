import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import * as prom from 'prom-client';
import { MemoryLog } from '../../../src/log/memory-log.js';
import { NodeMetrics } from '../../../src/metrics/node-metrics.js';
import { Node } from '../../../src/node/node.js';
import { MemoryNetwork } from '../../../src/testing/memory-network.js';
import { MockRpcDriver } from '../../../src/testing/mock-rpc-driver.js';
import { type Samples, samplesOf } from '../../metrics/exposition.js';

const VOTERS = ['a', 'b', 'c'];

interface Member {
  readonly node: Node;
  readonly server: Server;
  readonly address: string;
}

/** Three nodes on real time, each with a registry of its own and a real HTTP endpoint that shows it. */
export class ScrapedCluster implements AsyncDisposable {
  readonly members: readonly Member[];

  private constructor(members: readonly Member[]) {
    this.members = members;
  }

  static async start(name: string): Promise<ScrapedCluster> {
    const network = new MemoryNetwork();
    return new ScrapedCluster(await Promise.all(VOTERS.map((id) => startMember(name, id, network))));
  }

  /** host:port of each. */
  get addresses(): readonly string[] {
    return this.members.map(({ address }) => address);
  }

  async scrape(): Promise<readonly string[]> {
    return await Promise.all(
      this.addresses.map(async (address) => await (await fetch(`http://${address}/metrics`)).text()),
    );
  }

  async samples(): Promise<readonly Samples[]> {
    return (await this.scrape()).map(samplesOf);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.members.map(({ node }) => node.close()));
    for (const { server } of this.members) {
      server.closeAllConnections();
      server.close();
    }
  }
}

async function startMember(name: string, id: string, network: MemoryNetwork): Promise<Member> {
  const registry = new prom.Registry();
  const metrics = new NodeMetrics({ prom, registry });
  const server = createServer(async (_request, response) => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const node = await Node.start({
    cluster: { name, voters: VOTERS },
    id,
    rpc: new MockRpcDriver(network),
    handler: {},
    log: new MemoryLog(),
  });
  metrics.watch(node);
  return { node, server, address: `127.0.0.1:${address.port}` };
}
