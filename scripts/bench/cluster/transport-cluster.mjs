import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../free-port.mjs';
import { Members } from './members.mjs';

const program = fileURLToPath(new URL('transport-member.mjs', import.meta.url));
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

/** Processes that elect over one transport, with logs on disk. */
export class TransportCluster {
  #members = new Members();
  #config;
  #scratch;

  /** @param library the folder of the compiled library. */
  static async start({ transport, voters, library, natsUrl, isDeaf = false }) {
    const scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));
    const isTls = transport === 'https';
    if (isTls) for (const name of ['ca', ...voters]) certificate(scratch, name);
    const address = async (id) => [id, `${isTls ? 'https' : 'http'}://127.0.0.1:${await freePort()}`];
    const peers = Object.fromEntries(await Promise.all(voters.map(address)));
    const cluster = new TransportCluster({ transport, voters, library, natsUrl, peers, isDeaf }, scratch);
    const elected = cluster.#members.until((message) => message.elected);
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
    this.#members.spawn(program, config);
  }

  /** See {@link Members.handOver}. */
  handOver() {
    return this.#members.handOver();
  }

  /** SIGKILL to the leader, and to its heir if asked for: from there to the successor's `elected`, in milliseconds. */
  async crash({ withHeir = false } = {}) {
    const from = this.#members.leader;
    const dead = [from];
    if (withHeir) {
      const named = this.#members.until((m) => m.heir);
      this.#members.tell(from, 'heir');
      dead.push((await named).heir);
    }
    const elected = this.#members.until((m) => m.elected && !dead.includes(m.elected));
    const begunMs = nowMs();
    for (const id of dead) this.#members.kill(id);
    const { atMs, term } = await elected;
    const followed = dead.map((id) => this.#members.until((m) => m.heard === id && m.term >= term));
    for (const id of dead) this.start(id);
    await Promise.all(followed);
    return atMs - begunMs;
  }

  async stop() {
    await this.#members.killAll();
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
