/** docs/kubernetes.md: what a rollout does to a cluster, pod by pod as Kubernetes does it. Rules 1, 3, 7, 9. */
import { describe, expect, test } from 'vitest';
import { MemoryLog } from '../../../src/log/memory-log.js';
import type { TermLog } from '../../../src/log/term-log.js';
import type { Node } from '../../../src/node/node.js';
import { type Member, Sim } from '../../node/sim.js';

/** How long a container takes to start. */
const START_MS = 1500;
/** How long a pod has to be there before it counts: `minReadySeconds`. */
const READY_MS = 5000;

/** A world in which pods come and go, watched at every millisecond. */
class Rollout {
  readonly sim = new Sim([]);
  readonly pods: Member[] = [];
  mostLeaders = 0;
  /** How long nobody led, since the last call of {@link begin}. */
  leaderlessMs = 0;
  longestLeaderlessMs = 0;
  #inRowMs = 0;

  get leaders(): readonly Node[] {
    return this.pods.map(({ node }) => node).filter((node) => node.isLeader());
  }

  begin(): void {
    this.mostLeaders = 0;
    this.leaderlessMs = 0;
    this.longestLeaderlessMs = 0;
    this.#inRowMs = 0;
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed++) {
      await this.sim.clock.advance(1);
      this.#look();
    }
  }

  async passUntil(condition: () => boolean, limitMs: number): Promise<void> {
    for (let passed = 0; !condition(); passed++) {
      if (passed >= limitMs) throw new Error(`not within ${limitMs} ms`);
      await this.pass(1);
    }
  }

  async add(id: string, options: Parameters<Sim['start']>[1]): Promise<Member> {
    const pod = await this.sim.start(id, options);
    this.pods.push(pod);
    return pod;
  }

  /** SIGTERM, and the wait for its end. */
  async remove(pod: Member): Promise<void> {
    let ended = false;
    const closing = pod.node.close().then(() => {
      ended = true;
    });
    await this.passUntil(() => ended, 30_000);
    await closing;
    this.pods.splice(this.pods.indexOf(pod), 1);
    this.sim.members.delete(pod.node.id);
  }

  #look(): void {
    const { length } = this.leaders;
    this.mostLeaders = Math.max(this.mostLeaders, length);
    this.#inRowMs = length === 0 ? this.#inRowMs + 1 : 0;
    this.leaderlessMs += length === 0 ? 1 : 0;
    this.longestLeaderlessMs = Math.max(this.longestLeaderlessMs, this.#inRowMs);
  }
}

/** Pods of a Deployment have names and disks of their own, each time anew; all that they know is how many there should be. */
class Deployment extends Rollout {
  #count = 0;

  async addPod(): Promise<Member> {
    this.#count += 1;
    return await this.add(`reports-pod-${this.#count}`, { cluster: { name: 'test', size: 3 }, log: new MemoryLog() });
  }

  static async running(): Promise<Deployment> {
    const deployment = new Deployment();
    for (let index = 0; index < 3; index++) await deployment.addPod();
    await deployment.passUntil(() => deployment.leaders.length === 1, 10_000);
    await deployment.pass(2000);
    deployment.begin();
    return deployment;
  }
}

/** Pods of a StatefulSet keep their names and their disks, and know each other's names. */
class StatefulSet extends Rollout {
  readonly #names = ['reports-0', 'reports-1', 'reports-2'];
  readonly #disks = new Map<string, TermLog>();

