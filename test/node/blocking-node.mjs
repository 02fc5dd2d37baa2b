// One node; the parent process is its network: node blocking-node.mjs <directory of compiled src> <id> <priority> <clock>
// Clock `hasty` acts on an overdue timer at once. To the parent: { frame, to? }, { kind: 'change', from, to },
// { kind: 'started', leader }, { kind: 'blocked', wasLeader, isLeader, state }. From it: { frame }, { block: milliseconds }.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [compiled, id, priority, clock] = process.argv.slice(2);
const at = (path) => import(pathToFileURL(join(compiled, path)).href);
const { Node } = await at('node/node.js');
const { systemClock } = await at('node/clock.js');
const { MemoryLog } = await at('log/memory-log.js');
const { decodeFrame, encodeFrame } = await at('drivers/wire/codec.js');

const say = (message) => process.connected && process.send(message);
const wrap = (message) => Buffer.from(encodeFrame(message)).toString('base64');

let receive = () => undefined;
const rpc = {
  async init(context) {
    receive = context.receive;
  },
  broadcast: (message) => say({ frame: wrap(message) }),
  send: (to, message) => say({ frame: wrap(message), to }),
  close: async () => undefined,
};
const hastyClock = {
  ...systemClock,
  afterPendingInput(callback) {
    let isWanted = true;
    queueMicrotask(() => isWanted && callback());
    return {
      cancel() {
        isWanted = false;
      },
    };
  },
};

process.on('disconnect', () => process.exit());
process.on('message', ({ frame, block }) => {
  if (frame !== undefined) receive(decodeFrame(Buffer.from(frame, 'base64')));
  if (block !== undefined) {
    const wasLeader = node.isLeader();
    const endMs = performance.now() + block;
    while (performance.now() < endMs);
    // Before any timer or message has its turn.
    say({ kind: 'blocked', wasLeader, isLeader: node.isLeader(), state: node.state });
  }
});

const node = await Node.start({
  cluster: { name: 'blocking', voters: ['lead', 'follow', 'witness'] },
  id,
  priority: Number(priority),
  rpc,
  handler: { stateChange: ({ from, to }) => say({ kind: 'change', from, to }) },
  log: new MemoryLog(),
  clock: clock === 'hasty' ? hastyClock : systemClock,
});
node.on('leaderChange', ({ leader }) => leader !== undefined && say({ kind: 'started', leader }));
