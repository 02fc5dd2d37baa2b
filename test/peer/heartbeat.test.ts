/** What a heartbeat does to a follower, a candidate and a leader: the claims of nats-io/graft's heartbeat tests. */
import { describe, expect, test } from 'vitest';
import { LoneNode, OTHER, PEER } from './lone-node.js';

describe('a heartbeat to a follower', () => {
  test('names the leader, is followed only upwards in terms, and each term is durable', async () => {
    const lone = await LoneNode.start();
    expect(lone.node.state).toBe('FOLLOWER');
    expect(lone.node.leader).toBeUndefined();

    await lone.hearsHeartbeat({ term: 2, leader: PEER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: PEER, term: 2, vote: undefined });
    expect(lone.durable).toEqual({ term: 2, vote: undefined });

    await lone.hearsHeartbeat({ term: 1, leader: OTHER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: PEER, term: 2 });
    expect(lone.durable).toEqual({ term: 2, vote: undefined });

    await lone.hearsHeartbeat({ term: 10, leader: OTHER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: OTHER, term: 10 });
    expect(lone.durable).toEqual({ term: 10, vote: undefined });
    expect(lone.errors).toEqual([]);
  });
});

describe('a heartbeat to a candidate', () => {
  async function candidate(): Promise<LoneNode> {
    const lone = await LoneNode.start({ logged: { term: 8 }, preVote: false });
    await lone.clock.advanceUntil(() => lone.node.state === 'CANDIDATE', 1_001);
    expect(lone.shown).toEqual({ term: 9, vote: lone.node.id });
    expect(lone.durable).toEqual(lone.shown);
    return lone;
  }

  test('of an old term changes nothing, and tells the old leader of the new term', async () => {
    const lone = await candidate();
    await lone.hearsHeartbeat({ term: 2, leader: PEER });
    expect(lone.node).toMatchObject({ state: 'CANDIDATE', leader: undefined, term: 9, vote: lone.node.id });
    expect(lone.said.at(-1)).toMatchObject({ kind: 'heartbeatResponse', term: 9 });
  });

  test('of a newer term makes it a follower without a vote in that term', async () => {
    const lone = await candidate();
    await lone.hearsHeartbeat({ term: 10, leader: PEER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: PEER, term: 10, vote: undefined });
    expect(lone.durable).toEqual({ term: 10, vote: undefined });
  });

  test('of its own term makes it a follower that keeps its vote, where graft forgets it and may vote again', async () => {
    const lone = await candidate();
    await lone.hearsHeartbeat({ term: 9, leader: PEER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: PEER, term: 9, vote: lone.node.id });
    await lone.clock.advance(501);
    expect(await lone.asksForVote(9, { candidate: PEER })).toMatchObject({ granted: false });
  });
});

describe('a heartbeat to a leader', () => {
  test('of an old term changes nothing; of a newer term makes it a follower without a vote in that term', async () => {
    const lone = await LoneNode.start({ logged: { term: 8 } });
    await lone.elect();
    expect(lone.node).toMatchObject({ state: 'LEADER', leader: lone.node.id, term: 9 });
    expect(lone.durable).toEqual({ term: 9, vote: lone.node.id });

    await lone.hearsHeartbeat({ term: 2, leader: OTHER });
    expect(lone.node).toMatchObject({ state: 'LEADER', leader: lone.node.id, term: 9 });
    expect(lone.durable).toEqual({ term: 9, vote: lone.node.id });

    await lone.hearsHeartbeat({ term: 20, leader: OTHER });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: OTHER, term: 20, vote: undefined });
    expect(lone.durable).toEqual({ term: 20, vote: undefined });
  });

  test('of a newer term that cannot be saved: it steps down at once, reports, answers nothing, and follows once the disk works', async () => {
    const lone = await LoneNode.start({ logged: { term: 8 } });
    await lone.elect();
    lone.disk.faults = { latencyMs: 0, failure: 1 };
    lone.peerAgrees = false;
    const saidBefore = lone.said.length;

    await lone.hearsHeartbeat({ term: 20, leader: PEER, round: 1 });
    expect(lone.node).toMatchObject({ state: 'FOLLOWER', leader: PEER });
    expect(lone.changes.at(-1)).toMatchObject({ from: 'LEADER', to: 'FOLLOWER', term: 9 });
    expect(lone.errors).toMatchObject([{ code: 'LOG_WRITE_FAILED' }]);
    expect(lone.said.slice(saidBefore)).toEqual([]);

    lone.disk.faults = { latencyMs: 0, failure: 0 };
    await lone.hearsHeartbeat({ term: 20, leader: PEER, round: 2 });
    expect(lone.durable).toEqual({ term: 20, vote: undefined });
    expect(lone.said.at(-1)).toMatchObject({ kind: 'heartbeatResponse', term: 20, round: 2 });
  });
});
