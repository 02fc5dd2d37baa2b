import { onTestFinished } from 'vitest';
import type { GraftError } from '../../src/core/errors.js';
import type { Message } from '../../src/core/messages.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import type { Handler, StateChange } from '../../src/node/handler.js';
import { Node } from '../../src/node/node.js';
import type { NodeOptions } from '../../src/node/options.js';
import { MemoryNetwork } from '../../src/testing/memory-network.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { NodeClock } from '../../src/testing/node-clock.js';
import { seededRng } from '../../src/testing/random.js';
import { SimulatedClock } from '../../src/testing/simulated-clock.js';

/** Remembers what a node tells, in the order in which it is told. */
export class Recorder implements Handler {
  readonly changes: StateChange[] = [];
  readonly errors: GraftError[] = [];

  stateChange(change: StateChange): void {
    this.changes.push(change);
  }

  asyncError(error: GraftError): void {
    this.errors.push(error);
  }

  /** States in order, the first change's `from` included. */
  get path(): readonly string[] {
    return [...this.changes.slice(0, 1).map(({ from }) => from), ...this.changes.map(({ to }) => to)];
  }

  get codes(): readonly string[] {
    return this.errors.map(({ code }) => code);
  }
}

/** A node of a {@link Sim}, with what belongs to its process. */
export interface Member {
  readonly node: Node;
  readonly clock: NodeClock;
  readonly told: Recorder;
}

export const CLUSTER = parseClusterName('test');

/** A simulated world of nodes: one clock beneath, one network, everything repeatable. */
export class Sim {
  readonly clock = new SimulatedClock();
  readonly network = new MemoryNetwork({ clock: this.clock, delayMs: 1 });
  readonly voters: readonly string[];
  readonly members = new Map<string, Member>();
  #seed = 0;

  constructor(voters: readonly string[] = ['a', 'b', 'c']) {
    this.voters = voters;
    onTestFinished(() => this.end());
  }

  /** Everything that a node needs; what the test cares about replaces it. */
  options(id: string, changes: Partial<NodeOptions> = {}, clock = new NodeClock(this.clock)): NodeOptions {
    this.#seed += 1;
    return {
      cluster: { name: CLUSTER, voters: this.voters },
      id,
      rpc: new MockRpcDriver(this.network, { clock }),
      handler: new Recorder(),
      log: new MemoryLog(),
      rng: seededRng(this.#seed),
      clock,
      ...changes,
    };
  }

  async start(id: string, changes: Partial<NodeOptions> = {}): Promise<Member> {
    const told = new Recorder();
    const clock = new NodeClock(this.clock);
    const options = this.options(id, { handler: told, ...changes }, clock);
    const member = { node: await this.run(Node.start(options)), clock, told };
    this.members.set(id, member);
    return member;
  }

  /** Starts a node for each voter and waits until one leads and the others know. */
  async elect(changes: (id: string) => Partial<NodeOptions> = () => ({})): Promise<Elected> {
    for (const id of this.voters) await this.start(id, changes(id));
    await this.clock.advanceUntil(() => this.isAgreed(), 10_000);
    return this.elected;
  }

  /** Whether one node leads and every other member knows it. */
  isAgreed(): boolean {
    const leaders = new Set([...this.members.values()].map(({ node }) => node.leader));
    const [leader] = leaders;
    return leaders.size === 1 && leader !== undefined && this.member(leader).node.isLeader();
  }

  get elected(): Elected {
    const all = [...this.members.values()];
    const leader = all.find(({ node }) => node.isLeader());
    if (leader === undefined) throw new Error('nobody leads');
    const followers = all.filter((member) => member !== leader);
    const heir = followers.find(({ node }) => node.id === leader.node.status().heir) ?? followers[0] ?? leader;
    const others = followers.filter((member) => member !== heir);
    return { leader, heir, other: others[0] ?? heir, followers };
  }

  member(id: string): Member {
    const member = this.members.get(id);
    if (member === undefined) throw new Error(`there is no node ${id}`);
    return member;
  }

  /** The machine of `id` loses its power: nothing runs there any more, and nothing is said. */
  crash(id: string): void {
    this.member(id).clock.kill();
    this.network.isolate(id);
    this.members.delete(id);
  }

  /** Lets time pass until `promise` has settled, and settles likewise. */
  async run<T>(promise: Promise<T>, limitMs = 60_000): Promise<T> {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    await this.clock.advanceUntil(() => settled, limitMs);
    return await promise;
  }

  /** As {@link run}; resolves with how long it took, in simulated milliseconds. */
  async timed(promise: Promise<unknown>, limitMs = 60_000): Promise<number> {
    const startMs = this.clock.nowMs();
    await this.run(promise, limitMs);
    return this.clock.nowMs() - startMs;
  }

  inject(to: string, payload: Message | Uint8Array): void {
    this.network.inject({ cluster: CLUSTER, to: parseNodeId(to) }, payload);
  }

  /** Closes every member. */
  async end(): Promise<void> {
    const members = [...this.members.values()];
    for (const { clock } of members) clock.resume();
    await this.run(Promise.all(members.map(({ node }) => node.close())));
  }
}

export interface Elected {
  readonly leader: Member;
  readonly heir: Member;
  /** A follower that is not the heir, where there are two. */
  readonly other: Member;
  readonly followers: readonly Member[];
}

/** Collects the node's process warnings while the test runs. */
export function processWarnings(): (Error & { readonly code?: string })[] {
  const warnings: (Error & { readonly code?: string })[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  return warnings;
}
