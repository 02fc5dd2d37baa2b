// `node --expose-gc scripts/bench/thread.mjs [handovers] [crashes]`: what a thread of its own costs a node. A cluster of three
// processes over NATS with the nodes on their main threads, and one with the nodes in worker threads, measured in turn in
// one run on one machine: the time that start() takes, the memory that it adds to the process, and how long the cluster is
// without a leader after stepDown() on the leader, and after SIGKILL, until the successor's `elected` is told.
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ensureNatsServer } from '../ensure-nats-server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [handovers = 30, crashes = 10] = process.argv.slice(2).map(Number);
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

/** Three processes, and what they say. */
class Cluster {
  #children = new Map();
  #waiting = new Set();
  #config;
  leader;
  startTimes = [];

  constructor(config) {
    this.#config = config;
  }

  start(id) {
    const config = { ...this.#config, id, log: join(scratch, `${this.#config.cluster.name}-${id}.log`) };
    const child = fork(join(here, 'thread-node.mjs'), [JSON.stringify(config)], { execArgv: ['--expose-gc'] });
    child.on('message', (message) => {
      if (message.elected) this.leader = message.elected;
      if (message.started) this.startTimes.push(message.startMs);
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

  async memory() {
    const told = voters.map((id) => this.until((message) => message.memory === id));
    for (const child of this.#children.values()) child.send('memory');
    return (await Promise.all(told)).map(({ bytes }) => bytes / 2 ** 20);
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
    const begunMs = Number(process.hrtime.bigint()) / 1e6;
    this.#children.get(from).kill('SIGKILL');
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

function print(name, what, samples, unit) {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1).padStart(7);
  const figures = `p50 ${at(0.5)}  p90 ${at(0.9)}  max ${at(1)} ${unit}`;
  console.log(`${name.padEnd(10)} ${what.padEnd(9)} n ${String(samples.length).padStart(3)}  ${figures}`);
}

async function measure(name, config) {
  const cluster = new Cluster(config);
  const elected = cluster.until((message) => message.elected);
  for (const id of voters) cluster.start(id);
  await elected;
  await sleep(2_000);
  const memory = await cluster.memory();
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
  // One at a time, as after each crash: three that start at once share two cores.
  print(name, 'start', cluster.startTimes.slice(voters.length), 'ms');
  print(name, 'memory', memory, 'MiB');
  for (const [what, samples] of Object.entries(times)) print(name, what, samples, 'ms');
}

const { path } = await ensureNatsServer();
const natsPort = await freePort();
const natsServer = spawn(path, ['--addr', '127.0.0.1', '--port', String(natsPort)], { stdio: 'ignore' });
const natsUrl = `nats://127.0.0.1:${natsPort}`;
try {
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}, load ${loadavg()[0].toFixed(1)}`);
  await measure('plain', { natsUrl, threaded: false, cluster: { name: 'bench-plain', voters } });
  await measure('in threads', { natsUrl, threaded: true, cluster: { name: 'bench-threads', voters } });
  console.log(`load afterwards ${loadavg()[0].toFixed(1)}`);
} finally {
  natsServer.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
