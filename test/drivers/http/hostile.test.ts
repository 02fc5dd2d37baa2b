// Bytes that are meant to do harm, on connections of their own: each is answered or cut off, and a peer is served after it.
import { once } from 'node:events';
import { connect } from 'node:net';
import { inspect } from 'node:util';
import { request } from 'undici';
import { expect, test, vi } from 'vitest';
import type { NodeControls } from '../../../src/drivers/rpc-driver.js';
import { heartbeat, heartbeatRounds } from '../nats/recorder.js';
import { HttpCluster } from './http-cluster.js';

const HEAD = 'POST /cluster/appendentries HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
const BODY = '{"term":7,"leader_id":"a","round":1,"incarnation":11}';
const JSON_TYPE = { 'content-type': 'application/json' };

/** All that the server answers until it has answered `answers` times or hangs up. */
async function talk(port: number, said: string, answers = Number.POSITIVE_INFINITY): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
    if (heard.split('HTTP/1.1 ').length > answers) socket.destroy();
  });
  socket.write(said);
  await once(socket, 'close');
  return heard;
}

const statuses = (heard: string): readonly string[] =>
  [...heard.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => `${code}`);

test.each([
  ['a length and chunks', `content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${HEAD}`],
  ['two lengths', `content-length: ${BODY.length}\r\ncontent-length: 5\r\n\r\n${BODY}`],
  ['a length that is none', `content-length: 5, 5\r\n\r\n${BODY}`],
  ['a length below 0', `content-length: -1\r\n\r\n${BODY}`],
  ['a chunk whose length is none', 'transfer-encoding: chunked\r\n\r\nzz\r\n'],
  ['chunks inside of something else', `transfer-encoding: chunked, identity\r\n\r\n${BODY}`],
  ['a header folded over two lines', `x: y\r\n z: w\r\n\r\n${BODY}`],
])(
  'a request with %s is no HTTP: two readers could part it differently, so nothing of it is taken',
  async (_, rest) => {
    await using cluster = await HttpCluster.of(['a', 'b']);
    const { port, node, driver } = await cluster.join('b');
    const heard = statuses(await talk(port, HEAD + rest));
    expect(heard).not.toContain('202');
    expect(heard.at(-1)).toMatch(/^4/);
    expect(node.received).toEqual([]);
    const a = await cluster.join('a');
    // On a busy machine one may be too old when its turn comes.
    await vi.waitUntil(() => a.driver.broadcast(heartbeat(1)) ?? node.received.length > 0, {
      timeout: 30_000,
      interval: 100,
    });
    expect(driver.counts.rejected.notHttp).toBe(1);
  },
);

test('200 requests in one go on one connection are answered one by one, in order', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { port, node } = await cluster.join('b');
  const rounds = Array.from({ length: 200 }, (_, index) => index + 1);
  const said = rounds.map((round) => {
    const body = JSON.stringify({ term: 7, leader_id: 'a', round, incarnation: 11 });
    return `${HEAD}content-length: ${body.length}\r\n\r\n${body}`;
  });
  const heard = statuses(await talk(port, said.join(''), 200));
  // More than a few at once of one sender are refused; what is taken keeps its order.
  expect(heard.every((code) => code === '202' || code === '429')).toBe(true);
  const taken = heartbeatRounds(node.received);
  expect(taken.length).toBeGreaterThanOrEqual(8);
  expect(taken).toEqual(taken.toSorted((one, other) => one - other));
});

test('orders to step down that wait, all on one connection, are 8 at most', async () => {
  await using cluster = await HttpCluster.of(['b']);
  let ordered = 0;
  const node: NodeControls = {
    heartbeatIntervalMs: 100,
    status: () => ({ isLeader: true }),
    stepDown: () => {
      ordered += 1;
      return new Promise(() => undefined);
    },
  };
  const { port, driver } = await cluster.join('b', { allowStepDown: true }, { node });
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  socket.write('POST /cluster/stepdown HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n'.repeat(50));
  await vi.waitUntil(() => driver.counts.rejected.tooManyAtOnce, 10_000);
  expect(ordered).toBe(8);
  socket.destroy();
});

