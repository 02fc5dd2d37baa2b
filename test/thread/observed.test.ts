// What docs/observability.md promises of a node holds of one in a thread: metrics, channels and the logger are the user's.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as prom from 'prom-client';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { TraceEvents } from '../../src/index.js';
import { NodeMetrics } from '../../src/metrics/index.js';
import { LIMIT, Threads, untilLeads } from './threads.js';

/** Everything that is published on this thread's channel of that name. */
function heard(name: keyof TraceEvents): unknown[] {
  const messages: unknown[] = [];
  const listener = (message: unknown): void => void messages.push(message);
  subscribe(name, listener);
  onTestFinished(() => void unsubscribe(name, listener));
  return messages;
}

test('metrics count its elections, leases and writes', async () => {
  const registry = new prom.Registry();
  const metrics = new NodeMetrics({ prom, registry });
  onTestFinished(() => metrics.close());
  const threads = await Threads.create();
  const node = await threads.start();
  metrics.watch(node);
  await untilLeads(node);
  await vi.waitFor(async () => {
    const text = await registry.metrics();
    expect(text).toMatch(/^graft_is_leader\{cluster="alone",id="a"\} 1$/m);
    expect(text).toMatch(/^graft_elections_won_total\{cluster="alone",id="a"\} 1$/m);
    expect(text).toMatch(/^graft_lease_renewals_total\{cluster="alone",id="a"\} [1-9]/m);
    expect(text).toMatch(/^graft_persist_seconds_count\{cluster="alone",id="a"\} [1-9]/m);
    expect(text).toMatch(/^graft_event_loop_delay_seconds\{cluster="alone",id="a"\} [\d.]+/m);
  }, LIMIT);
  await node.close();
  expect(await registry.metrics()).not.toContain('id="a"');
});

test('status() has what the worker has measured, as of a moment ago, and the timings that it goes by', async () => {
  const threads = await Threads.create();
  const node = await threads.start();
  await untilLeads(node);
  expect(node.status().timings).toMatchObject({ electionTimeoutMinMs: 500, heartbeatIntervalMs: 100 });
  await vi.waitUntil(() => node.status().measured.persist.count > 0, LIMIT);
  const { count } = node.status().measured.eventLoopDelay;
  await vi.waitUntil(() => node.status().measured.eventLoopDelay.count > count, LIMIT);
  // It is the one voter, so there are no round trips.
  expect(node.status()).toMatchObject({
    tuning: { verdict: 'notEnoughSamples' },
    measured: { roundTrip: { count: 0 } },
  });
});

test('its channels are published on here, with its incarnation, and its logger is called here', async () => {
  const channels = { states: heard('graft-election:state-change'), elections: heard('graft-election:election') };
  const lines: string[] = [];
  const write = (text: unknown): void => void lines.push(String(text));
  const threads = await Threads.create();
  const node = await threads.start({ logger: { debug: write, info: write, warn: write, error: write } });
  await untilLeads(node);
  const { incarnation } = node.status();
  const origin = { cluster: 'alone', id: 'a', incarnation };
  await vi.waitFor(() => {
    expect(channels.states).toContainEqual({ ...origin, from: 'CANDIDATE', to: 'LEADER', term: 1, reason: 'won' });
    expect(channels.elections).toContainEqual({ ...origin, outcome: 'won', term: 1 });
    expect(lines).toContainEqual('graft alone/a: CANDIDATE -> LEADER in term 1 (won)');
  }, LIMIT);
});
