// Stories of links that are cut (rules 6, 7, 8, 11; Omni-Paxos's and Cloudflare's scenarios), told as in
// elections.test.ts.
import { describe, expect, test } from 'vitest';
import { Cluster, type NodeOptions } from '../cluster.js';

const THREE = { a: {}, b: {}, c: {} };
const FIVE = { a: {}, b: { draw: 0.6 }, c: { draw: 0.64 }, d: { draw: 0.66 }, e: { draw: 0.68 } };

/** a leads term 2 at 1000, and b is its heir. */
function ledByA(nodes: Readonly<Record<string, NodeOptions>> = THREE): Cluster {
  const cluster = new Cluster({ nodes }).startAll().runTo(1000);
  expect([cluster.leaders, cluster.elector('a').heir]).toEqual([['a'], 'b']);
  cluster.transcript.take();
  return cluster;
}

describe('a leader that is cut off', () => {
  test('in both directions: it stops by its lease before the heir may ask, and follows when it is back', () => {
    const cluster = ledByA().isolate('a').runTo(2500).heal().runTo(3000);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['b']]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- a is cut off
        1009  a -> b c: I lead term 2 [cut: b c]
        1361  a: LEADER -> FOLLOWER, term 2 (leaseExpired)
        1410  b -> a c: would you vote for me, term 3? [cut: a]
        1410  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1411  c -> b: I would: yes, term 3
        1412  b -> a c: vote for me, term 3, and stand by me [cut: a]
        1412  b: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1413  c -> b: vote: yes, term 3
        1414  b -> a c: I lead term 3 [cut: a]
        1414  b: CANDIDATE -> LEADER, term 3 (won)
        1415  c -> b: heard, term 3
        1961  a -> b c: would you vote for me, term 3? [cut: b c]
        1961  a: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1976  a -> b c: would you vote for me, term 3? [cut: b c]
        2500  -- all links heal
        2501  a -> b c: would you vote for me, term 3?
        2502  b -> a: I would: no, term 3
        2502  c -> a: I would: no, term 3, ask later
        2514  b -> a c: I lead term 3
        2515  a -> b: heard, term 3
        2515  a: PRE_CANDIDATE -> FOLLOWER, term 3 (heardLeader)"
    `);
  });

  test('that is heard but hears nothing: it stops, though everyone stands by it', () => {
    const cluster = ledByA().cutOneWay('b', 'a').cutOneWay('c', 'a').runTo(2500);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['b']]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- link b -> a is cut
        1000  -- link c -> a is cut
        1010  b -> a: heard, term 2 [cut: a]
        1010  c -> a: heard, term 2 [cut: a]
        1361  a: LEADER -> FOLLOWER, term 2 (leaseExpired)
        1810  b -> a c: would you vote for me, term 3? [cut: a]
        1810  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1811  c -> b: I would: yes, term 3
        1812  b -> a c: vote for me, term 3, and stand by me [cut: a]
        1812  b: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1813  c -> b: vote: yes, term 3
        1814  b -> a c: I lead term 3 [cut: a]
        1814  b: CANDIDATE -> LEADER, term 3 (won)
        1815  c -> b: heard, term 3
        1961  a -> b c: would you vote for me, term 3?
        1961  a: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1962  b -> a: I would: no, term 3 [cut: a]
        1962  c -> a: I would: no, term 3, ask later [cut: a]
        1976  a -> b c: would you vote for me, term 3?"
    `);
  });

  test('that hears but is not heard: it hears the next one asking, and stops by its lease all the same', () => {
    const cluster = ledByA().cutOneWay('a', 'b').cutOneWay('a', 'c').runTo(2500);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['b']]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- link a -> b is cut
        1000  -- link a -> c is cut
        1009  a -> b c: I lead term 2 [cut: b c]
        1361  a: LEADER -> FOLLOWER, term 2 (leaseExpired)
        1410  b -> a c: would you vote for me, term 3?
        1410  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1411  a -> b: I would: yes, term 3 [cut: b]
        1411  c -> b: I would: yes, term 3
        1412  b -> a c: vote for me, term 3, and stand by me
        1412  b: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1413  a -> b: vote: yes, term 3 [cut: b]
        1413  c -> b: vote: yes, term 3
        1414  b -> a c: I lead term 3
        1414  b: CANDIDATE -> LEADER, term 3 (won)
        1415  a -> b: heard, term 3 [cut: b]
        1415  c -> b: heard, term 3"
    `);
  });

  test('from one follower only, each direction alone: it leads on', () => {
    for (const [from, to] of [
      ['a', 'c'],
      ['c', 'a'],
    ] as const) {
      const cluster = ledByA().cutOneWay(from, to).runTo(10_000);
      expect([cluster.overlaps, cluster.leaders, cluster.elector('a').term]).toEqual([[], ['a'], 2]);
    }
  });
});

describe('a follower that is cut off', () => {
  test('asks in vain, raises no term, and dethrones nobody when it is back', () => {
    const cluster = ledByA().isolate('c').runTo(20_000).heal().runTo(21_000);
    expect([cluster.leaders, cluster.elector('c').term]).toEqual([['a'], 2]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- c is cut off
        1009  a -> b c: I lead term 2 [cut: c]
        1610  c -> a b: would you vote for me, term 3? [cut: a b]
        1610  c: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1628  c -> a b: would you vote for me, term 3? [cut: a b]
       20000  -- all links heal
       20006  c -> a b: would you vote for me, term 3?
       20007  a -> c: I would: no, term 2
       20007  b -> c: I would: no, term 2, ask later
       20010  c: PRE_CANDIDATE -> FOLLOWER, term 2 (heardLeader)"
    `);
  });
});

