// A user's program: three nodes in threads of their own over NATS, and a main thread that is blocked for longer than the
// lease. `npm run check:package` compiles it and runs it against the packed tarball and a real server.
import { join } from 'node:path';
import type { ElectionNode } from 'graft-election';
import { ThreadedNode, type ThreadedNodeOptions } from 'graft-election/thread';

const [servers = '', folder = ''] = process.argv.slice(2);
const voters = ['a', 'b', 'c'];
const optionsOf = (id: string): ThreadedNodeOptions => ({
  cluster: { name: 'threads', voters },
  id,
  rpc: { nats: { servers } },
  handler: {},
  log: join(folder, `${id}.log`),
  timings: { electionTimeoutMinMs: 2000, electionTimeoutMaxMs: 2500 },
});
const nodes: readonly ElectionNode[] = await Promise.all(voters.map((id) => ThreadedNode.start(optionsOf(id))));
const leader = await new Promise<ElectionNode>((resolve) => {
  for (const node of nodes) node.once('elected', () => resolve(node));
});
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
const leads = leader.isLeader();
await Promise.all(nodes.map((node) => node.close()));
console.log(`leads after a block: ${leads}, closed: ${nodes.map(({ state }) => state).join(' ')}`);
