// One of three nodes that elect a leader among themselves over plain HTTP: `node node.mjs a`, in three terminals a, b, c.
// The addresses may be given instead of the default: `node node.mjs a 7400,7401,7402`.
import { FileLog, Node } from 'graft-election';
import { HttpRpcDriver } from 'graft-election/http';

const [id = 'a', ports = '7400,7401,7402'] = process.argv.slice(2);
const voters = ['a', 'b', 'c'];
const peers = Object.fromEntries(ports.split(',').map((port, index) => [voters[index], `http://127.0.0.1:${port}`]));

const node = await Node.start({
  cluster: { name: 'example', voters },
  id,
  rpc: new HttpRpcDriver({ peers, allowStepDown: true }),
  handler: { stateChange: ({ from, to, term }) => console.log(`${id}: ${from} -> ${to} in term ${term}`) },
  log: new FileLog(`./${id}.log`),
});

process.once('SIGINT', () => node.close());
process.once('SIGTERM', () => node.close());

// Runs while, and only while, this node leads.
await node.lead(async ({ term, signal }) => {
  console.log(`${id}: at work in term ${term}`);
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  console.log(`${id}: work has ended`);
});
