/** docs/observability.md: what is published on node:diagnostics_channel, and that it costs nothing while nobody listens. */
import { describe, expect, test, vi } from 'vitest';
import { Elector } from '../../src/core/elector.js';
import { LEASE_MS } from '../core/electors.js';
import { on, published } from './channels.js';
import { FaultyLog } from './faulty-log.js';
import { Sim } from './sim.js';

const heard = { kind: 'heartbeat', term: 50, round: 1, heir: undefined } as const;

describe('the election of a leader of three is published', () => {
  test('as an election that was started and won, once, and as the states that led there', async () => {
    const all = published();
    const sim = new Sim();
    const { leader } = await sim.elect();
    const { id, cluster, incarnation, term } = leader.node.status();
    const origin = { id, cluster, incarnation };
    const channel = 'graft-election:election';
    expect(on(channel, all)).toEqual([
      { channel, ...origin, outcome: 'started', term, transfer: false },
      { channel, ...origin, outcome: 'won', term },
    ]);
    const changes = on('graft-election:state-change', all).filter((each) => each.id === id);
    expect(changes).toEqual(
      leader.told.changes.map((change) => ({ channel: 'graft-election:state-change', ...origin, ...change })),
    );
    expect(changes.at(-1)).toMatchObject({ to: 'LEADER', term });
  });

  test('as the answers of the others, each after its vote was made durable', async () => {
    const all = published();
    const sim = new Sim();
    const { leader } = await sim.elect();
    const { id, term } = leader.node.status();
    const votes = on('graft-election:vote', all).filter(({ preVote }) => !preVote);
    expect(votes.length).toBeGreaterThanOrEqual(1);
    for (const vote of votes) {
      expect(vote).toMatchObject({ candidate: id, term, granted: true, refusal: undefined, transfer: false });
      const before = all.slice(0, all.indexOf(vote));
      expect(on('graft-election:persist', before)).toContainEqual(
        expect.objectContaining({ id: vote.id, term, votedFor: id, error: undefined }),
      );
    }
  });

  test('as who leads, by each of them', async () => {
    const all = published();
    const sim = new Sim();
    const { leader } = await sim.elect();
    const known = on('graft-election:leader-change', all).filter((each) => each.leader === leader.node.id);
    expect(known.map(({ id, term }) => [id, term]).sort()).toEqual(
      sim.voters.map((id) => [id, leader.node.term]).sort(),
    );
  });
});

describe('while it leads', () => {
  test('every answer that prolongs the lease is published with what is left of it, and every round trip', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    await sim.clock.advance(500);
    const all = published();
    await sim.clock.advance(1000);
    const leases = on('graft-election:lease', all);
    expect(leases.length).toBeGreaterThanOrEqual(9);
    expect(leases.length).toBeLessThanOrEqual(11);
    // There and back takes two milliseconds, and the lease is counted from when the heartbeat was sent.
    for (const { id, term, leaseLeftMs } of leases) {
      expect([id, term]).toEqual([leader.node.id, leader.node.term]);
      expect(leaseLeftMs).toBeCloseTo(LEASE_MS - 2);
    }
    const trips = on('graft-election:heartbeat', all);
    expect(new Set(trips.map(({ voter }) => voter))).toEqual(new Set(followers.map(({ node }) => node.id)));
    expect(trips.length).toBe(2 * leases.length);
    for (const { roundTripMs } of trips) expect(roundTripMs).toBeCloseTo(2);
  });

  test('a single voter prolongs its own lease with every heartbeat', async () => {
    const sim = new Sim(['a']);
    await sim.elect();
    const all = published();
    await sim.clock.advance(1000);
    expect(on('graft-election:lease', all).length).toBeGreaterThanOrEqual(9);
    expect(on('graft-election:heartbeat', all)).toEqual([]);
  });
});

describe('an election that is lost', () => {
  test('to a leader that is heard is published with the reason', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    const [one] = sim.elected.followers;
    if (one === undefined) throw new Error('no follower');
    sim.network.isolate(leader.node.id);
    const all = published();
    await sim.clock.advanceUntil(() => on('graft-election:election', all).length > 0, 5000);
    const [started] = on('graft-election:election', all);
    if (started === undefined) throw new Error('nobody has stood');
    // Heard before any vote comes back: somebody leads a newer term.
    sim.inject(started.id, { ...heard, leader: leader.node.id, incarnation: leader.node.status().incarnation });
    await sim.clock.advance(0);
    expect(on('graft-election:election', all)).toEqual([
      expect.objectContaining({ outcome: 'started', id: started.id }),
      expect.objectContaining({ outcome: 'lost', id: started.id, term: started.term, reason: 'newerTerm' }),
    ]);
  });

  test('because nobody answered, and again in the next term where nobody is asked first', async () => {
    const all = published();
    const sim = new Sim();
    await sim.start('a', { preVote: false });
    await sim.clock.advanceUntil(() => on('graft-election:election', all).length >= 3, 10_000);
    expect(on('graft-election:election', all).slice(0, 3)).toMatchObject([
      { outcome: 'started', term: 1 },
      { outcome: 'lost', term: 1, reason: 'electionTimeout' },
      { outcome: 'started', term: 2 },
    ]);
  });

  test('because its node closes', async () => {
    const all = published();
    const sim = new Sim();
    const { node } = await sim.start('a', { preVote: false });
    await sim.clock.advanceUntil(() => on('graft-election:election', all).length >= 1, 10_000);
    await sim.run(node.close());
    expect(on('graft-election:election', all).at(-1)).toMatchObject({ outcome: 'lost', term: 1, reason: 'closed' });
  });
});

