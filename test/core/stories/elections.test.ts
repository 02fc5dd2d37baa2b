// Stories of several nodes, told by what they say to each other. Every message takes a millisecond; who draws the
// least asks most often and waits the shortest: a, then b, then c. "[cut: x]" names whom no link leads to. What is told
// and what is left out: ../transcript.ts.
import { describe, expect, test } from 'vitest';
import { Cluster } from '../cluster.js';

const THREE = { a: {}, b: {}, c: {} };
const FIVE = { a: {}, b: { draw: 0.6 }, c: { draw: 0.64 }, d: { draw: 0.66 }, e: { draw: 0.68 } };

describe('cold start', () => {
  test('three nodes with old logs: all ask early, none votes before its wait is over, two campaign and one wins', () => {
    const cluster = new Cluster({ nodes: THREE }).startAll().runTo(1000);
    expect(cluster.leaders).toEqual(['a']);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "     0  -- a starts
           0  -- b starts
           0  -- c starts
         100  a -> b c: would you vote for me, term 2?
         100  a: FOLLOWER -> PRE_CANDIDATE, term 1 (electionTimeout)
         101  b -> a: I would: no, term 1, ask later
         101  c -> a: I would: no, term 1, ask later
         110  b -> a c: would you vote for me, term 2?
         110  b: FOLLOWER -> PRE_CANDIDATE, term 1 (electionTimeout)
         111  a -> b: I would: no, term 1, ask later
         111  c -> b: I would: no, term 1, ask later
         115  a -> b c: would you vote for me, term 2?
         116  b -> a: I would: no, term 1, ask later
         120  c -> a b: would you vote for me, term 2?
         120  c: FOLLOWER -> PRE_CANDIDATE, term 1 (electionTimeout)
         121  a -> c: I would: no, term 1, ask later
         121  b -> c: I would: no, term 1, ask later
         127  b -> a c: would you vote for me, term 2?
         128  c -> b: I would: no, term 1, ask later
         131  c -> a: I would: no, term 1, ask later
         138  c -> a b: would you vote for me, term 2?
         506  b -> a: I would: yes, term 2
         506  c -> a: I would: yes, term 2
         507  a -> b: I would: yes, term 2
         507  c -> b: I would: yes, term 2
         507  a -> b c: vote for me, term 2
         507  a: PRE_CANDIDATE -> CANDIDATE, term 2 (won)
         508  b -> a c: vote for me, term 2
         508  b: PRE_CANDIDATE -> CANDIDATE, term 2 (won)
         508  b -> a: vote: no, term 2
         508  c -> a: vote: yes, term 2
         508  c: PRE_CANDIDATE -> FOLLOWER, term 2 (newerTerm)
         509  a -> b: vote: no, term 2
         509  c -> b: vote: no, term 2
         509  a -> b c: I lead term 2
         510  b: CANDIDATE -> PRE_CANDIDATE, term 2 (lostElection)
         510  b -> a: heard, term 2
         510  b: PRE_CANDIDATE -> FOLLOWER, term 2 (heardLeader)
         510  c -> a: heard, term 2
         511  a: CANDIDATE -> LEADER, term 2 (won)"
    `);
  });

  test('five nodes with new logs wait electionTimeoutMax, and still elect at the first attempt', () => {
    const nodes = { a: {}, b: { draw: 0.5 }, c: { draw: 0.55 }, d: { draw: 0.57 }, e: { draw: 0.52 } };
    const cluster = new Cluster({ nodes, all: { isNew: true, term: 0 } }).startAll().runTo(990);
    cluster.transcript.take();
    cluster.runTo(1100);
    expect(cluster.leaders).toHaveLength(1);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1001  b -> a: I would: yes, term 1
        1001  c -> a: I would: yes, term 1
        1001  d -> a: I would: yes, term 1
        1001  e -> a: I would: yes, term 1
        1002  a -> b c d e: vote for me, term 1
        1002  a: PRE_CANDIDATE -> CANDIDATE, term 1 (won)
        1003  b -> a: vote: yes, term 1
        1003  b: PRE_CANDIDATE -> FOLLOWER, term 1 (newerTerm)
        1003  c -> a: vote: yes, term 1
        1003  c: PRE_CANDIDATE -> FOLLOWER, term 1 (newerTerm)
        1003  d -> a: vote: yes, term 1
        1003  d: PRE_CANDIDATE -> FOLLOWER, term 1 (newerTerm)
        1003  e -> a: vote: yes, term 1
        1003  e: PRE_CANDIDATE -> FOLLOWER, term 1 (newerTerm)
        1004  a -> b c d e: I lead term 1
        1005  b -> a: heard, term 1
        1005  c -> a: heard, term 1
        1005  d -> a: heard, term 1
        1005  e -> a: heard, term 1
        1006  a: CANDIDATE -> LEADER, term 1 (won)"
    `);
  });

  test('staggered: the second of three to start makes the quorum, the third finds a leader', () => {
    const cluster = new Cluster({ nodes: THREE }).start('a').runTo(2000);
    expect(cluster.leaders).toEqual([]);
    cluster.start('b').runTo(3000);
    expect(cluster.leaders).toHaveLength(1);
    cluster.transcript.take();
    cluster.start('c').runTo(4000);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  3000  -- c starts
        3003  c -> b: heard, term 2"
    `);
  });
});

describe('split vote', () => {
  test('four nodes, two candidates of one term with two votes each: both lose, ask again, and one wins the next', () => {
    let drawnByB = 0;
    const witness = { priority: 0 };
    const cluster = new Cluster({ nodes: { a: {}, b: { draw: () => drawnByB }, c: witness, d: witness } });
    cluster.delay('a', 'd', 3).delay('b', 'c', 3).startAll().runTo(505);
    cluster.transcript.take();
    // Both lose at 511. a draws no pause at all before it asks again, b a long one.
    cluster.runTo(510);
    drawnByB = 0.9;
    cluster.runTo(700);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['a']]);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "   506  b -> a: I would: yes, term 2
         506  c -> a: I would: yes, term 2
         506  a -> b: I would: yes, term 2
         506  d -> b: I would: yes, term 2
         507  a -> b c d: vote for me, term 2
         507  a: PRE_CANDIDATE -> CANDIDATE, term 2 (won)
         507  b -> a c d: vote for me, term 2
         507  b: PRE_CANDIDATE -> CANDIDATE, term 2 (won)
         508  d -> a: I would: yes, term 2
         508  c -> b: I would: yes, term 2
         508  b -> a: vote: no, term 2
         508  c -> a: vote: yes, term 2
         508  a -> b: vote: no, term 2
         508  d -> b: vote: yes, term 2
         510  d -> a: vote: no, term 2
         510  c -> b: vote: no, term 2
         511  a -> b c d: would you vote for me, term 3?
         511  a: CANDIDATE -> PRE_CANDIDATE, term 2 (lostElection)
         511  b: CANDIDATE -> PRE_CANDIDATE, term 2 (lostElection)
         512  b -> a: I would: yes, term 3
         512  c -> a: I would: yes, term 3
         513  a -> b c d: vote for me, term 3
         513  a: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
         514  d -> a: I would: yes, term 3
         514  b -> a: vote: yes, term 3
         514  b: PRE_CANDIDATE -> FOLLOWER, term 3 (newerTerm)
         514  c -> a: vote: yes, term 3
         515  a -> b c d: I lead term 3
         516  d -> a: vote: yes, term 3
         516  b -> a: heard, term 3
         516  c -> a: heard, term 3
         517  a: CANDIDATE -> LEADER, term 3 (won)
         518  d -> a: heard, term 3"
    `);
  });
});

