import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('transport-member.mjs', import.meta.url));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Processes that elect over one transport, with logs on disk, and what they say. */
export class TransportCluster {
  #children = new Map();
  #waiting = new Set();
  #config;
  #scratch;
  leader;
  heir;

  /** @param library the folder of the compiled library. */
  static async start({ transport, voters, library, natsUrl, isDeaf = false }) {
    const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));
    const isTls = transport === 'https';
    if (isTls) for (const name of ['ca', ...voters]) certificate(scratch, name);
    const address = async (id) => [id, `${isTls ? 'https' : 'http'}://127.0.0.1:${await freePort()}`];
    const peers = Object.fromEntries(await Promise.all(voters.map(address)));
    const cluster = new TransportCluster({ transport, voters, library, natsUrl, peers, isDeaf }, scratch);
    const elected = cluster.until((message) => message.elected);
    for (const id of voters) cluster.start(id);
    await elected;
    return cluster;
  }

  constructor(config, scratch) {
    this.#config = config;
    this.#scratch = scratch;
  }

  start(id) {
    const pem = (name) => readFileSync(join(this.#scratch, name), 'utf8');
    const tls = this.#config.transport === 'https' && {
      cert: pem(`${id}.crt`),
      key: pem(`${id}.key`),
      ca: pem('ca.crt'),
    };
    const config = { ...this.#config, ...(tls && { tls }), id, log: join(this.#scratch, `${id}.log`) };
    const child = fork(program, [JSON.stringify(config)]);
    child.on('message', (message) => {
      if (message.elected) this.leader = message.elected;
      if (message.heir) this.heir = message.heir;
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

  /** stepDown() on the leader: from the order to the successor's `elected`, in milliseconds. */
  async handOver() {
    const from = this.leader;
    const [begun, elected] = [this.until((m) => m.begun === from), this.until((m) => m.elected && m.elected !== from)];
    this.#children.get(from).send('stepDown');
    return (await elected).atMs - (await begun).atMs;
  }

  /** SIGKILL to the leader, and to its heir if asked for: from there to the successor's `elected`, in milliseconds. */
  async crash({ withHeir = false } = {}) {
    const from = this.leader;
    const dead = [from];
    if (withHeir) {
      const named = this.until((m) => m.heir);
      this.#children.get(from).send('heir');
      await named;
      dead.push(this.heir);
    }
    const elected = this.until((m) => m.elected && !dead.includes(m.elected));
    const begunMs = nowMs();
    for (const id of dead) this.#children.get(id).kill('SIGKILL');
    const { atMs, term } = await elected;
    const followed = dead.map((id) => this.until((m) => m.heard === id && m.term >= term));
    for (const id of dead) this.start(id);
    await Promise.all(followed);
    return atMs - begunMs;
  }

  async stop() {
    for (const child of this.#children.values()) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}

function certificate(scratch, name) {
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
