// Rule 10, told by several nodes: what it gains to be told that a process is gone, and what it cannot break when that is
// wrong. Every message takes a millisecond unless the story says otherwise.
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../../src/core/names.js';
import { Cluster } from '../cluster.js';
import type { MakeElector } from '../electors.js';
import { WithHintsForProof } from '../twins/without.js';
import { firstViolation } from '../world/world.js';

const gone = (id: string) => ({ kind: 'peerGone', id: parseNodeId(id) }) as const;

const THREE = ['a', 'b', 'c'];
const FIVE = ['a', 'b', 'c', 'd', 'e'];

interface Led {
  readonly cluster: Cluster;
  readonly leader: string;
  readonly heir: string;
  readonly others: readonly string[];
  readonly term: number;
}

/** All links take so long; one leads, and has had the time to name an heir. */
function led(ids: readonly string[], { delayMs = 1, make }: { delayMs?: number; make?: MakeElector } = {}): Led {
  const nodes = Object.fromEntries(ids.map((id, index) => [id, { draw: index / 5, ...(make && { make }) }]));
  const cluster = new Cluster({ nodes });
  for (const from of ids) for (const to of ids) cluster.delay(from, to, delayMs);
  cluster.startAll().runTo(4000);
  const [leader = ''] = cluster.leaders;
  const { heir = '', term } = cluster.elector(leader);
  cluster.transcript.take();
  return { cluster, leader, heir, others: ids.filter((id) => id !== leader && id !== heir), term };
}

/** How long nobody leads after `dead` have died at 4000; who lives is told once nothing that they sent is under way. */
function gapMs({ cluster, heir, others }: Led, dead: readonly string[], { told }: { readonly told: boolean }): number {
  for (const id of dead) cluster.kill(id);
  cluster.runTo(4200);
  const alive = [heir, ...others].filter((id) => !dead.includes(id));
  if (told) for (const id of alive) for (const other of dead) cluster.command(id, gone(other));
  for (let nowMs = 4201; nowMs < 8000; nowMs++) {
    if (cluster.runTo(nowMs).leaders.length > 0) return nowMs - 4000;
  }
  throw new Error('nobody leads again');
}

describe('a leader dies and its address refuses connections', () => {
  test.each([5, 20, 33])('the heir gains the way of one message: %d ms', (delayMs) => {
    const [one, other] = [led(THREE, { delayMs }), led(THREE, { delayMs })];
    const untold = gapMs(one, [one.leader], { told: false });
    expect(untold - gapMs(other, [other.leader], { told: true })).toBe(delayMs);
  });

  test('its question is answered at the first instant that stickiness allows', () => {
    const { cluster, leader, heir, others } = led(THREE, { delayMs: 20 });
    expect([leader, heir, others]).toEqual(['a', 'b', ['c']]);
    cluster.kill('a').runTo(4100).command('b', gone('a')).command('c', gone('a'));
    cluster.transcript.take();
    expect(cluster.runTo(4800).transcript.take()).toMatchInlineSnapshot(`
      "  4370  b -> a c: would you vote for me, term 4?
        4370  b: FOLLOWER -> PRE_CANDIDATE, term 3 (electionTimeout)
        4390  c -> b: I would: no, term 3, ask later
        4450  b -> a c: would you vote for me, term 4?
        4470  c -> b: I would: yes, term 4
        4490  b -> a c: vote for me, term 4, and stand by me
        4490  b: PRE_CANDIDATE -> CANDIDATE, term 4 (won)
        4508  b -> a c: vote for me, term 4, and stand by me
        4510  c -> b: vote: yes, term 4
        4530  b -> a c: I lead term 4
        4530  b: CANDIDATE -> LEADER, term 4 (won)
        4550  c -> b: heard, term 4"
    `);
  });

  test('where the heir has died with it, the others are spared most of their wait', () => {
    const [one, other] = [led(FIVE), led(FIVE)];
    const untold = gapMs(one, [one.leader, one.heir], { told: false });
    const told = gapMs(other, [other.leader, other.heir], { told: true });
    expect([untold, told]).toEqual([615, 435]);
  });

  test('who is told, and is not the heir, does not get in its way', () => {
    const { cluster, leader, heir, others, term } = led(THREE);
    cluster.kill(leader);
    for (const id of others) cluster.command(id, gone(leader));
    cluster.runTo(4700);
    expect([cluster.leaders, cluster.elector(heir).term]).toEqual([[heir], term + 1]);
  });
});

describe('a leader lives, and everybody is told without end that it is gone', () => {
  const lied = (cluster: Cluster, ids: readonly string[], untilMs: number) => {
    for (let nowMs = 4000; nowMs < untilMs; nowMs += 7) {
      for (const id of ids) for (const to of THREE) cluster.command(to, gone(id));
      cluster.runTo(nowMs);
    }
    return cluster;
  };

  test('nothing happens: nobody asks, no term passes, nobody else leads', () => {
    const { cluster, leader, term } = led(THREE);
    lied(cluster, THREE, 14_000);
    expect([cluster.leaders, cluster.overlaps, cluster.elector(leader).term]).toEqual([[leader], [], term]);
    expect(cluster.transcript.take()).not.toMatch(/vote|term \d+ \(/);
  });

  test('nor where the heir cannot hear it: it asks and is refused, and no term passes', () => {
    const { cluster, leader, heir, term } = led(THREE);
    lied(cluster.cutOneWay(leader, heir), THREE, 14_000);
    expect([cluster.leaders, cluster.overlaps, cluster.elector(heir).term]).toEqual([[leader], [], term]);
    expect(cluster.transcript.take()).toMatch(/would you vote for me/);
  });

  test('and such an heir asks hardly more often than without that', () => {
    const asked = (ids: readonly string[]) => {
      const { cluster, leader, heir } = led(THREE);
      const before = cluster.sentBy(heir);
      return lied(cluster.cutOneWay(leader, heir), ids, 6_000).sentBy(heir) - before;
    };
    const untold = asked([]);
    expect(untold).toBeGreaterThan(50);
    expect(asked(THREE) - untold).toBeLessThanOrEqual(8);
  });
});

describe('the twin: who takes the hint for proof', () => {
  const credulous: MakeElector = (start) => new WithHintsForProof(start);

  function cutOffLeader(make?: MakeElector): Cluster {
    const { cluster, leader, heir, others } = led(THREE, { ...(make && { make }) });
    cluster.isolate(leader);
    for (const id of [heir, ...others]) cluster.command(id, gone(leader));
    return cluster.runTo(5_000);
  }

  test('elects a second leader within the lease of the first', () => {
    expect(cutOffLeader(credulous).overlaps).not.toEqual([]);
  });

  test('and who does not take it does not', () => {
    const cluster = cutOffLeader();
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['b']]);
  });

  test('a world of such voters breaks within 10 seeds, one of real ones does not', () => {
    expect(firstViolation(10, { makeElector: credulous }, 101)?.violation).toMatch(/^one leader at any instant/);
    expect(firstViolation(10, {}, 101)).toBeUndefined();
  });
});