  async addPod(id: string): Promise<Member> {
    const disk = this.#disks.get(id) ?? new MemoryLog();
    this.#disks.set(id, disk);
    return await this.add(id, { cluster: { name: 'test', voters: this.#names }, log: disk });
  }

  static async running(): Promise<StatefulSet> {
    const set = new StatefulSet();
    for (const name of set.#names) await set.addPod(name);
    await set.passUntil(() => set.leaders.length === 1, 10_000);
    await set.pass(2000);
    set.begin();
    return set;
  }

  /** From the last to the first; the next only when the one before is ready. */
  async update(): Promise<void> {
    for (const name of this.#names.toReversed()) {
      const pod = this.pods.find(({ node }) => node.id === name);
      if (pod === undefined) throw new Error(`no pod ${name}`);
      await this.remove(pod);
      await this.pass(START_MS);
      const next = await this.addPod(name);
      await this.passUntil(() => next.node.leader !== undefined, 10_000);
      await this.pass(READY_MS);
    }
  }
}

describe('a Deployment with a surge of one, and a bare size', () => {
  test('has four voters alive for a cluster of three: they say so, and nobody leads until one is gone', async () => {
    const deployment = await Deployment.running();
    const [old] = deployment.pods;
    if (old === undefined) throw new Error('no pod');
    await deployment.addPod();
    await deployment.passUntil(() => deployment.leaders.length === 0, 5000);
    // It stays so for as long as Kubernetes waits for the new pod to be ready, and minReadySeconds after that.
    await deployment.pass(10_000);
    expect(deployment.leaders).toEqual([]);
    expect(deployment.leaderlessMs).toBeGreaterThan(9000);
    expect(deployment.pods.some(({ told }) => told.codes.includes('TOO_MANY_VOTERS'))).toBe(true);
    await deployment.remove(old);
    await deployment.passUntil(() => deployment.leaders.length === 1, 10_000);
    expect(deployment.mostLeaders).toBe(1);
  });

  test('never has two leaders while its pods hear each other, and none for most of a whole rollout', async () => {
    const deployment = await Deployment.running();
    for (const old of [...deployment.pods]) {
      await deployment.addPod();
      await deployment.pass(READY_MS);
      await deployment.remove(old);
      await deployment.pass(START_MS);
    }
    await deployment.passUntil(() => deployment.leaders.length === 1, 10_000);
    expect(deployment.mostLeaders).toBe(1);
    // The crowd of one pod is hardly gone when the next one comes.
    expect(deployment.longestLeaderlessMs).toBeGreaterThan(3 * READY_MS);
  });

  test('has two leaders when a network splits the four two and two: each half is a majority of three', async () => {
    const deployment = await Deployment.running();
    const old = deployment.pods.map(({ node }) => node.id);
    const next = await deployment.addPod();
    deployment.sim.network.partition(old.slice(0, 2), [...old.slice(2), next.node.id]);
    await deployment.passUntil(() => deployment.leaders.length === 2, 20_000);
    const [one, other] = deployment.leaders;
    expect([one?.isLeader(), other?.isLeader()]).toEqual([true, true]);
    // Nobody can know of it: there is no crowd on either side.
    expect(deployment.pods.flatMap(({ told }) => told.codes)).not.toContain('SECOND_LEADER');
  });
});

describe('the StatefulSet of deploy/kubernetes', () => {
  test('is led through a whole rolling update, by one pod at most, and hands over in milliseconds', async () => {
    const set = await StatefulSet.running();
    await set.update();
    expect(set.mostLeaders).toBe(1);
    expect(set.leaders).toHaveLength(1);
    expect(set.longestLeaderlessMs).toBeLessThan(50);
    expect(set.pods.flatMap(({ told }) => told.codes)).toEqual([]);
  });

  test('has one leader at most when a network splits it in the middle of one, wherever it does', async () => {
    for (const alone of ['reports-0', 'reports-1', 'reports-2']) {
      const set = await StatefulSet.running();
      const [first] = set.pods.filter(({ node }) => node.id === 'reports-2');
      if (first === undefined) throw new Error('no pod');
      await set.remove(first);
      await set.pass(START_MS);
      await set.addPod('reports-2');
      set.sim.network.partition([alone]);
      await set.pass(10_000);
      expect(set.mostLeaders).toBe(1);
      expect(set.leaders).toHaveLength(1);
      expect(set.leaders[0]?.id).not.toBe(alone);
    }
  });
});
