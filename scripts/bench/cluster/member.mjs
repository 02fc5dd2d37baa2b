// One member of a benchmark's cluster, a process of its own: node member.mjs <JSON>. Tells its parent what befalls it,
// with the time by the machine's monotonic clock, which all processes share. SIGTERM closes it in order.
import { writeFileSync } from 'node:fs';
import { TracingDriver, TracingLog } from './tracing.mjs';

const { id, voters, servers, log, library, timings, traces } = JSON.parse(process.argv[2]);
const { FileLog, Node } = await import(library.main);
const { NatsRpcDriver } = await import(library.nats);

const now = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (fact) => process.connected && process.send({ id, atMs: now(), ...fact });

/** When the leader was last heard: what a failover's time is counted from is that, and not the kill. */
class Listening {
  heardAtMs;
  #driver = new NatsRpcDriver({ servers });

  init(context, signal) {
    const receive = (message) => {
      if (message.kind === 'heartbeat') this.heardAtMs = now();
      context.receive(message);
    };
    return this.#driver.init({ ...context, receive }, signal);
  }

  broadcast(message) {
    this.#driver.broadcast(message);
  }

  send(to, message) {
    this.#driver.send(to, message);
  }

  rehearse(message) {
    this.#driver.rehearse(message);
  }

  close() {
    return this.#driver.close();
  }
}

const rpc = new Listening();
const handler = {
  asyncError: ({ code }) => tell({ kind: 'error', code }),
  stateChange({ from, to, term }) {
    const atMs = now();
    if (to === 'LEADER') tell({ kind: 'gained', term, atMs });
    if (from === 'LEADER') tell({ kind: 'lost', term, atMs });
    if (to === 'CANDIDATE') tell({ kind: 'candidate', term, atMs, heardAtMs: rpc.heardAtMs });
  },
};

const trace = (fact) => tell({ kind: 'trace', ...fact });
const node = await Node.start({
  cluster: { name: 'bench', voters },
  id,
  rpc: traces ? new TracingDriver(rpc, trace) : rpc,
  handler,
  log: traces ? new TracingLog(new FileLog(log), trace) : log,
  timings,
});
node.on('leaderChange', ({ leader, term }) => leader !== undefined && tell({ kind: 'follows', leader, term }));
tell({ kind: 'ready' });

process.on('message', ({ order, ms }) => {
  if (order === 'stepDown') void node.stepDown();
  if (order === 'block') {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    // After what waited has been taken in.
    setTimeout(() => tell({ kind: 'blocked', ms }), 1_000);
  }
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', async () => {
  await node.close();
  process.exit();
});
process.on('uncaughtException', (error) => {
  writeFileSync(2, `${id}: ${error.stack}\n`);
  process.exit(1);
});
