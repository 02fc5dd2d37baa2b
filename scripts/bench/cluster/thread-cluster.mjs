import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Members } from './members.mjs';

const program = fileURLToPath(new URL('thread-member.mjs', import.meta.url));
const VOTERS = ['a', 'b', 'c'];

/** Three processes with a node each, all in threads or none. */
export class ThreadCluster {
  #members = new Members();
  #scratch = mkdtempSync(join(tmpdir(), 'graft-bench-'));
  #config;
  /** How long each start took after a crash: one at a time, where three that start at once share the cores. */
  restartsMs = [];

  /** @param config `natsUrl`, `threaded`, and the folder of the compiled `library`. */
  static async start(config) {
    const cluster = new ThreadCluster(config);
    const elected = cluster.#members.until((message) => message.elected);
    await Promise.all(VOTERS.map((id) => cluster.#start(id)));
    await elected;
    return cluster;
  }

  constructor(config) {
    this.#config = config;
  }

  async memoryMib() {
    const told = VOTERS.map((id) => this.#members.until((message) => message.memory === id));
    for (const id of VOTERS) this.#members.tell(id, 'memory');
    return (await Promise.all(told)).map(({ bytes }) => bytes / 2 ** 20);
  }

  /** See {@link Members.handOver}. */
  handOver() {
    return this.#members.handOver();
  }

  /** SIGKILL to the leader: from there to the successor's `elected`, in milliseconds. It is back when this resolves. */
  async crash() {
    const from = this.#members.leader;
    const elected = this.#members.until((message) => message.elected && message.elected !== from);
    const begunMs = Number(process.hrtime.bigint()) / 1e6;
    this.#members.kill(from);
    const { atMs, term } = await elected;
    const followed = this.#members.until((message) => message.heard === from && message.term >= term);
    this.restartsMs.push((await this.#start(from)).startMs);
    await followed;
    return atMs - begunMs;
  }

  async stop() {
    await this.#members.killAll();
    rmSync(this.#scratch, { recursive: true, force: true });
  }

  #start(id) {
    const cluster = { name: 'bench-thread', voters: VOTERS };
    const log = join(this.#scratch, `${id}.log`);
    const started = this.#members.until((message) => message.started === id);
    this.#members.spawn(program, { ...this.#config, cluster, id, log }, ['--expose-gc']);
    return started;
  }
}
