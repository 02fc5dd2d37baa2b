// One node of the benchmark `thread`, in a process of its own, in a thread or not. Tells its parent what happens to it, and when by the
// machine's monotonic clock, which all processes share.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { threaded, library, id, cluster, log, natsUrl } = JSON.parse(process.argv[2]);
const load = (file) => import(pathToFileURL(join(library, file)).href);
const { Node } = await load('index.js');
const now = () => Number(process.hrtime.bigint()) / 1e6;
const options = { cluster, id, handler: {}, log };

const { start } = threaded ? await prepareThread() : await preparePlain();
globalThis.gc?.();
const rssBefore = process.memoryUsage.rss();
const beforeMs = now();
const node = await start();
const startMs = now() - beforeMs;

async function preparePlain() {
  const { NatsRpcDriver } = await load('drivers/nats/index.js');
  return { start: () => Node.start({ ...options, rpc: new NatsRpcDriver({ servers: natsUrl }) }) };
}

async function prepareThread() {
  const { ThreadedNode } = await load('thread/index.js');
  return { start: () => ThreadedNode.start({ ...options, rpc: { nats: { servers: natsUrl } } }) };
}

node.on('elected', ({ term }) => process.send({ elected: id, term, atMs: now() }));
node.on('leaderChange', ({ leader, term }) => leader && process.send({ heard: id, leader, term }));
if (node.isLeader()) process.send({ elected: id, term: node.term, atMs: now() });
process.send({ started: id, startMs });
process.on('message', async (message) => {
  if (message === 'memory') {
    globalThis.gc?.();
    process.send({ memory: id, bytes: process.memoryUsage.rss() - rssBefore });
  }
  if (message !== 'stepDown') return;
  process.send({ begun: id, atMs: now() });
  await node.stepDown();
});
process.on('disconnect', () => process.exit());
