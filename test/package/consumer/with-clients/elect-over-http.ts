// A user's program: three nodes over HTTP, no server between them. `npm run check:package` compiles it and runs it
// against the packed tarball.
import { join } from 'node:path';
import { ChanHandler, Node } from 'graft-election';
import { HttpRpcDriver } from 'graft-election/http';
import * as undici from 'undici';

const [folder = '', ...ports] = process.argv.slice(2);
const voters = ['a', 'b', 'c'];
const peers = Object.fromEntries(voters.map((id, index) => [id, `http://127.0.0.1:${ports[index]}`]));
const nodes = await Promise.all(
  voters.map((id) =>
    Node.start({
      cluster: { name: 'consumer', voters },
      id,
      // One brings its own undici, the others find the one that is installed.
      rpc: id === 'a' ? new HttpRpcDriver({ peers, undici }) : new HttpRpcDriver({ peers }),
      handler: new ChanHandler(),
      log: join(folder, `${id}.log`),
    }),
  ),
);
const leaders = await Promise.all(nodes.map((node) => node.untilLeader()));
await Promise.all(nodes.map((node) => node.close()));
console.log(`elected, and all agree: ${new Set(leaders).size === 1}`);
