/** A node's life and its elections: the claims of nats-io/graft's node tests. */
import { describe, expect, test } from 'vitest';
import type { NodeOptions, RpcDriver } from '../../src/index.js';
import { MemoryLog, Node } from '../../src/index.js';
import { MemoryNetwork, MockRpcDriver } from '../../src/testing/index.js';
import { BEAT, ELECTION, MAX, MIN, ONE_WAY } from '../simulation/cluster.js';
import { simulated } from '../simulation/simulated.js';
import { LoneNode, OTHER } from './lone-node.js';

describe('a new node', () => {
  const cluster = { name: 'foo', size: 3 };
  const rpc = (): RpcDriver => new MockRpcDriver(new MemoryNetwork());

  test.each<[what: string, wrong: object, code: string]>([
    ['an empty cluster name', { cluster: { name: '', size: 5 } }, 'INVALID_CLUSTER'],
    ['a cluster of size 0', { cluster: { name: 'foo', size: 0 } }, 'INVALID_CLUSTER'],
    ['no handler', { handler: undefined }, 'MISSING_HANDLER'],
    ['no driver', { rpc: undefined }, 'MISSING_DRIVER'],
    ['no log', { log: undefined }, 'MISSING_LOG'],
    ['an empty log path', { log: '' }, 'MISSING_LOG'],
  ])('with %s does not start', async (_what, wrong, code) => {
    const options: NodeOptions = { cluster, rpc: rpc(), handler: {}, log: new MemoryLog(), ...wrong };
    await expect(Node.start(options)).rejects.toMatchObject({ code });
  });

  test('whose driver cannot start does not start, and lets go of the log', async () => {
    const log = new MemoryLog();
    const broken: RpcDriver = {
      init: () => Promise.reject(new Error('no network')),
      broadcast: () => undefined,
      send: () => undefined,
      close: () => Promise.resolve(),
    };
    await expect(Node.start({ cluster, rpc: broken, handler: {}, log })).rejects.toThrow('no network');
    await expect(log.open()).resolves.toMatchObject({ term: 0 });
  });

  test('is a follower of nobody, in term 0', async () => {
    const { node } = await LoneNode.start();
    expect(node).toMatchObject({ state: 'FOLLOWER', leader: undefined, term: 0, vote: undefined });
  });
});

test('a closed node says so, has let go of its driver and left no timer', async () => {
  const lone = await LoneNode.start();
  await lone.clock.advance(300);
  await lone.node.close();
  expect(lone.node.state).toBe('CLOSED');
  expect(lone.node.isLeader()).toBe(false);
  await lone.clock.advance(2);
  const dropped: string[] = [];
  lone.network.tap((event) => event.kind === 'dropped' && dropped.push(event.reason));
  await lone.hearsHeartbeat({ term: 5, leader: OTHER });
  expect(dropped).toEqual(['noReceiver']);
  expect(lone.clock.pendingTimers).toBe(0);
});

test('500 followers of a silent leader, each a seed: each waits from electionTimeoutMin to electionTimeoutMax after the turn of the heir', async () => {
  const waits: number[] = [];
  for (let seed = 1; seed <= 500; seed++) {
    const lone = await LoneNode.start({ seed });
    await lone.hearsHeartbeat({ term: 1, leader: OTHER });
    const heardMs = lone.clock.nowMs() - 2;
    // The heir, which it is not, has one heartbeat interval to itself (rule 10).
    await lone.clock.advanceUntil(() => lone.node.state === 'PRE_CANDIDATE', 2_000);
    waits.push(lone.clock.nowMs() - heardMs - BEAT);
  }
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(MIN);
  expect(Math.max(...waits)).toBeLessThan(MAX + 1);
  // They are random: both ends of the range are reached.
  expect(Math.min(...waits)).toBeLessThan(MIN + 20);
  expect(Math.max(...waits)).toBeGreaterThan(MAX - 20);
});

