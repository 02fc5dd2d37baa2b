/**
 * Networks that are cut in part: in one direction, or between some pairs only. A stable leader is owed wherever some
 * voter is linked to a quorum (Omni-Paxos, EuroSys 2023, section 2; Cloudflare's outage of November 2020). Rules 6, 8, 11.
 */
import { describe, expect, test } from 'vitest';
import { BEAT, type Cluster, ELECTION, LEASE, MAX, ONE_WAY } from './cluster.js';
import { simulated } from './simulated.js';

/** From the last heartbeat that was heard, where the heir may be out of reach and one vote be split. */
const ELECTED = 2 * MAX + 2 * BEAT + 2 * ONE_WAY + ELECTION;

/** Cuts every pair of nodes that is not among `links`. */
function linkOnly(cluster: Cluster, links: readonly string[]): void {
  const { ids } = cluster;
  for (const one of ids) {
    for (const other of ids) {
      if (one < other && !links.includes(one + other)) cluster.cutLink(one, other);
    }
  }
}

/** Nothing that `id` says is heard. */
function mute(cluster: Cluster, id: string): void {
  for (const to of cluster.othersThan(id)) cluster.network.cut({ from: id, to });
}

/** `id` hears nothing. */
function deafen(cluster: Cluster, id: string): void {
  for (const from of cluster.othersThan(id)) cluster.network.cut({ from, to: id });
}

describe.each([3, 5])('one direction is cut, %i voters', (voters) => {
  test('of what the leader says to one follower: it leads on in its term, and the follower disturbs nobody', async () => {
    await simulated({ voters }, async (cluster) => {
      const leader = await cluster.lead('a');
      cluster.network.cut({ from: 'a', to: 'b' });
      await cluster.runStable(leader, 5_000);
      expect(cluster.node('b').state).toBe('PRE_CANDIDATE');
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(leader, 3_000);
    })();
  });

  test('of what one follower says to the leader: it leads on, and the follower follows', async () => {
    await simulated({ voters }, async (cluster) => {
      const leader = await cluster.lead('a');
      cluster.network.cut({ from: 'b', to: 'a' });
      await cluster.runStable(leader, 5_000);
      expect(cluster.node('b').leader).toBe('a');
    })();
  });

  test('of all that the leader says: it stops within its lease, another leads, and the old one follows it', async () => {
    await simulated({ voters }, async (cluster) => {
      const old = await cluster.lead('a');
      mute(cluster, 'a');
      await cluster.until(() => !old.isLeader(), LEASE);
      const next = await cluster.untilAgreed({ withinMs: ELECTED });
      await cluster.runStable(next, 5_000);
      expect(old.leader).toBe(next.id);
    })();
  });

  test('of all that the leader hears: it stops within its lease, another leads, and its own calls disturb nobody', async () => {
    await simulated({ voters }, async (cluster) => {
      const old = await cluster.lead('a');
      deafen(cluster, 'a');
      await cluster.until(() => !old.isLeader(), LEASE);
      const next = await cluster.untilAgreed({ among: cluster.othersThan('a'), withinMs: ELECTED });
      await cluster.runStable(next, 5_000);
      expect(old.leader).toBeUndefined();
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(next, 3_000);
    })();
  });

  test('of all that a follower hears, and then of all that it says: the leader leads on in its term', async () => {
    await simulated({ voters }, async (cluster) => {
      const leader = await cluster.lead('a');
      deafen(cluster, 'b');
      await cluster.runStable(leader, 5_000);
      cluster.heal();
      await cluster.run(3 * BEAT);
      mute(cluster, 'b');
      await cluster.runStable(leader, 5_000);
      expect(cluster.node('b').leader).toBe('a');
    })();
  });
});

describe('some pairs are cut', () => {
  test('periphery: two followers out of five reach the leader no more, but reach its followers: it leads on in its term', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      const leader = await cluster.lead('a');
      cluster.cutLink('a', 'd');
      cluster.cutLink('a', 'e');
      await cluster.runStable(leader, 10_000);
      cluster.heal();
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      await cluster.runStable(leader, 3_000);
    })();
  });

  test('quorum loss: of five only a still reaches a quorum, and the leader was b: a leads, for good', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      const old = await cluster.lead('b');
      linkOnly(cluster, ['ab', 'ac', 'ad', 'ae']);
      await cluster.until(() => !old.isLeader(), LEASE);
      const next = await cluster.untilAgreed({ withinMs: ELECTED });
      expect(next.id).toBe('a');
      await cluster.runStable(next, 10_000);
    })();
  });

  test('constrained election: the leader is cut off from all, and of the other four only a reaches a quorum: a leads, for good', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      await cluster.lead('e');
      linkOnly(cluster, ['ab', 'ac', 'ad']);
      const next = await cluster.untilAgreed({ among: ['a', 'b', 'c', 'd'], withinMs: ELECTED });
      expect(next.id).toBe('a');
      await cluster.runStable(next, 10_000);
    })();
  });

  test('chain a-b-c, an end leads: it leads on in its term, though the other end never hears it', async () => {
    await simulated({ voters: 3 }, async (cluster) => {
      const leader = await cluster.lead('a');
      linkOnly(cluster, ['ab', 'bc']);
      await cluster.runStable(leader, 10_000);
      expect(cluster.node('c').leader).toBeUndefined();
    })();
  });

  test('chain a-b-c-d-e, an end leads: it stops, one that reaches a quorum leads, for good', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      const old = await cluster.lead('a');
      linkOnly(cluster, ['ab', 'bc', 'cd', 'de']);
      await cluster.until(() => !old.isLeader(), LEASE);
      const next = await cluster.untilLeader({ withinMs: ELECTED, among: ['b', 'c', 'd'] });
      await cluster.runStable(next, 10_000);
    })();
  });

  test('bridge: two groups of five share one voter, each a quorum with it: one of them has a leader, for good', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      await cluster.lead('c');
      const leader = await cluster.lead('a');
      linkOnly(cluster, ['ab', 'ac', 'bc', 'cd', 'ce', 'de']);
      await cluster.runStable(leader, 10_000);
      await cluster.crash('a');
      const next = await cluster.untilLeader({ withinMs: ELECTED });
      expect(['c', 'd', 'e']).toContain(next.id);
      await cluster.runStable(next, 10_000);
    })();
  });

  test('four voters in two pairs: nobody leads; one link between the pairs makes a chain, and one of its middle leads', async () => {
    await simulated({ voters: 4 }, async (cluster) => {
      const old = await cluster.lead('a');
      linkOnly(cluster, ['ab', 'cd']);
      await cluster.until(() => !old.isLeader(), LEASE);
      await cluster.runLeaderless(5_000);
      cluster.network.uncut({ from: 'b', to: 'c' });
      cluster.network.uncut({ from: 'c', to: 'b' });
      // Each may have the vote of its own end, and neither ever hears the fourth: such a split costs a timeout.
      const next = await cluster.untilLeader({ withinMs: 2 * MAX, among: ['b', 'c'] });
      await cluster.runStable(next, 5_000);
    })();
  });
});