describe('partial connectivity', () => {
  test('periphery: two of five cannot hear each other, the leader reaches all: nothing changes', () => {
    const cluster = ledByA(FIVE).cut('d', 'e').runTo(10_000);
    expect([cluster.leaders, cluster.elector('a').term, cluster.transcript.take()]).toEqual([
      ['a'],
      2,
      '  1000  -- link d - e is cut',
    ]);
  });

  test('chain: the leader and one follower cannot hear each other, the third hears both: nothing changes', () => {
    const cluster = ledByA().cut('a', 'c').runTo(10_000);
    expect([cluster.overlaps, cluster.leaders, cluster.elector('a').term]).toEqual([[], ['a'], 2]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- link a - c is cut
        1009  a -> b c: I lead term 2 [cut: c]
        1610  c -> a b: would you vote for me, term 3? [cut: a]
        1610  c: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1611  b -> c: I would: no, term 2, ask later
        1628  c -> a b: would you vote for me, term 3? [cut: a]"
    `);
  });

  test('quorum loss: everyone can reach only c, the leader has lost its quorum: c takes over', () => {
    const cluster = ledByA(FIVE);
    for (const [one, other] of ['ab', 'ad', 'ae', 'bd', 'be', 'de']) cluster.cut(one ?? '', other ?? '');
    cluster.transcript.take();
    cluster.runTo(10_000);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['c']]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1009  a -> b c d e: I lead term 2 [cut: b d e]
        1361  a: LEADER -> FOLLOWER, term 2 (leaseExpired)
        1410  b -> a c d e: would you vote for me, term 3? [cut: a d e]
        1410  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1411  c -> b: I would: no, term 2, ask later
        1434  b -> a c d e: would you vote for me, term 3? [cut: a d e]
        1810  c -> a b d e: would you vote for me, term 3?
        1810  c: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1810  c -> b: I would: yes, term 3
        1811  a -> c: I would: yes, term 3
        1811  b -> c: I would: yes, term 3
        1811  d -> c: I would: yes, term 3
        1811  e -> c: I would: yes, term 3
        1812  c -> a b d e: vote for me, term 3, and stand by me
        1812  c: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1813  a -> c: vote: yes, term 3
        1813  b -> c: vote: yes, term 3
        1813  b: PRE_CANDIDATE -> FOLLOWER, term 3 (newerTerm)
        1813  d -> c: vote: yes, term 3
        1813  e -> c: vote: yes, term 3
        1814  c -> a b d e: I lead term 3
        1814  c: CANDIDATE -> LEADER, term 3 (won)
        1815  a -> c: heard, term 3
        1815  b -> c: heard, term 3
        1815  d -> c: heard, term 3
        1815  e -> c: heard, term 3"
    `);
  });

  test('even halves: two against two and no majority anywhere: nobody leads until they are one again', () => {
    const cluster = new Cluster({ nodes: { a: {}, b: {}, c: {}, d: {} } }).startAll().runTo(1000);
    for (const [one, other] of ['ac', 'ad', 'bc', 'bd']) cluster.cut(one ?? '', other ?? '');
    expect(cluster.runTo(10_000).leaders).toEqual([]);
    const terms = ['a', 'b', 'c', 'd'].map((id) => cluster.elector(id).term);
    expect(terms).toEqual([2, 2, 2, 2]);
    expect(cluster.heal().runTo(10_200).leaders).toHaveLength(1);
    expect(cluster.overlaps).toEqual([]);
  });

  test('down to one and back: the last of three stops leading, and the cluster leads again with two', () => {
    const cluster = ledByA().kill('b').runTo(2000);
    expect(cluster.leaders).toEqual(['a']);
    expect(cluster.kill('c').runTo(3000).leaders).toEqual([]);
    expect(cluster.start('b').runTo(4000).leaders).toHaveLength(1);
    expect(cluster.start('c').runTo(5000).leaders).toHaveLength(1);
    expect(cluster.overlaps).toEqual([]);
  });
});
