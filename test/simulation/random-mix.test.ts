/** Everything at once: 50 seeds, each 20 simulated seconds of faults; then the world heals and a leader is owed. */
import { expect, test } from 'vitest';
import { seededRng } from '../../src/testing/index.js';
import { type Cluster, type ClusterOptions, MAX } from './cluster.js';
import type { DiskFaults } from './disk.js';
import { play, seeds } from './simulated.js';

const FAULTY_MS = 20_000;
/** The longest that a message is under way. */
const LATEST_MS = 5_000;

/** What kind of world a seed makes: 1 to 7 voters, clocks, links and disks of its own. */
function worldOf(seed: number): { readonly options: ClusterOptions; readonly disk: DiskFaults } {
  const rng = seededRng(~seed);
  const voters = 1 + Math.floor(7 * rng.next());
  const ids = Array.from({ length: voters }, (_, index) => String.fromCharCode(97 + index));
  const perhaps = (value: number): number => (rng.next() < 0.5 ? 0 : value * rng.next());
  const options: ClusterOptions = {
    voters,
    observers: rng.next() < 0.3 ? ['x'] : [],
    rates: Object.fromEntries(
      ids.map((id) => [id, 1 + 0.05 * (rng.next() < 0.5 ? 2 * rng.next() - 1 : Math.sign(rng.next() - 0.5))]),
    ),
    priorities: Object.fromEntries(ids.map((id) => [id, 1 + Math.floor(5 * rng.next())])),
    network: {
      delayMs: [0.2, rng.next() < 0.2 ? LATEST_MS : 1 + 60 * rng.next()],
      reorder: rng.next() < 0.5,
      dropProbability: perhaps(0.3),
      repeatProbability: perhaps(0.3),
    },
    mayReport: ['LOG_WRITE_FAILED', 'EVENT_LOOP_BLOCKED'],
  };
  return { options, disk: { latencyMs: perhaps(20), failure: perhaps(0.05) } };
}

const FAULTS: readonly ((cluster: Cluster, id: string, other: string) => Promise<void> | void)[] = [
  (cluster, id) => cluster.split([id]),
  (cluster, id, other) => cluster.split([id, other].filter((each, index, all) => all.indexOf(each) === index)),
  (cluster, id, other) => cluster.network.cut({ from: id, to: other }),
  (cluster) => cluster.heal(),
  (cluster) => cluster.heal(),
  (cluster) => cluster.network.hold(),
  (cluster) => cluster.network.release(),
  async (cluster, id) => {
    if (cluster.isRunning(id)) await cluster.crash(id);
  },
  async (cluster, id) => {
    if (!cluster.isRunning(id)) await cluster.restart(id);
  },
  async (cluster, id) => {
    if (!cluster.isRunning(id)) return;
    await cluster.crash(id);
    await cluster.run(100 * cluster.rng.next());
    await cluster.restart(id);
  },
  (cluster, id) => cluster.isRunning(id) && cluster.clockOf(id).pause(),
  (cluster, id) => cluster.isRunning(id) && cluster.clockOf(id).suspend(),
  (cluster) => resumeAll(cluster),
  (cluster) => resumeAll(cluster),
  (cluster) => {
    const [leader] = cluster.leaders();
    // Whoever hands over may be cut off or killed before anybody takes it.
    if (leader !== undefined) void leader.stepDown().catch(() => undefined);
  },
];

function resumeAll(cluster: Cluster): void {
  for (const id of cluster.ids) if (cluster.isRunning(id)) cluster.clockOf(id).resume();
}

function pick<T>(cluster: Cluster, items: readonly T[]): T {
  const item = items[Math.floor(items.length * cluster.rng.next())];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

test.each(seeds(50))('seed %i: no invariant breaks, and the healed world has a leader for good', async (seed) => {
  const { options, disk } = worldOf(seed);
  await play(seed, options, async (cluster) => {
    for (const id of cluster.ids) cluster.diskOf(id).faults = disk;
    const endMs = cluster.nowMs + FAULTY_MS;
    while (cluster.nowMs < endMs) {
      await cluster.run(20 + 700 * cluster.rng.next());
      await pick(cluster, FAULTS)(cluster, pick(cluster, cluster.ids), pick(cluster, cluster.ids));
    }
    cluster.heal();
    cluster.network.release();
    resumeAll(cluster);
    cluster.network.setConditions({ delayMs: 1, dropProbability: 0, repeatProbability: 0 });
    for (const id of cluster.ids) {
      cluster.diskOf(id).faults = { latencyMs: 5, failure: 0 };
      if (!cluster.isRunning(id)) await cluster.restart(id);
    }
    // What was said before the healing may still arrive.
    await cluster.run(LATEST_MS);
    const leader = await cluster.untilAgreed({ withinMs: 3 * MAX });
    await cluster.runStable(leader, 2_000);
    expect(cluster.leaders()).toEqual([leader]);
  });
});
