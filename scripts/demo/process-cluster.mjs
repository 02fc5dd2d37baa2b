import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { NatsServer } from './nats-server.mjs';
import { nowMs } from './now.mjs';

const MEMBERS = ['a', 'b', 'c'];
const program = fileURLToPath(new URL('member.mjs', import.meta.url));

/** Three processes that elect over a real nats-server. */
export class ProcessCluster {
  members = MEMBERS;
  words = {
    cutOff: (id) => `kill -9 of ${id}`,
    bringBack: (id) => `${id} is started again, with the log it had`,
    retire: (id) => `SIGTERM to ${id}`,
    pause: (id) => `SIGSTOP to ${id}`,
    resume: (id) => `SIGCONT to ${id}`,
    breakNetwork: 'kill -9 of the nats-server',
    mendNetwork: 'the nats-server is started again',
  };

  #server;
  #version;
  #library;
  #directory;
  #report;
  #processes = new Map();
  #networkIsUp = false;

  constructor({ library, directory, report, server }) {
    this.#server = new NatsServer(server.path);
    this.#version = server.version;
    this.#library = library;
    this.#directory = directory;
    this.#report = report;
  }

  get introduction() {
    return [
      `Three processes elect a leader over a real nats-server, version ${this.#version}.`,
      `nats-server  ${this.#server.url}, pid ${this.#server.pid}`,
      `logs         ${join(this.#directory, `{${MEMBERS.join(',')}}.json`)}`,
    ];
  }

  get networkIsUp() {
    return this.#networkIsUp;
  }

  async open() {
    await this.#server.start();
    this.#networkIsUp = true;
  }

  start(id) {
    const options = {
      id,
      voters: MEMBERS,
      servers: this.#server.url,
      log: join(this.#directory, `${id}.json`),
      library: this.#library,
    };
    const child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
    const member = { child, endIsWanted: false };
    this.#processes.set(id, member);
    this.#report({ kind: 'starting', id, atMs: nowMs() });
    // A member may be gone before it has read its last command.
    child.stdin.on('error', () => undefined);
    createInterface({ input: child.stdout }).on('line', (line) => this.#report(JSON.parse(line)));
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#report({ kind: 'stderr', id, atMs: nowMs(), message: line });
    });
    child.on('error', ({ message }) => this.#report({ kind: 'stderr', id, atMs: nowMs(), message }));
    // Not 'exit': its last words may still be in the pipe then.
    child.on('close', (code, signal) => {
      this.#processes.delete(id);
      const how = signal ?? `exit code ${code}`;
      this.#report({ kind: 'ended', id, atMs: nowMs(), how, wanted: member.endIsWanted });
    });
  }

  cutOff(id) {
    return this.#end(id, 'SIGKILL');
  }

  bringBack(id) {
    this.start(id);
  }

  retire(id) {
    return this.#end(id, 'SIGTERM');
  }

  transfer(from, to) {
    this.#processes.get(from)?.child.stdin.write(to === undefined ? 'transfer\n' : `transfer ${to}\n`);
  }

  pause(id) {
    return this.#signal(id, 'SIGSTOP', 'paused');
  }

  resume(id) {
    return this.#signal(id, 'SIGCONT', 'resumed');
  }

  async breakNetwork() {
    const atMs = nowMs();
    this.#networkIsUp = false;
    await this.#server.kill();
    return atMs;
  }

  async mendNetwork() {
    const atMs = nowMs();
    await this.#server.start();
    this.#networkIsUp = true;
    return atMs;
  }

  /** Ends every process, and resolves when all are gone. */
  async close() {
    const ends = [...this.#processes.values()].map(({ child }) => once(child, 'close'));
    for (const member of this.#processes.values()) member.endIsWanted = true;
    this.destroy();
    await Promise.all(ends);
  }

  /** Ends every process, and does not wait. */
  destroy() {
    for (const { child } of this.#processes.values()) child.kill('SIGKILL');
    this.#server.destroy();
  }

  #end(id, signal) {
    const member = this.#processes.get(id);
    if (member !== undefined) member.endIsWanted = true;
    return this.#signal(id, signal, 'ending');
  }

  #signal(id, signal, kind) {
    const atMs = nowMs();
    this.#processes.get(id)?.child.kill(signal);
    this.#report({ kind, id, atMs });
    return atMs;
  }
}
