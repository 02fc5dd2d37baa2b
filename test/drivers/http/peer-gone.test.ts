// A peer whose address refuses connections is gone, and the node is told so at once; nobody else is.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { isRefusedConnection } from '../../../src/drivers/http/refused-connection.js';
import { HttpCluster } from './http-cluster.js';

const LONG = { timeout: 20_000, interval: 2 };

/** Joins `a`, and keeps whom it is told of. */
async function joinListening(cluster: HttpCluster, requestTimeoutMs = 50) {
  const gone: string[] = [];
  const a = await cluster.join('a', { requestTimeoutMs }, { peerGone: (id) => gone.push(id) });
  return { a, gone };
}

test('the node is told of a peer that closes, by its id, though it has nothing to say to it', async () => {
  await using cluster = await HttpCluster.of(['a', 'b', 'c']);
  const b = await cluster.join('b');
  await cluster.join('c');
  const { a, gone } = await joinListening(cluster);
  await vi.waitUntil(() => ['b', 'c'].every((id) => a.driver.counts.peers[id]?.isAnswering), LONG);
  expect(gone).toEqual([]);
  await b.driver.close();
  await vi.waitUntil(() => gone.length > 0, LONG);
  expect(new Set(gone)).toEqual(new Set(['b']));
});

test('and of nothing any more once its own driver is closed', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  await cluster.vacate('b');
  const { a, gone } = await joinListening(cluster);
  await vi.waitUntil(() => gone.length > 0, LONG);
  await a.driver.close();
  const told = gone.length;
  await new Promise((resolve) => setImmediate(resolve));
  expect(gone).toHaveLength(told);
});

test.each<[string, (socket: Socket) => void]>([
  ['silent', () => undefined],
  ['flapping: it hangs up', (socket) => socket.destroy()],
  ['resetting', (socket) => socket.resetAndDestroy()],
])('a peer that is %s is not gone, since somebody listens there', async (_, accept) => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const sockets: Socket[] = [];
  const server = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    accept(socket);
  }).listen(await cluster.vacate('b'), '127.0.0.1');
  await once(server, 'listening');
  const { a, gone } = await joinListening(cluster);
  // It has been dialled, and what came of it was seen, twice.
  await vi.waitUntil(() => sockets.length >= 2, LONG);
  expect(gone).toEqual([]);
  await a.driver.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a peer that answers and hangs up, again and again, is asked no more often than messages may leave', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const askedAtMs: number[] = [];
  const server = createServer((_, response) => {
    askedAtMs.push(performance.now());
    response.end('{}', () => response.destroy());
  }).listen(await cluster.vacate('b'), '127.0.0.1');
  await once(server, 'listening');
  const { a, gone } = await joinListening(cluster, 300);
  await vi.waitUntil(() => askedAtMs.length >= 6, LONG);
  // The first is to make the connection; from then on one for each 300 ms or, where the last was long ago, each second.
  const [, second = 0] = askedAtMs;
  expect((askedAtMs[5] ?? 0) - second).toBeGreaterThan(3 * 300 * 0.9);
  expect(gone).toEqual([]);
  await a.driver.close();
  server.close();
});

test('only a refusal by every address counts', () => {
  const failed = (code: string) => Object.assign(new Error(code), { code });
  expect(isRefusedConnection(failed('ECONNREFUSED'))).toBe(true);
  expect(isRefusedConnection(new AggregateError([failed('ECONNREFUSED'), failed('ECONNREFUSED')]))).toBe(true);
  expect(isRefusedConnection(new AggregateError([failed('ECONNREFUSED'), failed('ETIMEDOUT')]))).toBe(false);
  expect(isRefusedConnection(new AggregateError([]))).toBe(false);
  for (const code of [
    'ECONNRESET',
    'EHOSTUNREACH',
    'ETIMEDOUT',
    'ENOTFOUND',
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_SOCKET',
  ])
    expect(isRefusedConnection(failed(code))).toBe(false);
  for (const cause of [undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }]) {
    expect(isRefusedConnection(cause)).toBe(false);
  }
});
