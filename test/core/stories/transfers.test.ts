// Stories of leadership handed over (rule 9), told as in elections.test.ts.
import { describe, expect, test } from 'vitest';
import { Cluster } from '../cluster.js';

/** a leads term 2 at 1000, and b is its heir. */
function ledByA(): Cluster {
  const cluster = new Cluster({ nodes: { a: {}, b: {}, c: {} } }).startAll().runTo(1000);
  expect([cluster.leaders, cluster.elector('a').heir]).toEqual([['a'], 'b']);
  cluster.transcript.take();
  return cluster;
}

describe('leadership transfer', () => {
  test('the lease is dropped, the heir campaigns at once and leads 5 ms later', () => {
    const cluster = ledByA().command('a', { kind: 'stepDown' }).runTo(1500);
    expect(cluster.overlaps).toEqual([]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- a is told: stepDown
        1000  a: LEADER -> FOLLOWER, term 2 (steppedDown)
        1000  a -> b: campaign now, term 2 is over
        1001  b -> a c: vote for me, term 3 (in the name of the leader), and stand by me
        1001  b: FOLLOWER -> CANDIDATE, term 3 (asked)
        1002  a -> b: vote: yes, term 3
        1002  c -> b: vote: yes, term 3
        1003  b -> a c: I lead term 3
        1003  b: CANDIDATE -> LEADER, term 3 (won)
        1004  a -> b: heard, term 3
        1004  c -> b: heard, term 3"
    `);
  });

  test('TimeoutNow is lost: it is repeated', () => {
    const cluster = ledByA().cutOneWay('a', 'b').command('a', { kind: 'stepDown' }).runTo(1020);
    cluster.heal().runTo(1500);
    expect(cluster.leaders).toEqual(['b']);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- link a -> b is cut
        1000  -- a is told: stepDown
        1000  a: LEADER -> FOLLOWER, term 2 (steppedDown)
        1000  a -> b: campaign now, term 2 is over [cut: b]
        1020  -- all links heal
        1030  a -> b: campaign now, term 2 is over
        1031  b -> a c: vote for me, term 3 (in the name of the leader), and stand by me
        1031  b: FOLLOWER -> CANDIDATE, term 3 (asked)
        1032  a -> b: vote: yes, term 3
        1032  c -> b: vote: yes, term 3
        1033  b -> a c: I lead term 3
        1033  b: CANDIDATE -> LEADER, term 3 (won)
        1034  a -> b: heard, term 3
        1034  c -> b: heard, term 3"
    `);
  });

  test('the heir has died: the next one is asked after four attempts', () => {
    const cluster = ledByA().kill('b').command('a', { kind: 'stepDown' }).runTo(1500);
    expect(cluster.leaders).toEqual(['c']);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- b is killed
        1000  -- a is told: stepDown
        1000  a: LEADER -> FOLLOWER, term 2 (steppedDown)
        1000  a -> b: campaign now, term 2 is over
        1060  a -> c: campaign now, term 2 is over
        1061  c -> a b: vote for me, term 3 (in the name of the leader), and stand by me
        1061  c: FOLLOWER -> CANDIDATE, term 3 (asked)
        1062  a -> c: vote: yes, term 3
        1063  c -> a b: I lead term 3
        1063  c: CANDIDATE -> LEADER, term 3 (won)
        1064  a -> c: heard, term 3"
    `);
  });

  test('nobody hears of it: an election follows as though the leader had died, and it stands back until then', () => {
    const cluster = ledByA().isolate('a').command('a', { kind: 'stepDown' }).runTo(1600).heal().runTo(2000);
    expect(cluster.overlaps).toEqual([]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- a is cut off
        1000  -- a is told: stepDown
        1000  a: LEADER -> FOLLOWER, term 2 (steppedDown)
        1000  a -> b: campaign now, term 2 is over [cut: b]
        1060  a -> c: campaign now, term 2 is over [cut: c]
        1410  b -> a c: would you vote for me, term 3? [cut: a]
        1410  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1411  c -> b: I would: yes, term 3
        1412  b -> a c: vote for me, term 3, and stand by me [cut: a]
        1412  b: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1413  c -> b: vote: yes, term 3
        1414  b -> a c: I lead term 3 [cut: a]
        1414  b: CANDIDATE -> LEADER, term 3 (won)
        1415  c -> b: heard, term 3
        1600  -- all links heal
        1614  b -> a c: I lead term 3
        1615  a -> b: heard, term 3"
    `);
  });
});
