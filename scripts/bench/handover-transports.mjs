// `node scripts/bench/handover-transports.mjs [--handovers 60] [--crashes 60] [--rounds 4] [--logs DIR]`: how long a cluster
// is without a leader over NATS, HTTP and HTTP with mutual TLS, in one run on one machine, the transports taking turns so
// that what else the machine does befalls all alike. Every node is a process with its log in DIR, by default where
// temporary files are kept. A handover is stepDown() on the leader, a crash is SIGKILL; times are from the order to the
// successor's `elected`. `--pairs 20` also kills leader and heir of five at once, over HTTP, with the word that a peer is
// gone and without it.
import { spawn } from 'node:child_process';
import { cpus, loadavg, tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureNatsServer } from '../ensure-nats-server.mjs';
import { percentile } from './statistics.mjs';
import { freePort, TransportCluster } from './transport-cluster.mjs';

const { values: asked } = parseArgs({
  options: {
    handovers: { type: 'string', default: '60' },
    crashes: { type: 'string', default: '60' },
    pairs: { type: 'string', default: '0' },
    rounds: { type: 'string', default: '4' },
    logs: { type: 'string', default: tmpdir() },
  },
});
const [rounds, handovers, crashes, pairs] = ['rounds', 'handovers', 'crashes', 'pairs'].map((name) =>
  Number(asked[name]),
);
const [three, five] = [
  ['a', 'b', 'c'],
  ['a', 'b', 'c', 'd', 'e'],
];
/** Answers make a voter an heir, and heartbeats name it: each leader is given a few of them before it has to go. */
const SETTLE_MS = 400;
const RECOVER_MS = 1_500;

/** All samples by what they are of. */
const samples = new Map();
const take = (name, ms) => samples.set(name, [...(samples.get(name) ?? []), ms]);

function tell() {
  for (const [name, times] of samples) {
    const at = (part) => percentile(times, part).toFixed(1).padStart(7);
    console.log(
      `${name.padEnd(36)} n ${String(times.length).padStart(3)}  p50 ${at(0.5)}  p90 ${at(0.9)}  max ${at(1)} ms`,
    );
  }
}

async function turn(name, config, todo) {
  const cluster = await TransportCluster.start({ ...config, logs: asked.logs });
  try {
    for (const { what, count, restMs, measure } of todo) {
      for (let done = 0; done < count; done += 1) {
        await sleep(restMs + 100 * Math.random());
        take(`${name.padEnd(24)} ${what}`, await measure(cluster));
      }
    }
  } finally {
    await cluster.stop();
  }
}

const { path } = await ensureNatsServer();
const natsPort = await freePort();
const natsServer = spawn(path, ['--addr', '127.0.0.1', '--port', String(natsPort)], { stdio: 'ignore' });
// Stopped before its time it tells what it has; the nodes end with their parent.
process.once('SIGTERM', () => {
  tell();
  natsServer.kill('SIGKILL');
  process.exit(1);
});
const share = (count) => Math.ceil(count / rounds);
const plain = [
  { what: 'handover', count: share(handovers), restMs: SETTLE_MS, measure: (cluster) => cluster.handOver() },
  { what: 'crash', count: share(crashes), restMs: RECOVER_MS, measure: (cluster) => cluster.crash() },
];
const paired = [
  { what: 'pair', count: share(pairs), restMs: RECOVER_MS, measure: (cluster) => cluster.crash({ withHeir: true }) },
];
try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, logs in ${asked.logs}`);
  for (let round = 0; round < rounds; round += 1) {
    console.log(`round ${round + 1} of ${rounds}, load ${loadavg()[0].toFixed(1)}`);
    await turn('NATS', { transport: 'nats', voters: three, natsUrl: `nats://127.0.0.1:${natsPort}` }, plain);
    await turn('HTTP', { transport: 'http', voters: three }, plain);
    await turn('HTTP, mutual TLS', { transport: 'https', voters: three }, plain);
    if (pairs === 0) continue;
    await turn('HTTP, told who is gone', { transport: 'http', voters: five }, paired);
    await turn('HTTP, not told', { transport: 'http', voters: five, isDeaf: true }, paired);
  }
  tell();
} finally {
  natsServer.kill('SIGKILL');
}