describe('a vote', () => {
  test('that is refused is published with the reason', async () => {
    const sim = new Sim();
    const { leader, other } = await sim.elect();
    const all = published();
    const request = {
      kind: 'voteRequest',
      term: 9,
      candidate: leader.node.id,
      position: undefined,
      leadershipTransfer: false,
      standBy: false,
      incarnation: leader.node.status().incarnation,
      round: 3,
    } as const;
    sim.inject(other.node.id, request);
    sim.inject(leader.node.id, { ...request, candidate: other.node.id, incarnation: other.node.status().incarnation });
    await sim.clock.advance(1);
    expect(on('graft-election:vote', all)).toMatchObject([
      { id: other.node.id, candidate: leader.node.id, term: 9, granted: false, refusal: 'promised', preVote: false },
      { id: leader.node.id, candidate: other.node.id, term: 9, granted: false, refusal: 'leads', preVote: false },
    ]);
  });

  test('that could not be made durable is not published, and the write that failed is', async () => {
    const sim = new Sim(['a', 'b']);
    const log = new FaultyLog();
    await sim.start('b', { log, priority: 0 });
    await sim.clock.advance(1500);
    const failure = new Error('ENOSPC');
    log.fail(failure);
    const all = published();
    await sim.start('a');
    await sim.clock.advance(3000);
    expect(on('graft-election:vote', all).filter(({ preVote }) => !preVote)).toEqual([]);
    expect(on('graft-election:persist', all).filter(({ id }) => id === 'b')).toContainEqual(
      expect.objectContaining({ votedFor: 'a', error: failure }),
    );
    expect(on('graft-election:error', all)).toContainEqual(
      expect.objectContaining({ id: 'b', code: 'LOG_WRITE_FAILED', error: expect.any(Error) }),
    );
  });

  test('in the name of the outgoing leader says so, and so does the election', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    const all = published();
    await sim.run(leader.node.transfer());
    expect(on('graft-election:election', all)).toMatchObject([
      { outcome: 'started', transfer: true },
      { outcome: 'won' },
    ]);
    const votes = on('graft-election:vote', all);
    expect(votes.length).toBeGreaterThanOrEqual(1);
    for (const vote of votes) expect(vote).toMatchObject({ transfer: true, granted: true });
  });

  test('that is asked for by the voter too many is refused as inDoubt', async () => {
    const sim = new Sim(['a', 'b']);
    const cluster = { name: 'test', size: 2 };
    await sim.elect(() => ({ cluster }));
    const all = published();
    await sim.start('c', { cluster });
    await sim.clock.advanceUntil(
      () => on('graft-election:vote', all).some(({ refusal }) => refusal === 'inDoubt'),
      5000,
    );
    expect(on('graft-election:error', all)).toContainEqual(expect.objectContaining({ code: 'TOO_MANY_VOTERS' }));
  });
});

test('the duration of a write is measured by the clock of its node', async () => {
  const sim = new Sim(['a']);
  const log = new FaultyLog();
  const all = published();
  await sim.start('a', { log });
  log.hang();
  await sim.clock.advanceUntil(() => log.saving === 1, 5000);
  await sim.clock.advance(70);
  log.heal();
  await sim.clock.advance(1);
  expect(on('graft-election:persist', all).find(({ durationMs }) => durationMs > 0)?.durationMs).toBeCloseTo(70, -1);
});

describe('while nobody has subscribed', () => {
  test('an idle cluster is asked for nothing but the time that each answer took, however long it runs', async () => {
    const refusalOf = vi.spyOn(Elector.prototype, 'refusalOf');
    const roundTripMs = vi.spyOn(Elector.prototype, 'roundTripMs');
    const leaseLeftMs = vi.spyOn(Elector.prototype, 'leaseLeftMs');
    const sim = new Sim();
    const { leader, other } = await sim.elect();
    for (const spy of [refusalOf, roundTripMs, leaseLeftMs]) spy.mockClear();
    await sim.clock.advance(2000);
    expect([refusalOf, leaseLeftMs].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
    // Timings are judged by these, whoever listens: each answer is timed once.
    const timed = roundTripMs.mock.calls.length;
    expect(timed).toBeGreaterThanOrEqual(2 * 19);
    expect(timed).toBeLessThanOrEqual(2 * 21);
    // Twin: who subscribes is why the others are asked.
    const all = published();
    await sim.clock.advance(200);
    expect(roundTripMs).toHaveBeenCalledTimes(timed + on('graft-election:heartbeat', all).length);
    expect(leaseLeftMs.mock.calls.length).toBeGreaterThan(0);
    expect([leader, other].every(({ told }) => told.errors.length === 0)).toBe(true);
    vi.restoreAllMocks();
  });
});

test('who subscribes late misses what was before, and nothing else', async () => {
  const sim = new Sim();
  const { leader } = await sim.elect();
  const all = published();
  await sim.run(leader.node.stepDown());
  expect(on('graft-election:state-change', all)[0]).toMatchObject({ id: leader.node.id, from: 'LEADER' });
});
