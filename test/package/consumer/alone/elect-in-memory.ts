// A user's test: three nodes in one process elect over a network in memory. `npm run check:package` compiles and runs
// it against the packed tarball.
import { ChanHandler, MemoryLog, Node } from 'graft-election';
import { MemoryNetwork, MockRpcDriver } from 'graft-election/testing';

const voters = ['a', 'b', 'c'];
const network = new MemoryNetwork();
const handlers = voters.map(() => new ChanHandler());
const nodes = await Promise.all(
  voters.map((id, index) =>
    Node.start({
      cluster: { name: 'consumer', voters },
      id,
      rpc: new MockRpcDriver(network),
      handler: handlers[index] ?? new ChanHandler(),
      log: new MemoryLog(),
    }),
  ),
);

const term = await Promise.any(
  handlers.map(async (handler) => {
    for await (const change of handler.stateChanges()) {
      if (change.to === 'LEADER') return change.term;
    }
    throw new Error('closed before it led');
  }),
);
const leader: string | undefined = nodes.find((node) => node.isLeader())?.id;
await Promise.all(nodes.map((node) => node.close()));
console.log(`elected ${leader !== undefined} in a term from 1: ${term >= 1}`);
