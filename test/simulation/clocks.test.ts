/** The lease against clocks that disagree and processes that stand still: rule 8. */
import { describe, expect, test } from 'vitest';
import { BEAT, type Cluster, ELECTION, LEASE, MAX, MIN, ONE_WAY } from './cluster.js';
import { InvariantViolation } from './invariants.js';
import { play, simulated } from './simulated.js';

/** Of `leader`'s loss and the gain that came next. */
function lossAndGain(cluster: Cluster, leader: string): { readonly lostMs: number; readonly gainedMs: number } {
  const lost = cluster.changes.findLast(({ kind, id }) => kind === 'lost' && id === leader);
  const gained = cluster.changes.at(-1);
  if (lost === undefined || gained?.kind !== 'gained') throw new Error('no loss and gain to compare');
  return { lostMs: lost.atMs, gainedMs: gained.atMs };
}

async function isolateLeader(cluster: Cluster): Promise<number> {
  await cluster.lead('a');
  await cluster.run(BEAT * cluster.rng.next());
  const isolatedMs = cluster.nowMs;
  cluster.split(['a']);
  await cluster.untilLeader({ withinMs: 3 * MAX, among: cluster.othersThan('a') });
  return isolatedMs;
}

describe('a leader that is cut off has lost its lease before another gains one', () => {
  test.each([2, 3, 5])('clocks true, %i others: by the difference of promise and lease at least', async (others) => {
    await simulated({ voters: others + 1 }, async (cluster) => {
      const isolatedMs = await isolateLeader(cluster);
      const { lostMs, gainedMs } = lossAndGain(cluster, 'a');
      expect(lostMs - isolatedMs).toBeLessThanOrEqual(LEASE);
      expect(gainedMs - lostMs).toBeGreaterThanOrEqual(MIN - LEASE);
    })();
  });

  test.each<[rates: Record<string, number>]>([
    [{ a: 0.95, b: 1.05, c: 1.05, d: 1.05, e: 1.05 }],
    [{ a: 1.05, b: 0.95, c: 0.95, d: 0.95, e: 0.95 }],
    [{ a: 0.95, b: 0.95, c: 1.05, d: 1, e: 1.05 }],
  ])('clocks off by as much as maxClockDrift allows, %j: still before', async (rates) => {
    await simulated({ voters: 5, rates }, async (cluster) => {
      await isolateLeader(cluster);
      const { lostMs, gainedMs } = lossAndGain(cluster, 'a');
      expect(gainedMs).toBeGreaterThan(lostMs);
      cluster.heal();
      await cluster.untilAgreed({ withinMs: 2 * BEAT });
    })();
  });

  test('the twin: clocks off by far more than that, the others 40 % fast, and two lead at once', async () => {
    const rates = { b: 1.4, c: 1.4 };
    const run = play(1, { voters: 3, rates }, async (cluster) => void (await isolateLeader(cluster)));
    await expect(run).rejects.toMatchObject({
      name: InvariantViolation.name,
      message: expect.stringMatching(/a leads term \d+ and [bc] leads term \d+/),
    });
  });
});

describe('a leader whose process stands still past its lease', () => {
  test.each(['pause', 'suspend'] as const)(
    '(%s, 3 s): another leads meanwhile, and it never says otherwise when it wakes up',
    async (stop) => {
      await simulated({ voters: 3, mayReport: ['EVENT_LOOP_BLOCKED'] }, async (cluster) => {
        const old = await cluster.lead('a');
        cluster.clockOf('a')[stop]();
        const next = await cluster.untilLeader({ withinMs: MIN + BEAT + ONE_WAY + ELECTION, among: ['b', 'c'] });
        await cluster.runStable(next, 3_000);
        cluster.clockOf('a').resume();
        // At the very instant, before its event loop has had a turn, the clock answers.
        expect(old.isLeader()).toBe(false);
        expect(old.fencingToken).toBeUndefined();
        await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
        expect(old.leader).toBe(next.id);
        await cluster.runStable(next, 3_000);
      })();
    },
  );

  test('for less than it, over and over: it leads on in its term', async () => {
    await simulated({ voters: 3, mayReport: ['EVENT_LOOP_BLOCKED'] }, async (cluster) => {
      const leader = await cluster.lead('a');
      const { term } = leader;
      for (let pause = 0; pause < 20; pause++) {
        cluster.clockOf('a').pause();
        await cluster.run(LEASE - BEAT - 2 * ONE_WAY - 1);
        cluster.clockOf('a').resume();
        await cluster.run(3 * BEAT);
      }
      expect(leader.fencingToken).toBe(term);
      expect(cluster.changes.at(-1)).toMatchObject({ kind: 'gained', id: 'a' });
    })();
  });

  test('a follower that was blocked for 600 ms lets its mail in before it calls an election: the term stays (DESIGN section 2)', async () => {
    await simulated({ voters: 3, mayReport: ['EVENT_LOOP_BLOCKED'] }, async (cluster) => {
      const leader = await cluster.lead('a');
      for (let block = 0; block < 20; block++) {
        cluster.clockOf('b').pause();
        await cluster.run(600);
        cluster.clockOf('b').resume();
        await cluster.run(BEAT);
        expect(cluster.node('b').state).toBe('FOLLOWER');
      }
      await cluster.runStable(leader, 1_000);
    })();
  });
});