describe('failover', () => {
  test('the leader dies: the heir asks at exactly electionTimeoutMin after it last heard it, and leads 6 ms later', () => {
    const cluster = new Cluster({ nodes: THREE }).startAll().runTo(1000);
    cluster.transcript.take();
    cluster.kill('a').runTo(2000);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- a is killed
        1410  b -> a c: would you vote for me, term 3?
        1410  b: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1411  c -> b: I would: yes, term 3
        1412  b -> a c: vote for me, term 3, and stand by me
        1412  b: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1413  c -> b: vote: yes, term 3
        1414  b -> a c: I lead term 3
        1414  b: CANDIDATE -> LEADER, term 3 (won)
        1415  c -> b: heard, term 3"
    `);
  });

  test('the heir is dead too: the others ask at random, a heartbeat interval later at the earliest', () => {
    const cluster = new Cluster({ nodes: FIVE }).startAll().runTo(1000);
    expect([cluster.leaders, cluster.elector('a').heir]).toEqual([['a'], 'b']);
    cluster.transcript.take();
    cluster.kill('a').kill('b').runTo(2000);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "  1000  -- a is killed
        1000  -- b is killed
        1830  c -> a b d e: would you vote for me, term 3?
        1830  c: FOLLOWER -> PRE_CANDIDATE, term 2 (electionTimeout)
        1831  d -> c: I would: yes, term 3
        1831  e -> c: I would: yes, term 3
        1832  c -> a b d e: vote for me, term 3
        1832  c: PRE_CANDIDATE -> CANDIDATE, term 3 (won)
        1833  d -> c: vote: yes, term 3
        1833  e -> c: vote: yes, term 3
        1834  c -> a b d e: I lead term 3
        1835  d -> c: heard, term 3
        1835  e -> c: heard, term 3
        1836  c: CANDIDATE -> LEADER, term 3 (won)"
    `);
  });

  test('rolling restart of three: always handed over first, leaderless for milliseconds each time', () => {
    const cluster = new Cluster({ nodes: THREE }).startAll().runTo(1000);
    cluster.transcript.take();
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      const nowMs = 1000 + index * 2000;
      cluster.command(id, { kind: 'stepDown' }).runTo(nowMs + 20);
      cluster
        .kill(id)
        .runTo(nowMs + 500)
        .start(id)
        .runTo(nowMs + 2000);
      expect(cluster.leaders).toHaveLength(1);
    }
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
        1004  c -> b: heard, term 3
        1020  -- a is killed
        1500  -- a starts
        3000  -- b is told: stepDown
        3000  b: LEADER -> FOLLOWER, term 3 (steppedDown)
        3000  b -> c: campaign now, term 3 is over
        3001  c -> a b: vote for me, term 4 (in the name of the leader), and stand by me
        3001  c: FOLLOWER -> CANDIDATE, term 4 (asked)
        3002  a -> c: vote: yes, term 4
        3002  b -> c: vote: yes, term 4
        3003  c -> a b: I lead term 4
        3003  c: CANDIDATE -> LEADER, term 4 (won)
        3004  a -> c: heard, term 4
        3004  b -> c: heard, term 4
        3020  -- b is killed
        3500  -- b starts
        5000  -- c is told: stepDown
        5000  c: LEADER -> FOLLOWER, term 4 (steppedDown)
        5000  c -> a: campaign now, term 4 is over
        5001  a -> b c: vote for me, term 5 (in the name of the leader), and stand by me
        5001  a: FOLLOWER -> CANDIDATE, term 5 (asked)
        5002  b -> a: vote: yes, term 5
        5002  c -> a: vote: yes, term 5
        5003  a -> b c: I lead term 5
        5003  a: CANDIDATE -> LEADER, term 5 (won)
        5004  b -> a: heard, term 5
        5004  c -> a: heard, term 5
        5020  -- c is killed
        5500  -- c starts"
    `);
  });
});

describe('stuck pre-vote (etcd 8243, 8501; openraft 1796)', () => {
  test('the only node that may lead is behind the term of its voters: it takes it over and asks again', () => {
    const witness = { term: 9, priority: 0 };
    const cluster = new Cluster({ nodes: { a: { term: 5 }, b: witness, c: witness } }).startAll().runTo(499);
    expect(cluster.elector('a').term).toBe(9);
    expect(cluster.transcript.take()).toMatchInlineSnapshot(`
      "     0  -- a starts
           0  -- b starts
           0  -- c starts
         100  a -> b c: would you vote for me, term 6?
         100  a: FOLLOWER -> PRE_CANDIDATE, term 5 (electionTimeout)
         101  b -> a: I would: no, term 9, ask later
         101  c -> a: I would: no, term 9, ask later
         117  a -> b c: would you vote for me, term 10?"
    `);
    cluster.runTo(600);
    expect(cluster.leaders).toEqual(['a']);
  });
});
