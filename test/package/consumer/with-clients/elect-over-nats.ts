// A user's program: three nodes over NATS, one of which leads. `npm run check:package` compiles it with both clients
// and runs it against the packed tarball and a real server.
import { join } from 'node:path';
import { connect as connectV3 } from '@nats-io/transport-node';
import { ChanHandler, Node } from 'graft-election';
import { NatsRpcDriver } from 'graft-election/nats';
import { connect as connectV2 } from 'nats';

const [servers = '', client, folder = ''] = process.argv.slice(2);
const connection = client === 'nats' ? await connectV2({ servers }) : await connectV3({ servers });
const voters = ['a', 'b', 'c'];
const nodes = await Promise.all(
  voters.map((id) =>
    Node.start({
      cluster: { name: 'consumer', voters },
      id,
      rpc: new NatsRpcDriver(connection),
      handler: new ChanHandler(),
      log: join(folder, `${id}.log`),
    }),
  ),
);
const led = new AbortController();
const work = nodes.map((node) =>
  node.lead(
    async ({ term, signal }) => {
      console.log(`leads: ${node.isLeader()}, in a term from 1: ${term >= 1}, aborted: ${signal.aborted}`);
      led.abort();
    },
    { signal: led.signal },
  ),
);
await Promise.allSettled(work);
await Promise.all(nodes.map((node) => node.close()));
await connection.close();
