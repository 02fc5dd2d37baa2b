// Rule 15: a leader of either kind is killed, and whoever survives takes over. Plain peers are the model
// (plain-graft.mjs).
import { expect, onTestFailed, test } from 'vitest';
import { MixedCluster } from './mixed-cluster.js';
import { PlainPeer } from './plain-peer.js';

/** A failover takes some 0.6 to 1.2 s, and twice that after a split vote; the machine may be busy. */
const GAP_LIMIT_MS = 10_000;

async function startCold(size: { readonly plain: number; readonly node: number }): Promise<MixedCluster> {
  const cluster = await MixedCluster.start(size.plain + size.node);
  onTestFailed(() => console.error(cluster.transcript()));
  await Promise.all([
    ...Array.from({ length: size.plain }, () => cluster.startPlain()),
    ...Array.from({ length: size.node }, (_, index) => cluster.startNode(`node-${index}`)),
  ]);
  return cluster;
}

const TOPOLOGIES = [
  { plain: 1, node: 2 },
  { plain: 2, node: 1 },
  { plain: 3, node: 2 },
];

test.each(TOPOLOGIES)('$plain plain and $node Node start cold: one leads, and all agree who', async (size) => {
  await using cluster = await startCold(size);
  await cluster.untilLed();
  expect(await cluster.findViolations()).toEqual([]);
});

/** kill -9 of whoever leads, until leaders of both kinds have been killed `times`; each victim is replaced. */
async function killLeaders(cluster: MixedCluster, times: number): Promise<void> {
  const killed = { plain: 0, node: 0 };
  while (killed.plain < times || killed.node < times) {
    const leader = await cluster.untilLed();
    await cluster.kill(leader);
    await cluster.untilLed();
    if (leader instanceof PlainPeer) {
      killed.plain += 1;
      await cluster.startPlain();
    } else {
      killed.node += 1;
      await cluster.startNode(leader.id);
    }
    await cluster.untilLed();
  }
}

test.each([
  { plain: 1, node: 2, times: 10 },
  { plain: 2, node: 1, times: 3 },
  { plain: 3, node: 2, times: 3 },
])('$plain plain and $node Node: kill -9 of $times leaders of each kind, and all follow the next', async (size) => {
  await using cluster = await startCold(size);
  await killLeaders(cluster, size.times);
  const gaps = cluster.gapsMs();
  expect(gaps.length).toBeGreaterThanOrEqual(2 * size.times);
  expect(Math.max(...gaps)).toBeLessThan(GAP_LIMIT_MS);
  expect(await cluster.findViolations()).toEqual([]);
});
