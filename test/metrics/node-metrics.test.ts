/** docs/observability.md: what the metrics of graft-election/metrics say, read through the real prom-client. */
import * as prom from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NodeMetrics } from '../../src/metrics/node-metrics.js';
import { FaultyLog } from '../node/faulty-log.js';
import { Sim } from '../node/sim.js';
import { type Samples, samplesOf } from './exposition.js';

interface World {
  readonly sim: Sim;
  readonly metrics: NodeMetrics<prom.Registry>;
  readonly registry: prom.Registry;
  readonly scrape: () => Promise<Samples>;
}

function world(voters?: readonly string[]): World {
  const sim = new Sim(voters);
  const registry = new prom.Registry();
  const metrics = new NodeMetrics({ prom, registry });
  onTestFinished(() => metrics.close());
  return { sim, metrics, registry, scrape: async () => samplesOf(await registry.metrics()) };
}

/** Three that are watched from their start. */
async function elected(): Promise<World> {
  const made = world();
  for (const id of made.sim.voters) made.metrics.watch((await made.sim.start(id)).node);
  await made.sim.clock.advanceUntil(() => made.sim.isAgreed(), 10_000);
  return made;
}

describe('of three nodes that elect', () => {
  test('one has graft_is_leader 1, a lease, and the state LEADER; all have its term and know it', async () => {
    const { sim, scrape } = await elected();
    const samples = await scrape();
    const { leader, followers } = sim.elected;
    const of = (id: string) => ({ cluster: 'test', id });
    expect(samples.value('graft_is_leader', of(leader.node.id))).toBe(1);
    expect(samples.value('graft_lease_left_seconds', of(leader.node.id))).toBeCloseTo(
      leader.node.status().leaseLeftMs / 1000,
    );
    expect(samples.value('graft_state', { ...of(leader.node.id), state: 'LEADER' })).toBe(1);
    for (const { node } of followers) {
      expect(samples.value('graft_is_leader', of(node.id))).toBe(0);
      expect(samples.value('graft_lease_left_seconds', of(node.id))).toBe(0);
      expect(samples.value('graft_state', { ...of(node.id), state: 'FOLLOWER' })).toBe(1);
      expect(samples.value('graft_state', { ...of(node.id), state: 'LEADER' })).toBe(0);
    }
    for (const id of sim.voters) {
      expect(samples.value('graft_term', of(id))).toBe(leader.node.term);
      expect(samples.value('graft_knows_leader', of(id))).toBe(1);
      expect(samples.value('graft_voters', of(id))).toBe(3);
      expect(samples.value('graft_is_voter', of(id))).toBe(1);
      expect(samples.value('graft_leader_changes_total', of(id))).toBe(1);
    }
  });

  test('the elections and the votes are counted where they happened', async () => {
    const { sim, scrape } = await elected();
    const samples = await scrape();
    const { leader, followers } = sim.elected;
    expect(samples.value('graft_elections_started_total', { cluster: 'test', id: leader.node.id })).toBe(1);
    expect(samples.value('graft_elections_won_total', { cluster: 'test', id: leader.node.id })).toBe(1);
    expect(samples.sum('graft_elections_lost_total')).toBe(0);
    expect(samples.sum('graft_elections_started_total')).toBe(1);
    const granted = followers.map(({ node }) =>
      samples.value('graft_votes_granted_total', { cluster: 'test', id: node.id, request: 'vote' }),
    );
    expect(Math.max(...granted)).toBe(1);
    expect(samples.sum('graft_persist_seconds_count')).toBeGreaterThanOrEqual(3);
    expect(samples.sum('graft_persist_failures_total')).toBe(0);
  });

  test('round trips and renewals go on with every heartbeat, on the leader alone', async () => {
    const { sim, scrape } = await elected();
    const { leader, followers } = sim.elected;
    const of = { cluster: 'test', id: leader.node.id };
    const before = await scrape();
    await sim.clock.advance(1000);
    const after = await scrape();
    const grown = (name: string, labels: Readonly<Record<string, string>> = of) =>
      after.value(name, labels) - before.value(name, labels);
    expect(grown('graft_lease_renewals_total')).toBeGreaterThanOrEqual(9);
    expect(grown('graft_heartbeat_round_trip_seconds_count')).toBeGreaterThanOrEqual(18);
    // A millisecond there and one back.
    expect(
      grown('graft_heartbeat_round_trip_seconds_sum') / grown('graft_heartbeat_round_trip_seconds_count'),
    ).toBeCloseTo(0.002);
    expect(grown('graft_heartbeat_round_trip_seconds_bucket', { ...of, le: '0.001' })).toBe(0);
    for (const { node } of followers) {
      expect(after.value('graft_heartbeat_round_trip_seconds_count', { cluster: 'test', id: node.id })).toBe(0);
    }
  });
});

