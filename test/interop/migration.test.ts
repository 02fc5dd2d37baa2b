// docs/migrating-from-go-graft.md, step by step. The peers that are migrated from are the model (plain-graft.mjs).
import { expect, onTestFailed, test } from 'vitest';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { INTEROP, MixedCluster, type Mode } from './mixed-cluster.js';
import { PlainPeer } from './plain-peer.js';

/** A failover takes some 0.6 to 1.2 s, step 3 the start of three processes besides; the machine may be busy. */
const GAP_LIMIT_MS = 20_000;
const IDS = ['a', 'b', 'c'];
const DEFAULT: Mode = { kind: 'default', voters: IDS };

test('three plain peers become three Node nodes, one by one, and then leave interop: two failovers, never two leaders', async () => {
  await using cluster = await MixedCluster.start(3);
  onTestFailed(() => console.error(cluster.transcript()));
  await Promise.all(IDS.map(() => cluster.startPlain()));
  const former = await cluster.untilLed();

  // Step 1: the followers first, one at a time, each in interop mode.
  const followers = cluster.plainPeers.filter((peer) => peer !== former);
  expect(followers).toHaveLength(2);
  for (const [index, peer] of followers.entries()) {
    await cluster.stop(peer);
    await cluster.startNode(IDS[index] ?? '', INTEROP);
    expect(await cluster.untilLed()).toBe(former);
  }
  expect(cluster.gapsMs()).toEqual([]);

  // Step 2: the leader last.
  await cluster.stop(former);
  await cluster.untilLed();
  await cluster.startNode('c', INTEROP);
  await cluster.untilLed();
  expect(cluster.running.some((process) => process instanceof PlainPeer)).toBe(false);
  expect(cluster.gapsMs()).toHaveLength(1);

  // Step 3: interop off. All stop, the leader last, then all start: at no moment do modes meet.
  for (const node of cluster.nodes) if (node.leads === undefined) await cluster.stop(node);
  expect(cluster.gapsMs()).toHaveLength(1);
  await Promise.all(cluster.nodes.map((node) => cluster.stop(node)));
  expect(cluster.running).toEqual([]);
  const nodes = await Promise.all(IDS.map((id) => cluster.startNode(id, DEFAULT)));
  const leader = await cluster.untilLed();
  expect(cluster.gapsMs()).toHaveLength(2);
  expect(Math.max(...cluster.gapsMs())).toBeLessThan(GAP_LIMIT_MS);
  console.log(`without a leader: ${cluster.gapsMs().map(Math.round).join(' ms, ')} ms`);

  // What the default mode gives: a lease, and a handover.
  const led = nodes.find(({ id }) => id === leader.id);
  const heir = await led?.ask('transfer', {});
  expect((await cluster.untilLed()).id).toBe(heir);
  for (const node of nodes) expect(withoutMachineDelays(node.errors)).toEqual([]);
  expect(await cluster.findViolations()).toEqual([]);
});
