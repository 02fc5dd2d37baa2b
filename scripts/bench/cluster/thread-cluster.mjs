import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('thread-member.mjs', import.meta.url));
const VOTERS = ['a', 'b', 'c'];

/** Three processes with a node each, all in threads or none, and what they say. */
export class ThreadCluster {
  #children = new Map();
  #waiting = new Set();
  #scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  #config;
  #startsMs = [];
  leader;

  /** @param config `natsUrl`, `threaded`, and the folder of the compiled `library`. */
  static async start(config) {
    const cluster = new ThreadCluster(config);
    const ready = [cluster.#until((message) => message.elected)];
    for (const id of VOTERS) {
      ready.push(cluster.#until((message) => message.started === id));
      cluster.#start(id);
    }
    await Promise.all(ready);
    return cluster;
  }

  constructor(config) {
    this.#config = config;
  }

  /** How long each start took after a crash: one at a time, where three that start at once share the cores. */
  get restartsMs() {
    return this.#startsMs.slice(VOTERS.length);
  }

  async memoryMib() {
    const told = VOTERS.map((id) => this.#until((message) => message.memory === id));
    for (const child of this.#children.values()) child.send('memory');
    return (await Promise.all(told)).map(({ bytes }) => bytes / 2 ** 20);
  }

  /** stepDown() on the leader: from the order to the successor's `elected`, in milliseconds. */
  async handOver() {
    const from = this.leader;
    const begun = this.#until((message) => message.begun === from);
    const elected = this.#until((message) => message.elected && message.elected !== from);
    this.#children.get(from).send('stepDown');
    return (await elected).atMs - (await begun).atMs;
  }

  /** SIGKILL to the leader: from there to the successor's `elected`, in milliseconds. It is back when this resolves. */
  async crash() {
    const from = this.leader;
    const elected = this.#until((message) => message.elected && message.elected !== from);
    const begunMs = Number(process.hrtime.bigint()) / 1e6;
    this.#children.get(from).kill('SIGKILL');
    const { atMs, term } = await elected;
    const back = [
      this.#until((message) => message.started === from),
      this.#until((message) => message.heard === from && message.term >= term),
    ];
    this.#start(from);
    await Promise.all(back);
    return atMs - begunMs;
  }

  async stop() {
    for (const child of this.#children.values()) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  #start(id) {
    const { natsUrl, threaded, library } = this.#config;
    const cluster = { name: 'bench-thread', voters: VOTERS };
    const config = { natsUrl, threaded, library, cluster, id, log: join(this.#scratch, `${id}.log`) };
    const child = fork(program, [JSON.stringify(config)], { execArgv: ['--expose-gc'] });
    child.on('message', (message) => {
      if (message.elected) this.leader = message.elected;
      if (message.started) this.#startsMs.push(message.startMs);
      for (const look of this.#waiting) look(message);
    });
    this.#children.set(id, child);
  }

  #until(matches) {
    return new Promise((resolve) => {
      const look = (message) => {
        if (!matches(message)) return;
        this.#waiting.delete(look);
        resolve(message);
      };
      this.#waiting.add(look);
    });
  }
}
