/** Elections on a network that is whole: real nodes, simulated time. Rules 5, 7, 8 and 10. */
import { describe, expect, test } from 'vitest';
import { decodeFrame } from '../../src/drivers/wire/codec.js';
import { BEAT, type Cluster, ELECTION, MAX, MIN, ONE_WAY } from './cluster.js';
import { simulated } from './simulated.js';

/** When the last heartbeat of any node left. */
function lastHeartbeat(cluster: Cluster): () => number {
  let atMs = Number.NEGATIVE_INFINITY;
  cluster.network.tap((event) => {
    if (event.kind === 'sent' && decodeFrame(event.bytes).kind === 'heartbeat') atMs = event.atMs;
  });
  return () => atMs;
}

describe('a cold start', () => {
  test.each([1, 2, 3, 4, 5, 6, 7])(
    'of %i voters, logs new: all agree on a leader within electionTimeoutMax, which a new log waits, and one heartbeat',
    async (voters) => {
      await simulated({ voters }, async (cluster) => {
        await cluster.runLeaderless(MAX - 1);
        const leader = await cluster.untilAgreed({ withinMs: 1 + BEAT });
        await cluster.runStable(leader, 5 * MAX);
      })();
    },
  );

  test('of three voters seconds apart: a quorum is enough, and who comes late follows without an election', async () => {
    await simulated({ voters: 3, started: [] }, async (cluster) => {
      await cluster.restart('c');
      await cluster.runLeaderless(3_000);
      await cluster.restart('a');
      const leader = await cluster.untilAgreed({ withinMs: MAX + BEAT });
      const { term } = leader;
      await cluster.run(3_000);
      await cluster.restart('b');
      await cluster.until(() => cluster.node('b').leader === leader.id, BEAT + ONE_WAY);
      expect(cluster.node('b').term).toBe(term);
      await cluster.runStable(leader, 3_000);
      expect(cluster.changes).toHaveLength(1);
    })();
  });
});

describe('a leader that crashes', () => {
  test.each([3, 5, 7])(
    'of %i voters is replaced by its heir within electionTimeoutMin and three round trips of its last heartbeat, 20 times',
    async (voters) => {
      await simulated({ voters }, async (cluster) => {
        const lastHeartbeatMs = lastHeartbeat(cluster);
        let leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
        for (let crash = 0; crash < 20; crash++) {
          await cluster.run(5 * BEAT + 2 * BEAT * cluster.rng.next());
          const { id, term } = leader;
          const { heir } = leader.status();
          const saidMs = lastHeartbeatMs();
          await cluster.crash(id);
          leader = await cluster.untilLeader({ withinMs: MIN + ONE_WAY + ELECTION });
          expect(leader.id).toBe(heir);
          expect(leader.term).toBeGreaterThan(term);
          expect(cluster.nowMs - saidMs).toBeLessThanOrEqual(MIN + ONE_WAY + ELECTION);
          await cluster.restart(id);
          // The old leader follows the new one and starts nothing (rule 11).
          await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
        }
        expect(cluster.changes.filter(({ kind }) => kind === 'gained')).toHaveLength(21);
      })();
    },
  );

  test('together with its heir, of five voters, is replaced within two of electionTimeoutMax and two heartbeats', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      const leader = await cluster.lead('a');
      const { heir } = leader.status();
      await cluster.crash(String(heir));
      await cluster.crash('a');
      // One heartbeat for the heir's head start (rule 10); a vote that is split costs a candidacy.
      await cluster.untilLeader({ withinMs: 2 * MAX + 2 * BEAT });
    })();
  });
});