test.each([
  ['say nothing', ''],
  ['are turned away and do not hang up', 'EHLO mail.example\r\n\r\n'],
])('100 connections that %s take their places for some seconds and no longer', async (_, said) => {
  await using cluster = await HttpCluster.of(['b']);
  const { port, url } = await cluster.join('b');
  // Each keeps its own half open, whatever the other side does.
  const sockets = Array.from({ length: 100 }, () =>
    connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined),
  );
  for (const socket of sockets) socket.resume().write(said);
  const isServed = () => request(`${url}/id`, { reset: true }).then(({ statusCode }) => statusCode === 200);
  await vi.waitUntil(() => isServed().catch(() => false), { timeout: 30_000, interval: 100 });
  for (const socket of sockets) socket.destroy();
});

test('two senders in one request are none', async () => {
  await using cluster = await HttpCluster.of(['a', 'b', 'c']);
  const { port, node, driver } = await cluster.join('b');
  const said = `${HEAD}graft-from: a\r\ngraft-from: c\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
  expect(statuses(await talk(port, said))).toEqual(['403']);
  expect([node.received, driver.counts.rejected]).toEqual([[], { forgedId: 1 }]);
});

test.each([
  '{"__proto__":{"term":7,"leader_id":"a"}}',
  '{"constructor":{"prototype":{"term":7}},"leader_id":"a"}',
  '{"term":7,"__proto__":{"leader_id":"a"}}',
])('fields are its own or there are none: %s', async (body) => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { url, node } = await cluster.join('b');
  const response = await request(`${url}/appendentries`, { method: 'POST', headers: JSON_TYPE, body });
  expect(response.statusCode).toBe(400);
  expect(node.received).toEqual([]);
  expect(Reflect.get({}, 'term')).toBeUndefined();
});

test('JSON that is nested 40,000 deep is malformed, and no more than that', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { url, driver } = await cluster.join('b');
  const body = `{"term":${'['.repeat(40_000)}${']'.repeat(40_000)},"leader_id":"a"}`;
  const response = await request(`${url}/appendentries`, { method: 'POST', headers: JSON_TYPE, body });
  expect([response.statusCode, driver.counts.rejected]).toEqual([400, { malformed: 1 }]);
});

test.each(['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'])(
  'with neither secret nor tls, what a proxy on this machine passes on is not this machine’s: %s',
  async (name) => {
    await using cluster = await HttpCluster.of(['b']);
    const { url, driver } = await cluster.join('b');
    expect((await request(`${url}/status`, { headers: { [name]: '203.0.113.7' } })).statusCode).toBe(403);
    expect(driver.counts.rejected).toEqual({ notLoopback: 1 });
  },
);

test('a secret is in nothing that a driver tells: not in errors and their causes, answers, counts or its own looks', async () => {
  const secret = 'correct-horse-battery-staple';
  await using cluster = await HttpCluster.of(['a', 'b', 'c', 'd']);
  const b = await cluster.join('b', { secret: secret.toUpperCase() });
  const a = await cluster.join('a', { secret });
  // c refuses connections, d hangs up, b refuses the secret.
  await cluster.vacate('c');
  await vi.waitUntil(() => a.node.errors.length >= 3, 30_000);
  const answer = await request(`${b.url}/id`, { headers: { authorization: `Bearer ${secret}` } });
  const status = await request(`${a.url}/status`, { headers: { authorization: `Bearer ${secret}` } });
  const told = [
    a.node.errors,
    b.node.errors,
    a.driver,
    a.driver.counts,
    await answer.body.text(),
    await status.body.text(),
  ];
  const text = inspect(told, { depth: 20, showHidden: true, maxStringLength: null });
  expect(text).not.toMatch(new RegExp(secret, 'i'));
  expect(text).toContain('status 401');
});
