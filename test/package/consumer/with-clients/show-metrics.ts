// A user's program: three nodes whose metrics are read from a registry, and a logger. `npm run check:package` compiles it
// and runs it against the packed tarball.
import { MemoryLog, Node } from 'graft-election';
import { NodeMetrics } from 'graft-election/metrics';
import { MemoryNetwork, MockRpcDriver } from 'graft-election/testing';
import { pino } from 'pino';
import * as prom from 'prom-client';

const registry = new prom.Registry();
const metrics = new NodeMetrics({ prom, registry });
const network = new MemoryNetwork();
const voters = ['a', 'b', 'c'];
const nodes = await Promise.all(
  voters.map((id) =>
    Node.start({
      cluster: { name: 'consumer', voters },
      id,
      rpc: new MockRpcDriver(network),
      handler: {},
      log: new MemoryLog(),
      logger: pino({ enabled: false }),
    }),
  ),
);
for (const node of nodes) metrics.watch(node);
await Promise.all(nodes.map((node) => node.untilLeader()));

const sum = async (name: string): Promise<number> => {
  const values = (await registry.metrics()).matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'gm'));
  return [...values].reduce((total, [, value]) => total + Number(value), 0);
};
const [leaders, won] = [await sum('graft_is_leader'), await sum('graft_elections_won_total')];
await Promise.all(nodes.map((node) => node.close()));
const shown = (await registry.metrics()).includes('consumer');
console.log(`leaders ${leaders}, elections won ${won}, shown once closed: ${shown}`);
