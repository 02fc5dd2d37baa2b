// One member of the cluster, in a process of its own: node member.js <JSON of MemberSettings>. Tells its life in its
// history file, and its parent, in short, whether it leads. SIGTERM closes it; the process then ends by itself.
import { HttpRpcDriver } from '../../src/drivers/http/index.js';
import { NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { FileLog, Node, type RpcDriver } from '../../src/index.js';
import { nowUs } from '../processes/clock.js';
import { isExcused } from './excuse.js';
import { FileRegister } from './file-register.js';
import { HistoryFile } from './history-file.js';
import { KvRegister } from './kv-register.js';
import { fullWhile } from './log-disk.js';
import type { DriverSettings, MemberSettings, RegisterSettings } from './member-settings.js';
import type { Register } from './register.js';
import { Writer } from './writer.js';

/** How often it asks itself whether it leads. */
const ASK_INTERVAL_MS = 5;

interface Transport {
  readonly rpc: RpcDriver;
  readonly close: () => Promise<void>;
}

const settings: MemberSettings = JSON.parse(process.argv[2] ?? '');
const history = new HistoryFile(settings.history);
/** What the newest event said: the twin believes it. */
let toldTerm: number | undefined;

function leads(node: Node): number | undefined {
  return settings.trustsEvents ? toldTerm : node.fencingToken;
}

let known: number | undefined;
let led: number | undefined;
function ask(node: Node): void {
  const atUs = nowUs();
  const term = leads(node);
  history.say({ kind: 'answer', atUs, untilUs: nowUs(), ...(term !== undefined && { term }) });
  if (term !== led) process.send?.({ leads: term });
  led = term;
  if (node.term === known) return;
  known = node.term;
  history.say({ kind: 'term', term: known });
}

async function openTransport(driver: DriverSettings): Promise<Transport> {
  if (driver.transport === 'http') {
    return { rpc: new HttpRpcDriver({ peers: driver.peers }), close: async () => undefined };
  }
  const { connect } = driver.client === 'nats' ? await import('nats') : await import('@nats-io/transport-node');
  const connection = await connect({
    servers: driver.servers,
    noRandomize: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: 2_000,
    maxPingOut: 2,
  });
  return { rpc: new NatsRpcDriver(connection), close: () => connection.close() };
}

function openRegister(register: RegisterSettings): Promise<Register> | Register {
  if (register.kind === 'kv') return KvRegister.open(register.url, register);
  return new FileRegister(register.path, register);
}

async function start(): Promise<void> {
  const { id, voters, log, fullFlag } = settings;
  const [transport, register] = await Promise.all([openTransport(settings.driver), openRegister(settings.register)]);
  const node = await Node.start({
    cluster: { name: 'chaos', voters },
    id,
    rpc: transport.rpc,
    log: fullFlag === undefined ? log : new FileLog(log, { fs: fullWhile(fullFlag) }),
    handler: {
      stateChange(change) {
        toldTerm = change.to === 'LEADER' ? change.term : undefined;
        history.say({ kind: 'state', ...change });
      },
      asyncError: ({ code, message }) => history.say({ kind: 'error', code, message }),
    },
  });
  node.on('leaderChange', ({ leader, term }) =>
    history.say({ kind: 'leader', term, ...(leader !== undefined && { leader }) }),
  );
  history.say({ kind: 'started' });
  const asking = setInterval(() => ask(node), ASK_INTERVAL_MS);
  const writer = new Writer({ name: `${id}:${process.pid}`, register, history, leads: () => leads(node) });
  const working = node.lead((leadership) => writer.lead(leadership));

  process.once('SIGTERM', async () => {
    await node.close();
    await working;
    clearInterval(asking);
    ask(node);
    await Promise.all([transport.close(), writer.close()]);
    history.say({ kind: 'closed' });
    history.close();
    process.off('disconnect', die).disconnect();
  });
}

/** Whatever ended the parent, SIGKILL included. */
function die(): void {
  process.exit(2);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
}

process.once('disconnect', die);
try {
  await start();
} catch (error) {
  // Thrown on, it ends the process, and is held against the run.
  if (!isExcused(error)) throw error;
  history.say({ kind: 'refused', code: codeOf(error), message: String(error) });
  // Not by itself: a client that is refused may go on dialling.
  process.exit(1);
}