test('what was measured is shown with what follows for the timings: of the leader round trips, of all the rest', async () => {
  const { sim, scrape } = await elected();
  await sim.clock.advance(20_000);
  const samples = await scrape();
  const { leader, followers } = sim.elected;
  const of = { cluster: 'test', id: leader.node.id };
  expect(samples.value('graft_heartbeat_round_trip_p50_seconds', of)).toBeCloseTo(0.002);
  expect(samples.value('graft_heartbeat_round_trip_p99_seconds', of)).toBeCloseTo(0.002);
  expect(samples.value('graft_event_loop_delay_p99_seconds', of)).toBeLessThan(0.001);
  expect(samples.value('graft_election_timeout_min_seconds', of)).toBe(0.5);
  expect(samples.value('graft_recommended_election_timeout_min_seconds', of)).toBe(0.15);
  const given = { tooTight: 0, fits: 1, needlesslySlack: 0, notEnoughSamples: 0 };
  for (const [verdict, value] of Object.entries(given)) {
    expect(samples.value('graft_timings_verdict', { ...of, verdict }), verdict).toBe(value);
  }
  for (const { node } of followers) {
    const follower = { cluster: 'test', id: node.id };
    expect(samples.value('graft_heartbeat_round_trip_p99_seconds', follower)).toBe(0);
    expect(samples.value('graft_recommended_election_timeout_min_seconds', follower)).toBe(0);
    expect(samples.value('graft_timings_verdict', { ...follower, verdict: 'notEnoughSamples' })).toBe(1);
  }
});

test('a refused vote is counted under its reason', async () => {
  const { sim, scrape } = await elected();
  const { leader, other } = sim.elected;
  sim.inject(other.node.id, {
    kind: 'preVoteRequest',
    term: 9,
    candidate: leader.node.id,
    position: undefined,
    incarnation: leader.node.status().incarnation,
    round: 3,
  });
  await sim.clock.advance(1);
  const samples = await scrape();
  const labels = { cluster: 'test', id: other.node.id, request: 'preVote' };
  expect(samples.value('graft_votes_refused_total', { ...labels, reason: 'promised' })).toBeGreaterThanOrEqual(1);
  expect(samples.value('graft_votes_refused_total', { ...labels, reason: 'leads' })).toBe(0);
});

test('errors are counted, those that are reported sparingly included', async () => {
  const { sim, scrape } = await elected();
  for (let index = 0; index < 50; index += 1) sim.inject('a', Uint8Array.of(0xff));
  await sim.clock.advance(10);
  const samples = await scrape();
  expect(samples.value('graft_errors_total', { cluster: 'test', id: 'a', code: 'MALFORMED_MESSAGE' })).toBe(50);
  expect((await scrape()).value('graft_errors_total', { cluster: 'test', id: 'a', code: 'MALFORMED_MESSAGE' })).toBe(
    50,
  );
});

test('a write that fails is counted, and its time is measured', async () => {
  const { sim, metrics, scrape } = world(['a', 'b']);
  const log = new FaultyLog();
  metrics.watch((await sim.start('b', { log, priority: 0 })).node);
  await sim.clock.advance(1500);
  log.fail(new Error('ENOSPC'));
  await sim.start('a');
  await sim.clock.advance(3000);
  expect((await scrape()).value('graft_persist_failures_total', { cluster: 'test', id: 'b' })).toBeGreaterThanOrEqual(
    1,
  );
});

test('graft_is_leader is true by the clock, not by the last event: 0 as soon as the lease is over', async () => {
  const { sim, scrape } = await elected();
  const { leader } = sim.elected;
  const { leaseLeftMs } = leader.node.status();
  sim.network.isolate(leader.node.id);
  leader.clock.pause();
  await sim.clock.advance(leaseLeftMs + 200);
  expect(leader.told.changes.at(-1)).toMatchObject({ to: 'LEADER' });
  expect((await scrape()).value('graft_is_leader', { cluster: 'test', id: leader.node.id })).toBe(0);
});