describe('down to one and back, 5 -> 1 -> 5', () => {
  test('a quorum of three leads, two and one never do, three lead again, and the last two follow', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      const down: string[] = [];
      for (let alive = 4; alive >= 3; alive--) {
        const leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
        await cluster.run(5 * BEAT);
        down.push(leader.id);
        await cluster.crash(leader.id);
        await cluster.untilAgreed({ withinMs: MIN + ELECTION + BEAT });
      }
      for (let alive = 2; alive >= 1; alive--) {
        const id = String(cluster.nodes[0]?.id);
        down.push(id);
        await cluster.crash(id);
        if (alive === 2) await cluster.until(() => cluster.leaders().length === 0, MIN);
        await cluster.runLeaderless(5_000);
      }
      const terms = new Set(cluster.nodes.map(({ term }) => term));
      await cluster.restart(String(down.pop()));
      await cluster.runLeaderless(5_000);
      // Pre-vote: ten seconds of asking have raised no term (rule 6).
      expect(new Set(cluster.nodes.map(({ term }) => term))).toEqual(terms);
      await cluster.restart(String(down.pop()));
      const leader = await cluster.untilAgreed({ withinMs: MIN + BEAT });
      const gained = cluster.changes.length;
      for (const id of down) {
        await cluster.restart(id);
        await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
        await cluster.runStable(leader, 2_000);
      }
      expect(cluster.changes).toHaveLength(gained);
    })();
  });
});

describe('planned handover', () => {
  test('rolling restarts of five voters, twice round: leaderless for five messages at most, each time', async () => {
    await simulated({ voters: 5 }, async (cluster) => {
      await cluster.untilAgreed({ withinMs: 2 * MAX });
      for (const id of [...cluster.ids, ...cluster.ids]) {
        await cluster.run(5 * BEAT);
        await cluster.close(id);
        await cluster.run(BEAT);
        await cluster.restart(id);
        // A restarted voter owes the wait of its former self before its vote counts again (rule 7).
        await cluster.run(MIN);
      }
      await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
      const { changes } = cluster;
      const handovers = changes.filter(({ kind }) => kind === 'lost');
      expect(handovers.length).toBeGreaterThanOrEqual(2);
      for (const lost of handovers) {
        const next = changes.find(({ kind, atMs }) => kind === 'gained' && atMs >= lost.atMs);
        // TimeoutNow, vote request and grant, heartbeat and answer.
        expect((next?.atMs ?? Number.POSITIVE_INFINITY) - lost.atMs).toBeLessThanOrEqual(5 * ONE_WAY);
        expect(next?.term).toBe(lost.term + 1);
      }
    })();
  });
});

describe('who may lead', () => {
  test('priorities decide the heir: of five voters the highest that is alive takes over, down to the quorum', async () => {
    await simulated({ voters: 5, priorities: { a: 1, b: 20, c: 5, d: 50, e: 10 } }, async (cluster) => {
      await cluster.lead('a');
      for (const [leader, heir] of [
        ['a', 'd'],
        ['d', 'b'],
      ] as const) {
        await cluster.crash(leader);
        const next = await cluster.untilLeader({ withinMs: MIN + ONE_WAY + ELECTION });
        expect(next.id).toBe(heir);
        await cluster.run(5 * BEAT);
      }
    })();
  });

  test('a witness (priority 0) never leads, though its vote makes the quorum of three whenever one of the others is gone', async () => {
    await simulated({ voters: 3, priorities: { c: 0 } }, async (cluster) => {
      let leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
      for (let crash = 0; crash < 10; crash++) {
        const gone = leader.id;
        await cluster.run(5 * BEAT);
        await cluster.crash(gone);
        leader = await cluster.untilLeader({ withinMs: MIN + ONE_WAY + ELECTION });
        await cluster.restart(gone);
        await cluster.run(MIN + BEAT);
      }
      expect(cluster.changes.some(({ id }) => id === 'c')).toBe(false);
      await cluster.crash('a');
      await cluster.crash('b');
      await cluster.runLeaderless(5_000);
      await cluster.restart('a');
      await cluster.untilLeader({ withinMs: 2 * MAX, among: ['a'] });
    })();
  });

  test('observers of three voters know leader and term through a failover, never lead, and make no quorum', async () => {
    await simulated({ voters: 3, observers: ['x', 'y'] }, async (cluster) => {
      const leader = await cluster.untilAgreed({ withinMs: MAX + BEAT });
      await cluster.run(3 * BEAT);
      await cluster.crash(leader.id);
      const next = await cluster.untilAgreed({ withinMs: MIN + 2 * ONE_WAY + ELECTION });
      await cluster.run(3 * BEAT);
      await cluster.crash(next.id);
      await cluster.runLeaderless(5_000);
      expect(cluster.nodes.map(({ state }) => state).slice(1)).toEqual(['FOLLOWER', 'FOLLOWER']);
      expect(cluster.node('x').leader).toBeUndefined();
    })();
  });
});
