// One node; the parent process is its network: node blocking-node.mjs <directory of compiled src> <id> <priority> <clock>
// Clock `hasty` acts on an overdue timer at once; `tickless` cannot tell that it is late. To the parent: { frame, to? },
// { kind: 'change', from, to }, { kind: 'started', leader }, { kind: 'blocked', wasLeader, isLeader, state },
// { kind: 'error', code, text }, { kind: 'measured', blockedMs, reports, delayMs }. From it: { frame }, { block: milliseconds },
// { measure: milliseconds }.
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

const clocks = { patient: systemClock, hasty: hastyClock, tickless: { ...systemClock, watchDelay: undefined } };

function block(ms) {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

const reports = () => node.status().errors.EVENT_LOOP_BLOCKED ?? 0;

/** Blocks once what went before has been reported, and tells what was reported of this block alone. */
function measure(ms) {
  setImmediate(() => {
    const before = reports();
    const beganMs = performance.now();
    block(ms);
    const blockedMs = performance.now() - beganMs;
    // Whatever is overdue comes before this timer, and what that leaves for the next turn before the other callback.
    setTimeout(() => {
      setImmediate(() => {
        const { eventLoopDelayMs: delayMs } = node.status();
        say({ kind: 'measured', blockedMs, reports: reports() - before, delayMs });
      });
    });
  });
}

process.on('disconnect', () => process.exit());
process.on('message', ({ frame, block: blockMs, measure: measureMs }) => {
  if (frame !== undefined) receive(decodeFrame(Buffer.from(frame, 'base64')));
  if (measureMs !== undefined) measure(measureMs);
  if (blockMs !== undefined) {
    const wasLeader = node.isLeader();
    block(blockMs);
    // Before any timer or message has its turn.
    say({ kind: 'blocked', wasLeader, isLeader: node.isLeader(), state: node.state });
  }
});

const node = await Node.start({
  cluster: { name: 'blocking', voters: ['lead', 'follow', 'witness'] },
  id,
  priority: Number(priority),
  rpc,
  handler: {
    stateChange: ({ from, to }) => say({ kind: 'change', from, to }),
    asyncError: ({ code, message: text }) => say({ kind: 'error', code, text }),
  },
  log: new MemoryLog(),
  clock: clocks[clock],
});
node.on('leaderChange', ({ leader }) => leader !== undefined && say({ kind: 'started', leader }));