describe('one of three that nobody answers', () => {
  test('asks for pre-votes within two heartbeats, and never raises its term', async () => {
    const lone = await LoneNode.start();
    await lone.clock.advanceUntil(() => lone.node.state === 'PRE_CANDIDATE', 2 * BEAT);
    await lone.clock.advance(60_000);
    expect(lone.node).toMatchObject({ state: 'PRE_CANDIDATE', term: 0 });
  });

  test('with preVote: false is a candidate within electionTimeoutMax, as in graft, and raises its term for ever', async () => {
    const lone = await LoneNode.start({ preVote: false });
    await lone.clock.advanceUntil(() => lone.node.state === 'CANDIDATE', MAX);
    await lone.clock.advance(60_000);
    expect(lone.node.term).toBeGreaterThan(50);
  });
});

test('a cluster of one leads by electionTimeoutMax, which a new log waits', async () => {
  const lone = await LoneNode.start({ cluster: { name: 'lone', voters: ['n'] } });
  await lone.clock.advanceUntil(() => lone.node.state === 'LEADER', MAX);
  expect(lone.node).toMatchObject({ leader: 'n', term: 1, vote: 'n' });
});

test('simple election: five nodes, one leader and four followers', async () => {
  await simulated({ voters: 5 }, async (cluster) => {
    await cluster.untilAgreed({ withinMs: MAX + BEAT });
    expect(cluster.nodes.map(({ state }) => state).sort()).toEqual([...Array(4).fill('FOLLOWER'), 'LEADER']);
  })();
});

test('staggered start: three nodes, each electionTimeoutMax after the one before: one leader and two followers', async () => {
  await simulated({ voters: 3, started: [] }, async (cluster) => {
    for (const id of ['a', 'b', 'c']) {
      await cluster.restart(id);
      await cluster.run(MAX);
    }
    await cluster.untilAgreed({ withinMs: BEAT });
    expect(cluster.nodes.map(({ state }) => state).sort()).toEqual(['FOLLOWER', 'FOLLOWER', 'LEADER']);
  })();
});

test('down to one and back: closed one by one, three nodes become one that cannot lead, and with the others back terms match', async () => {
  await simulated({ voters: 3 }, async (cluster) => {
    const first = await cluster.untilAgreed({ withinMs: 2 * MAX });
    await cluster.run(3 * BEAT);
    await cluster.close(first.id);
    await cluster.untilAgreed({ withinMs: MIN + BEAT });
    await cluster.restart(first.id);
    const second = await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
    await cluster.run(MIN);
    const closed: string[] = [];
    for (const leader of [second.id, undefined]) {
      const id = leader ?? String(cluster.leaders()[0]?.id);
      closed.push(id);
      await cluster.close(id);
      if (leader !== undefined) await cluster.untilAgreed({ withinMs: MIN + BEAT });
    }
    const [survivor] = cluster.nodes;
    // It was handed leadership by the last to close, which voted for it: that lasts for one lease.
    await cluster.run(BEAT);
    await cluster.until(() => survivor?.isLeader() === false, MIN);
    await cluster.runLeaderless(3 * MAX);
    expect(survivor?.state).toBe('PRE_CANDIDATE');
    for (const id of closed) await cluster.restart(id);
    const leader = await cluster.untilAgreed({ withinMs: MAX + BEAT });
    expect(leader.term).toBe(survivor?.term);
  })();
});

test('re-election: of five nodes the leader closes, and one of the four leads within five messages', async () => {
  await simulated({ voters: 5 }, async (cluster) => {
    const leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
    await cluster.run(3 * BEAT);
    await cluster.close(leader.id);
    await cluster.untilAgreed({ withinMs: ELECTION });
    expect(cluster.nodes.map(({ state }) => state).sort()).toEqual(['FOLLOWER', 'FOLLOWER', 'FOLLOWER', 'LEADER']);
  })();
});

test('network split: leader and one follower of five are cut off: one leader on the side of three, and none beside it, where graft has two', async () => {
  await simulated({ voters: 5 }, async (cluster) => {
    const old = await cluster.lead('a');
    cluster.split(['a', 'b'], ['c', 'd', 'e']);
    const next = await cluster.untilAgreed({ among: ['c', 'd', 'e'], withinMs: 2 * MAX + 3 * BEAT });
    expect(cluster.leaders()).toEqual([next]);
    expect(old.state).not.toBe('LEADER');
    cluster.heal();
    await cluster.untilAgreed({ withinMs: BEAT + ONE_WAY });
    expect(cluster.nodes.filter(({ state }) => state === 'FOLLOWER')).toHaveLength(4);
  })();
});
