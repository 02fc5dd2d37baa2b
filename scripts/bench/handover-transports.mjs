// `node scripts/bench/handover-transports.mjs [handovers] [crashes]`: how long a cluster of three is without a leader, over NATS,
// HTTP and HTTP with mutual TLS, in one run on one machine. Every node is a process with a log on disk; a handover is
// stepDown() on the leader, a crash is SIGKILL. Times are from the order to the successor's `elected`.
import { execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureNatsServer } from '../ensure-nats-server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [handovers = 50, crashes = 5] = process.argv.slice(2).map(Number);
const voters = ['a', 'b', 'c'];
const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

function certificate(name) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: scratch, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  if (name === 'ca') {
    openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=bench');
    return;
  }
  writeFileSync(join(scratch, `${name}.ext`), `subjectAltName=DNS:${name}\n`);
  openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
  const ca = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`, '-days', '2'];
  openssl('x509', '-req', '-in', `${name}.csr`, ...ca, '-out', `${name}.crt`);
}

/** Three processes, and what they say. */
class Cluster {
  #children = new Map();
  #waiting = new Set();
  #config;
  leader;

  constructor(config) {
    this.#config = config;
  }

  start(id) {
    const { transport, tls, ...rest } = this.#config;
    const pem = (name) => readFileSync(join(scratch, name), 'utf8');
    const config = {
      transport,
      ...rest,
      ...(tls && { tls: { cert: pem(`${id}.crt`), key: pem(`${id}.key`), ca: pem('ca.crt') } }),
      id,
      voters,
      log: join(scratch, `${transport}${tls ? '-tls' : ''}-${id}.log`),
    };
    const child = fork(join(here, 'handover-node.mjs'), [JSON.stringify(config)]);
    child.on('message', (message) => {
      if (message.elected) this.leader = message.elected;
      for (const look of this.#waiting) look(message);
    });
    this.#children.set(id, child);
  }

  until(matches) {
    return new Promise((resolve) => {
      const look = (message) => {
        if (!matches(message)) return;
        this.#waiting.delete(look);
        resolve(message);
      };
      this.#waiting.add(look);
    });
  }

  async handOver() {
    const from = this.leader;
    const [begun, elected] = [this.until((m) => m.begun === from), this.until((m) => m.elected && m.elected !== from)];
    this.#children.get(from).send('stepDown');
    return (await elected).atMs - (await begun).atMs;
  }

  async crash() {
    const from = this.leader;
    const elected = this.until((m) => m.elected && m.elected !== from);
    const child = this.#children.get(from);
    const begunMs = Number(process.hrtime.bigint()) / 1e6;
    child.kill('SIGKILL');
    const { atMs, term } = await elected;
    const followed = this.until((m) => m.heard === from && m.term >= term);
    this.start(from);
    await followed;
    return atMs - begunMs;
  }

  async stop() {
    for (const child of this.#children.values()) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
}

function quantiles(samples) {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1).padStart(8);
  return `p50 ${at(0.5)}  p90 ${at(0.9)}  max ${at(1)} ms`;
}

async function measure(name, config) {
  const cluster = new Cluster(config);
  const elected = cluster.until((message) => message.elected);
  for (const id of voters) cluster.start(id);
  await elected;
  const times = { handover: [], crash: [] };
  // Answers make a voter an heir, and heartbeats name it: give each leader a few of them before it has to go.
  for (let count = 0; count < handovers; count += 1) {
    await sleep(400);
    times.handover.push(await cluster.handOver());
  }
  for (let count = 0; count < crashes; count += 1) {
    await sleep(1_500);
    times.crash.push(await cluster.crash());
  }
  await cluster.stop();
  for (const [what, samples] of Object.entries(times)) {
    if (samples.length > 0)
      console.log(
        `${name.padEnd(18)} ${what.padEnd(9)} n ${String(samples.length).padStart(3)}  ${quantiles(samples)}`,
      );
  }
}

const { path } = await ensureNatsServer();
const natsPort = await freePort();
const natsServer = spawn(path, ['--addr', '127.0.0.1', '--port', String(natsPort)], { stdio: 'ignore' });
try {
  for (const name of ['ca', ...voters]) certificate(name);
  const peers = async (scheme) =>
    Object.fromEntries(await Promise.all(voters.map(async (id) => [id, `${scheme}://127.0.0.1:${await freePort()}`])));
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`);
  await measure('NATS', { transport: 'nats', natsUrl: `nats://127.0.0.1:${natsPort}` });
  await measure('HTTP', { transport: 'http', peers: await peers('http') });
  await measure('HTTP, mutual TLS', { transport: 'http', peers: await peers('https'), tls: true });
} finally {
  natsServer.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
