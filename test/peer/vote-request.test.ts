/** Who gets a follower's, a candidate's and a leader's vote: the claims of nats-io/graft's vote request tests. */
import { describe, expect, test } from 'vitest';
import { quorumSize } from '../../src/core/quorum.js';
import { LoneNode, OTHER, PEER } from './lone-node.js';

test.each([
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [9, 5],
  [12, 7],
])('a cluster of %i has a quorum of %i', (voters, quorum) => {
  expect(quorumSize(voters)).toBe(quorum);
});

test('a cluster of none is refused, where graft gives it a quorum of none', async () => {
  await expect(LoneNode.start({ cluster: { name: 'lone', size: 0 } })).rejects.toMatchObject({
    code: 'INVALID_CLUSTER',
  });
  await expect(LoneNode.start({ cluster: { name: 'lone', voters: [] } })).rejects.toMatchObject({
    code: 'INVALID_CLUSTER',
  });
});

describe('a vote request to a follower', () => {
  test('of an old term is refused with the own term; of a newer term it gets the vote, durable before it is seen', async () => {
    const lone = await LoneNode.start({ logged: { term: 7 } });
    await lone.followedSilentLeader(8);
    expect(await lone.asksForVote(1)).toMatchObject({ granted: false, term: 8 });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', term: 8, vote: undefined });
    expect(lone.durable).toEqual({ term: 8, vote: undefined });

    let durableWhenSeen: unknown;
    lone.network.tap((event) => {
      if (event.kind === 'sent' && event.to === PEER) durableWhenSeen = lone.durable;
    });
    expect(await lone.asksForVote(9)).toMatchObject({ granted: true, term: 9 });
    expect(durableWhenSeen).toEqual({ term: 9, vote: PEER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: undefined, term: 9, vote: PEER });
    expect(lone.durable).toEqual(lone.shown);
  });

  test('whose application is ahead of the asker is refused; an asker that is further gets the vote in the same term', async () => {
    const position = (index: number): Uint8Array => Uint8Array.of(0, 0, 0, index);
    const lone = await LoneNode.start({
      logged: { term: 1 },
      handler: { currentState: () => position(8), grantVote: (theirs) => (theirs[3] ?? 0) >= 8 },
    });
    await lone.followedSilentLeader(1);
    expect(await lone.asksForVote(2, { position: position(1) })).toMatchObject({ granted: false, term: 2 });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', term: 2, vote: undefined });
    expect(lone.durable).toEqual({ term: 2, vote: undefined });
    expect(await lone.asksForVote(2, { position: position(9) })).toMatchObject({ granted: true, term: 2 });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', term: 2, vote: PEER });
    expect(lone.durable).toEqual(lone.shown);
  });

  test('whose vote cannot be saved is not answered, which is reported; asked again with a disk that works, it votes', async () => {
    const lone = await LoneNode.start({ logged: { term: 1 } });
    await lone.followedSilentLeader(1);
    lone.disk.faults = { latencyMs: 0, failure: 1 };
    expect(await lone.asksForVote(2)).toBeUndefined();
    expect(lone.errors).toMatchObject([{ code: 'LOG_WRITE_FAILED' }]);
    lone.disk.faults = { latencyMs: 0, failure: 0 };
    expect(await lone.asksForVote(2)).toMatchObject({ granted: true, term: 2 });
    expect(lone.durable).toEqual({ term: 2, vote: PEER });
  });
});

test('a vote request to a candidate: of an old term or its own refused, of a newer term it gets the vote', async () => {
  const lone = await LoneNode.start({ logged: { term: 8 }, preVote: false });
  await lone.clock.advanceUntil(() => lone.node.state === 'CANDIDATE', 1_001);
  const own = { term: 9, vote: lone.node.id };
  expect(lone.durable).toEqual(own);

  for (const term of [1, 9]) {
    expect(await lone.asksForVote(term)).toMatchObject({ granted: false, term: 9 });
    expect(lone.node).toMatchObject({ state: 'CANDIDATE', leader: undefined, ...own });
    expect(lone.durable).toEqual(own);
  }

  expect(await lone.asksForVote(10)).toMatchObject({ granted: true, term: 10 });
  expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: undefined, term: 10, vote: PEER });
  expect(lone.durable).toEqual(lone.shown);
});

describe('a vote request to a leader', () => {
  test('is refused whatever its term while the lease holds, and the term not taken over, where graft is dethroned', async () => {
    const lone = await LoneNode.start({ logged: { term: 8 } });
    await lone.elect();
    for (const term of [1, 9, 10]) {
      expect(await lone.asksForVote(term)).toMatchObject({ granted: false, term: 9 });
      expect(lone.node).toMatchObject({ state: 'LEADER', leader: lone.node.id, term: 9 });
      expect(lone.durable).toEqual({ term: 9, vote: lone.node.id });
    }
  });

  test('gets the vote once nobody answers it any more and its lease is over', async () => {
    const lone = await LoneNode.start({ logged: { term: 8 } });
    await lone.elect();
    lone.peerAgrees = false;
    await lone.clock.advance(453);
    expect(lone.node.isLeader()).toBe(false);
    expect(await lone.asksForVote(10)).toMatchObject({ granted: true, term: 10 });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: undefined, term: 10, vote: PEER });
    expect(lone.durable).toEqual(lone.shown);
  });

  test('of a cluster of one, with a failing disk, from a voter that is none of it: neither heard nor written, it leads on', async () => {
    const lone = await LoneNode.start({ cluster: { name: 'lone', voters: ['n'] } });
    await lone.clock.advanceUntil(() => lone.node.isLeader(), 1_500);
    lone.disk.faults = { latencyMs: 0, failure: 1 };
    expect(await lone.asksForVote(2, { candidate: OTHER })).toBeUndefined();
    expect(lone.node.isLeader()).toBe(true);
    expect(lone.errors).toMatchObject([{ code: 'UNLISTED_VOTER' }]);
  });
});
