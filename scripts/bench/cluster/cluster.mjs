import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NatsServer } from '../../demo/nats-server.mjs';
import { ensureNatsServer } from '../../ensure-nats-server.mjs';

const member = fileURLToPath(new URL('member.mjs', import.meta.url));
const LIMIT_MS = 30_000;

export function now() {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Processes that elect over a nats-server of their own, with their logs on disk; and all that they tell. */
export class Cluster {
  /** What members told, in the order of arrival. */
  facts = [];
  #voters;
  #timings;
  #traces;
  #library;
  #server;
  #scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  #logs = 0;
  #children = new Map();
  #listeners = new Set();

  static async start({ size, timings, library, traces = false }) {
    const { path } = await ensureNatsServer();
    const cluster = new Cluster({ size, timings, library, traces, server: new NatsServer(path) });
    await cluster.#server.start();
    return cluster;
  }

  constructor({ size, timings, library, traces, server }) {
    this.#voters = Array.from({ length: size }, (_, index) => String.fromCharCode(97 + index));
    this.#timings = timings;
    this.#traces = traces;
    this.#library = { main: library.main, nats: library.nats };
    this.#server = server;
  }

  get voters() {
    return this.#voters;
  }

  get running() {
    return [...this.#children.keys()];
  }

  /** Who gained leadership last, unless it has told of losing it. A leader that stood still tells of its loss late. */
  get leader() {
    const won = this.facts.findLast(({ kind }) => kind === 'gained');
    const isOver = this.facts.some(({ kind, id, term }) => kind === 'lost' && id === won?.id && term === won?.term);
    return isOver ? undefined : won?.id;
  }

  /** All members, at once; what they find is what was written before, or nothing after {@link forget}. */
  async startAll() {
    const ready = Promise.all(this.#voters.map((id) => this.#ready(id)));
    for (const id of this.#voters) this.spawn(id);
    await ready;
  }

  /** From now on every log is a new one. */
  forget() {
    this.#logs += 1;
  }

  spawn(id) {
    const options = {
      id,
      voters: this.#voters,
      servers: this.#server.url,
      log: join(this.#scratch, `${id}-${this.#logs}.log`),
      library: this.#library,
      timings: this.#timings,
      traces: this.#traces,
    };
    const child = fork(member, [JSON.stringify(options)]);
    this.#children.set(id, child);
    child.on('message', (fact) => {
      this.facts.push(fact);
      for (const look of this.#listeners) look(fact);
    });
  }

  async restart(id) {
    const ready = this.#ready(id);
    this.spawn(id);
    await ready;
  }

  /** Ends the process by `signal`. @returns when, and a promise of its end. */
  end(id, signal) {
    const child = this.#children.get(id);
    this.#children.delete(id);
    const ended = once(child, 'exit');
    const atMs = now();
    child.kill(signal);
    return { atMs, ended };
  }

  order(id, order) {
    this.#children.get(id).send(order);
  }

  /** The next fact that matches. */
  next(what, matches) {
    return new Promise((resolve, reject) => {
      const give = (settle, value) => {
        clearTimeout(limit);
        this.#listeners.delete(look);
        settle(value);
      };
      const look = (fact) => {
        if (matches(fact)) give(resolve, fact);
      };
      const limit = setTimeout(() => give(reject, new Error(`not within ${LIMIT_MS} ms: ${what}`)), LIMIT_MS);
      this.#listeners.add(look);
    });
  }

  #ready(id) {
    return this.next(`${id} is ready`, (fact) => fact.kind === 'ready' && fact.id === id);
  }

  async stop() {
    const ends = [...this.#children.keys()].map((id) => this.end(id, 'SIGKILL').ended);
    await Promise.all(ends);
    await this.#server.kill();
    rmSync(this.#scratch, { recursive: true, force: true });
  }
}
