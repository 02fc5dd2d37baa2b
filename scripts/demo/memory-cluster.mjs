import { join } from 'node:path';
import { nowMs } from './now.mjs';
import { reportOn } from './reports.mjs';

const MEMBERS = ['a', 'b', 'c'];

/** Three nodes in this process, on a network in memory: members are cut off and brought back, not killed. */
export class MemoryCluster {
  members = MEMBERS;
  words = {
    cutOff: (id) => `${id} is cut off from the network`,
    bringBack: (id) =>
      this.#nodes.has(id) ? `${id} is connected again` : `${id} is started again, with the log it had`,
    retire: (id) => `close() of ${id}`,
    pause: (id) => `${id} is paused, as SIGSTOP does: time goes on, its code does not`,
    resume: (id) => `${id} runs again`,
    breakNetwork: 'the network is cut between all members',
    mendNetwork: 'the network is whole again',
  };

  #library;
  #directory;
  #report;
  #why;
  #main;
  #testing;
  #network;
  #nodes = new Map();
  #cutOff = new Set();
  #networkIsUp = true;

  constructor({ library, directory, report, why }) {
    this.#library = library;
    this.#directory = directory;
    this.#report = report;
    this.#why = why;
  }

  get introduction() {
    return [
      'Three nodes in ONE process elect a leader over an IN-MEMORY network: no nats-server, no processes to kill.',
      ...`because      ${this.#why}`.split('\n'),
      `logs         ${join(this.#directory, `{${MEMBERS.join(',')}}.json`)}`,
    ];
  }

  get networkIsUp() {
    return this.#networkIsUp;
  }

  async open() {
    this.#main = await import(this.#library.main);
    this.#testing = await import(this.#library.testing);
    this.#network = new this.#testing.MemoryNetwork({ delayMs: [0.2, 1] });
  }

  start(id) {
    this.#report({ kind: 'starting', id, atMs: nowMs() });
    this.#start(id).catch(({ code, message }) => this.#report({ kind: 'refused', id, code, message }));
  }

  /** A member that was closed is started again; one that was cut off still runs. */
  bringBack(id) {
    if (!this.#nodes.has(id)) {
      this.start(id);
      return;
    }
    const atMs = nowMs();
    this.#cutOff.delete(id);
    this.#connect();
    this.#report({ kind: 'reconnected', id, atMs });
  }

  cutOff(id) {
    const atMs = nowMs();
    this.#cutOff.add(id);
    this.#connect();
    this.#report({ kind: 'cutOff', id, atMs });
    return atMs;
  }

  retire(id) {
    const atMs = nowMs();
    this.#report({ kind: 'ending', id, atMs });
    this.#close(id);
    return atMs;
  }

  async transfer(from, to) {
    try {
      await this.#nodes.get(from)?.node.transfer(to === undefined ? {} : { to });
    } catch ({ code, message }) {
      this.#report({ kind: 'refused', id: from, code, message });
    }
  }

  pause(id) {
    const atMs = nowMs();
    this.#nodes.get(id)?.clock.pause();
    this.#report({ kind: 'paused', id, atMs });
    return atMs;
  }

  resume(id) {
    const atMs = nowMs();
    this.#report({ kind: 'resumed', id, atMs });
    this.#nodes.get(id)?.clock.resume();
    return atMs;
  }

  async breakNetwork() {
    const atMs = nowMs();
    this.#networkIsUp = false;
    this.#connect();
    return atMs;
  }

  async mendNetwork() {
    const atMs = nowMs();
    this.#networkIsUp = true;
    this.#connect();
    return atMs;
  }

  /** Closes every node. */
  async close() {
    // A paused node could not come to its end.
    for (const { clock } of this.#nodes.values()) clock.resume();
    await Promise.all([...this.#nodes.keys()].map((id) => this.#close(id)));
  }

  /** Nothing here outlives the process. */
  destroy() {}

  async #start(id) {
    const { MockRpcDriver, NodeClock, systemClock } = this.#testing;
    const clock = new NodeClock(systemClock);
    const node = await this.#main.Node.start({
      cluster: { name: 'demo', voters: MEMBERS },
      id,
      rpc: new MockRpcDriver(this.#network, { clock }),
      handler: {},
      log: join(this.#directory, `${id}.json`),
      clock,
    });
    const stopReporting = reportOn(node, { report: this.#report, isRunning: () => clock.isRunning });
    this.#nodes.set(id, { node, clock, stopReporting });
  }

  async #close(id) {
    const { node, stopReporting } = this.#nodes.get(id);
    await node.close();
    stopReporting();
    this.#nodes.delete(id);
    this.#report({ kind: 'ended', id, atMs: nowMs(), how: 'closed', wanted: true });
  }

  /** Makes the network what it should be: cuts of all kinds are undone together only. */
  #connect() {
    this.#network.heal();
    if (!this.#networkIsUp) this.#network.partition(...MEMBERS.map((id) => [id]));
    for (const id of this.#cutOff) this.#network.isolate(id);
  }
}
