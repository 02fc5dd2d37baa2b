// What `close` owes beyond the conformance suite.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { a, b, heartbeat } from '../nats/recorder.js';
import { HttpCluster } from './http-cluster.js';

test('last words leave: a broadcast and a close in one go, to a peer that was never spoken to before', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const [from, to] = [await cluster.join('a', { requestTimeoutMs: 5_000 }), await cluster.join('b')];
  from.driver.broadcast(heartbeat(1));
  await from.driver.close();
  await vi.waitUntil(() => to.node.received.length === 1, 10_000);
});

test('a silent peer with messages waiting holds up the end for a moment, and the address is free then', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const silent = createServer(() => undefined).listen(await cluster.vacate('b'), '127.0.0.1');
  await once(silent, 'listening');
  const { driver, port } = await cluster.join('a', { requestTimeoutMs: 20 });
  for (let round = 1; round <= 40; round += 1) driver.send(b, { kind: 'timeoutNow', term: 7, leader: a });
  await driver.close();
  const next = createServer().listen(port, '127.0.0.1');
  await once(next, 'listening');
  expect(next.listening).toBe(true);
  next.close();
  silent.close();
});
