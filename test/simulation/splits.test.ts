/** A network in groups that hear only their own, and its healing: rules 6, 8 and 11. */
import { describe, expect, test } from 'vitest';
import { BEAT, type Cluster, ELECTION, LEASE, MAX, MIN, ONE_WAY } from './cluster.js';
import { simulated } from './simulated.js';

/** `leader` and as many others as it takes, and the rest. */
function sides(cluster: Cluster, leader: string, withLeader: number): [string[], string[]] {
  const others = cluster.othersThan(leader);
  return [[leader, ...others.slice(0, withLeader - 1)], others.slice(withLeader - 1)];
}

/**
 * From the last heartbeat that the others heard. The heir may be cut off with the leader (rule 10), and a vote that is
 * split then costs the rest of a candidacy: who is cut off may still answer, for all that a candidate knows.
 */
const ELECTED_WITHOUT_HEIR = 2 * MAX + 2 * BEAT + ONE_WAY + ELECTION;

describe.each([
  [3, 1],
  [5, 2],
  [5, 1],
  [7, 3],
  [6, 2],
  [4, 1],
])('%i voters, %i of them cut off from the rest', (voters, few) => {
  test('with the leader: it stops within its lease, the rest elects, and healing changes nothing but whom the few follow', async () => {
    await simulated({ voters }, async (cluster) => {
      const old = await cluster.lead('a');
      const { term } = old;
      const [minority, majority] = sides(cluster, 'a', few);
      cluster.split(minority, majority);
      const splitMs = cluster.nowMs;
      await cluster.until(() => !old.isLeader(), LEASE);
      expect(old.leader).toBeUndefined();
      const next = await cluster.untilAgreed({ among: majority, withinMs: ELECTED_WITHOUT_HEIR });
      expect(cluster.nowMs - splitMs).toBeLessThanOrEqual(ELECTED_WITHOUT_HEIR);
      await cluster.runStable(next, 5_000);
      for (const id of minority) expect(cluster.node(id).term).toBe(term);
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(next, 5_000);
      expect(old.state).toBe('FOLLOWER');
    })();
  });

  test('without the leader: it leads on through the cut and through the healing, in one term', async () => {
    await simulated({ voters }, async (cluster) => {
      const leader = await cluster.lead('a');
      const [majority, minority] = sides(cluster, 'a', voters - few);
      cluster.split(majority, minority);
      await cluster.runStable(leader, 5_000);
      for (const id of minority) expect(cluster.node(id).state).toBe('PRE_CANDIDATE');
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(leader, 5_000);
    })();
  });
});

describe('no group has a majority', () => {
  test.each<[sizes: number[], voters: number]>([
    [[2, 2, 1], 5],
    [[1, 1], 2],
    [[2, 2], 4],
    [[3, 3], 6],
    [[1, 1, 1], 3],
  ])(
    'split into %j: nobody leads once the lease is over, no term grows, and healing elects within two heartbeats',
    async (sizes, voters) => {
      await simulated({ voters }, async (cluster) => {
        const old = await cluster.lead('a');
        const { term } = old;
        const ids = [...cluster.ids];
        cluster.split(...sizes.map((size) => ids.splice(0, size)));
        await cluster.until(() => !old.isLeader(), LEASE);
        await cluster.runLeaderless(5_000);
        for (const node of cluster.nodes) expect(node.term).toBe(term);
        cluster.heal();
        // They have been asking all along, every few tens of milliseconds (rule 6).
        const next = await cluster.untilAgreed({ withinMs: 2 * BEAT });
        await cluster.runStable(next, 5_000);
      })();
    },
  );
});

describe('a side that comes back', () => {
  test('one of three voters, cut off for a minute, dethrones nobody: the term is what it was (rule 6)', async () => {
    await simulated({ voters: 3 }, async (cluster) => {
      const leader = await cluster.lead('a');
      cluster.split(['c']);
      await cluster.runStable(leader, 60_000);
      expect(cluster.node('c').term).toBe(leader.term);
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(leader, 5_000);
    })();
  });

  test('the twin, preVote: false: it comes back many terms ahead, and the leader is dethroned', async () => {
    await simulated({ voters: 3, preVote: false }, async (cluster) => {
      const leader = await cluster.lead('a');
      const { term } = leader;
      cluster.split(['c']);
      await cluster.runStable(leader, 60_000);
      const ahead = cluster.node('c').term;
      expect(ahead).toBeGreaterThan(term + 30);
      cluster.heal();
      await cluster.until(() => !leader.isLeader(), BEAT + 2 * ONE_WAY);
      const next = await cluster.untilAgreed({ withinMs: 2 * MAX + 2 * BEAT });
      expect(next.term).toBeGreaterThanOrEqual(ahead);
    })();
  });

  test('a voter whose log holds a greater term, as a candidacy cut short leaves it: the cluster takes it over and leads on above it', async () => {
    await simulated({ voters: 3 }, async (cluster) => {
      const leader = await cluster.lead('a');
      const { term } = leader;
      await cluster.crash('c');
      const disk = cluster.diskOf('c');
      disk.state = { ...disk.state, term: term + 7, votedFor: 'c' };
      await cluster.restart('c');
      await cluster.until(() => !leader.isLeader(), BEAT + 2 * ONE_WAY);
      const next = await cluster.untilAgreed({ withinMs: MIN + 2 * BEAT + ELECTION });
      expect(next.term).toBe(term + 8);
      await cluster.runStable(next, 5_000);
    })();
  });

  test('cut and healed every second for a minute, now this voter of five, now that: one leader for every cut of a leader, and no more', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      await cluster.lead('a');
      let cutsOfLeaders = 0;
      const gainsBefore = cluster.changes.filter(({ kind }) => kind === 'gained').length;
      for (let second = 0; second < 60; second += 2) {
        const cutOff = cluster.ids[Math.floor(cluster.rng.next() * 5)] ?? 'a';
        if (cluster.node(cutOff).isLeader()) cutsOfLeaders += 1;
        cluster.split([cutOff]);
        await cluster.run(1_000);
        cluster.heal();
        await cluster.run(1_000);
      }
      const gains = cluster.changes.filter(({ kind }) => kind === 'gained').length - gainsBefore;
      expect(gains).toBe(cutsOfLeaders);
    })();
  });
});
