// DESIGN section 5: a log goes from a plain peer to a Node node and back. The plain peer is the model; that files which
// Go graft really wrote are taken over is shown in test/log/envelope.test.ts.
import { expect, test } from 'vitest';
import { INTEROP, MixedCluster } from './mixed-cluster.js';
import { PlainPeer } from './plain-peer.js';

/** Nobody campaigns within the test: what the log held is what is shown. */
const PATIENT = { electionTimeoutMinMs: 120_000, electionTimeoutMaxMs: 240_000 };

test('the log of a killed plain peer goes to a Node node and back: term and vote are kept both ways', async () => {
  await using cluster = await MixedCluster.start(1);
  const first = await cluster.startPlain({ log: 'shared' });
  expect(await cluster.untilLed()).toBe(first);
  const led = { term: first.leads, vote: first.id };
  await cluster.kill(first);

  const patient = await cluster.startNode('a', INTEROP, { log: 'shared', timings: PATIENT });
  expect(await patient.ask('status', {})).toMatchObject(led);
  await cluster.stop(patient);

  const node = await cluster.startNode('a', INTEROP, { log: 'shared' });
  expect(await cluster.untilLed()).toBe(node);
  const ledNext = { term: (led.term ?? 0) + 1, vote: 'a' };
  expect(await node.ask('status', {})).toMatchObject(ledNext);
  await cluster.stop(node);

  const last = await cluster.startPlain({ log: 'shared' });
  expect(last).toBeInstanceOf(PlainPeer);
  expect(last.recovered).toEqual(ledNext);
  expect(await cluster.untilLed()).toBe(last);
  expect(last.leads).toBe(ledNext.term + 1);
  await cluster.kill(last);

  const back = await cluster.startNode('a', INTEROP, { log: 'shared', timings: PATIENT });
  expect(await back.ask('status', {})).toMatchObject({ term: ledNext.term + 1, vote: last.id });
  expect(await cluster.findViolations()).toEqual([]);
});

test('a plain peer that closes takes its log with it: nothing is left to hand over, unlike with a kill', async () => {
  await using cluster = await MixedCluster.start(1);
  const peer = await cluster.startPlain({ log: 'shared' });
  await cluster.untilLed();
  await cluster.stop(peer);
  const node = await cluster.startNode('a', INTEROP, { log: 'shared', timings: PATIENT });
  const status = await node.ask('status', {});
  expect(status.term).toBe(0);
  expect(status.vote).toBeUndefined();
});
