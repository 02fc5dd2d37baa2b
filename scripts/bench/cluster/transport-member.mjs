// One node of a `TransportCluster`, in a process of its own. Tells its parent what happens to it, and when by the machine's
// monotonic clock, which all processes share.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { transport, id, voters, library, log, natsUrl, peers, tls, isDeaf } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(join(library, file)).href);
const { FileLog, Node } = await load('index.js');
const now = () => Number(process.hrtime.bigint()) / 1e6;

async function driver() {
  if (transport === 'nats') {
    const { NatsRpcDriver } = await load('drivers/nats/index.js');
    return new NatsRpcDriver({ servers: natsUrl });
  }
  const { HttpRpcDriver } = await load('drivers/http/index.js');
  if (!isDeaf) return new HttpRpcDriver({ peers, ...(tls && { tls }) });
  /** Keeps from its node that a peer is gone. */
  class SilentDriver extends HttpRpcDriver {
    init(context, signal) {
      return super.init({ ...context, peerGone: undefined }, signal);
    }
  }
  return new SilentDriver({ peers });
}

const node = await Node.start({
  cluster: { name: `bench-${transport}`, voters },
  id,
  rpc: await driver(),
  // What is reported goes nowhere: the parent prints figures alone.
  handler: { asyncError: () => undefined },
  log: new FileLog(log),
});
node.on('elected', ({ term }) => process.send({ elected: id, term, atMs: now() }));
node.on('leaderChange', ({ leader, term }) => leader && process.send({ heard: id, leader, term }));
process.on('message', async (message) => {
  if (message === 'heir') process.send({ heir: node.status().heir });
  if (message !== 'stepDown') return;
  process.send({ begun: id, atMs: now() });
  await node.stepDown();
});
process.on('disconnect', () => process.exit());