describe('a leader that is heard again', () => {
  test('in its term, after a silence, is no new one', async () => {
    const { sim, scrape } = await elected();
    const { leader, other } = sim.elected;
    const of = { cluster: 'test', id: other.node.id };
    sim.network.isolate(other.node.id);
    await sim.clock.advance(3000);
    expect((await scrape()).value('graft_knows_leader', of)).toBe(0);
    sim.network.heal();
    await sim.clock.advanceUntil(() => other.node.leader === leader.node.id, 5000);
    expect((await scrape()).value('graft_leader_changes_total', of)).toBe(1);
  });

  test('twin: in a later term it is', async () => {
    const { sim, scrape } = await elected();
    const { leader, other } = sim.elected;
    for (const to of [undefined, leader.node.id]) {
      await sim.run(sim.elected.leader.node.transfer({ to }));
      await sim.clock.advanceUntil(() => sim.isAgreed(), 5000);
      // So that the new leader has heard all of its voters.
      await sim.clock.advance(1000);
    }
    expect((await scrape()).value('graft_leader_changes_total', { cluster: 'test', id: other.node.id })).toBe(3);
  });
});

describe('what is shown of a node', () => {
  test('is zeros from the first scrape on, so that the first event has a rate', async () => {
    const { sim, metrics, scrape } = world(['a', 'b']);
    metrics.watch((await sim.start('a')).node);
    const samples = await scrape();
    for (const name of ['leader_changes', 'elections_started', 'elections_won', 'elections_lost', 'lease_renewals']) {
      expect(samples.value(`graft_${name}_total`, { cluster: 'test', id: 'a' })).toBe(0);
    }
    expect(samples.labelsOf('graft_votes_refused_total')).toHaveLength(12);
  });

  test('goes with it when it closes, and only that', async () => {
    const { sim, scrape } = await elected();
    await sim.run(sim.member('b').node.close());
    sim.members.delete('b');
    const samples = await scrape();
    expect(samples.ids()).toEqual(['a', 'c']);
  });

  test('is the same however often it is watched', async () => {
    const { sim, metrics, scrape } = await elected();
    for (const { node } of sim.members.values()) metrics.watch(node);
    await sim.run(sim.elected.leader.node.transfer());
    expect((await scrape()).sum('graft_elections_started_total')).toBe(2);
  });

  test('is nothing once it has closed', async () => {
    const { sim, metrics, scrape } = world(['a']);
    const { node } = await sim.start('a');
    await sim.run(node.close());
    metrics.watch(node);
    expect((await scrape()).ids()).toEqual([]);
  });

  test('never mixes with another cluster in the same process, be the id the same', async () => {
    const { sim, metrics, scrape } = await elected();
    const other = await sim.start('a', { cluster: { name: 'other', voters: ['a'] } });
    metrics.watch(other.node);
    await sim.clock.advanceUntil(() => other.node.isLeader(), 5000);
    const samples = await scrape();
    expect(samples.value('graft_elections_won_total', { cluster: 'other', id: 'a' })).toBe(1);
    expect(samples.sum('graft_elections_won_total')).toBe(2);
  });
});

describe('the registry', () => {
  test('is the one that was given, and no other', async () => {
    await elected();
    expect(await prom.register.metrics()).not.toContain('graft_');
  });

  test('is left as it was by close(), which can be followed by new metrics', async () => {
    const { metrics, registry } = await elected();
    const own = new prom.Gauge({ name: 'own', help: 'mine', registers: [registry] });
    metrics.close();
    expect((await registry.metrics()).trim()).toBe('# HELP own mine\n# TYPE own gauge\nown 0');
    own.set(1);
    expect(() => new NodeMetrics({ prom, registry })).not.toThrow();
  });

  test('is left as it was when one of the names is taken', async () => {
    const registry = new prom.Registry();
    new prom.Gauge({ name: 'graft_persist_seconds', help: 'mine', registers: [registry] });
    expect(() => new NodeMetrics({ prom, registry })).toThrow(/graft_persist_seconds/);
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(['graft_persist_seconds']);
  });

  test('says what every metric is', async () => {
    const { registry } = await elected();
    const families = await registry.getMetricsAsJSON();
    expect(families.length).toBeGreaterThan(15);
    for (const { name, help } of families) {
      expect(name).toMatch(/^graft_[a-z0-9_]+$/);
      expect(help).toMatch(/\.$/);
    }
  });
});
