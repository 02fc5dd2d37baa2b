/** Messages that get lost, come twice, overtake each other, or come seconds late: rules 2, 6 and 8. */
import { describe, expect, test } from 'vitest';
import { BEAT, type Cluster, LEASE, MAX, MIN } from './cluster.js';
import { simulated } from './simulated.js';

/** How much of the time from `sinceMs` on somebody led, as a share. */
function ledShare(cluster: Cluster, sinceMs: number): number {
  let ledMs = 0;
  let gainedMs: number | undefined;
  for (const { kind, atMs } of cluster.changes) {
    if (kind === 'gained') gainedMs = atMs;
    else if (gainedMs !== undefined) {
      ledMs += Math.max(0, atMs - Math.max(gainedMs, sinceMs));
      gainedMs = undefined;
    }
  }
  if (gainedMs !== undefined) ledMs += cluster.nowMs - Math.max(gainedMs, sinceMs);
  return ledMs / (cluster.nowMs - sinceMs);
}

describe('a network of five voters that loses', () => {
  test.each([
    [10, 0.99],
    [20, 0.97],
    [30, 0.93],
  ])('%i %% of all messages is led for %f of the time at least, through half a minute', async (percent, share) => {
    await simulated({ voters: 5, network: { dropProbability: percent / 100 } }, async (cluster) => {
      await cluster.untilLeader({ withinMs: 2 * MAX });
      const sinceMs = cluster.nowMs;
      await cluster.run(30_000);
      expect(ledShare(cluster, sinceMs)).toBeGreaterThanOrEqual(share);
    })();
  });
});

test('every message comes twice and up to 150 ms late, so that it overtakes others: five voters elect once and stay', async () => {
  const network = { repeatProbability: 1, reorder: true, delayMs: [0, 150] } as const;
  await simulated({ voters: 5, network }, async (cluster) => {
    const leader = await cluster.untilAgreed({ withinMs: 3 * MAX });
    await cluster.runStable(leader, 10_000);
    await cluster.crash(leader.id);
    const next = await cluster.untilAgreed({ withinMs: 3 * MAX });
    await cluster.runStable(next, 10_000);
  })();
});

describe('a network of three voters that stands still', () => {
  test.each([1_000, 3_000, 10_000])(
    'for %i ms and then delivers everything in one burst: leaderless after the lease, led again within electionTimeoutMin and two heartbeats',
    async (stillMs) => {
      await simulated({ voters: 3 }, async (cluster) => {
        const old = await cluster.lead('a');
        cluster.network.hold();
        await cluster.until(() => !old.isLeader(), LEASE);
        await cluster.runLeaderless(stillMs);
        cluster.network.release();
        // Late heartbeats of the old leader are heartbeats: its voters stand by it once more (rule 7).
        const next = await cluster.untilAgreed({ withinMs: MIN + 2 * BEAT });
        await cluster.runStable(next, 5_000);
      })();
    },
  );
});

test('what is said before each of 20 crashes comes up to 5 s late: among five voters, late words of the dead elect nobody', async () => {
  await simulated({ voters: 5, network: { reorder: true, delayMs: [0, 20] } }, async (cluster) => {
    await cluster.untilAgreed({ withinMs: 2 * MAX });
    for (let round = 0; round < 20; round++) {
      cluster.network.setConditions({ delayMs: [0, 5_000] });
      await cluster.run(20);
      cluster.network.setConditions({ delayMs: [0, 20] });
      const id = cluster.ids[Math.floor(5 * cluster.rng.next())] ?? 'a';
      await cluster.crash(id);
      await cluster.run(300 * cluster.rng.next());
      await cluster.restart(id);
      await cluster.run(1_500);
    }
    await cluster.run(5_000);
    const leader = await cluster.untilAgreed({ withinMs: MAX });
    await cluster.runStable(leader, 3_000);
  })();
});
