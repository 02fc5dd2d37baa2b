// What is turned away: with which status, and counted.

import { once } from 'node:events';
import { connect } from 'node:net';
import { request } from 'undici';
import { expect, test, vi } from 'vitest';
import { GraftError } from '../../../src/core/errors.js';
import type { NodeControls } from '../../../src/drivers/rpc-driver.js';
import { encodeMessage } from '../../../src/drivers/wire/codec.js';
import { heartbeat, ONE_OF_EACH } from '../nats/recorder.js';
import { HttpCluster } from './http-cluster.js';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
const fromA = (body: object) => JSON.stringify({ term: 7, leader_id: 'a', round: 1, incarnation: 11, ...body });

/** Everything that the server says to `said`, up to its end. */
async function talk(port: number, said: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => {
    heard += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(said);
  await once(socket, 'close');
  return heard;
}

const REFUSED = [
  ['an unknown route', 'POST', '/votes', {}, '', 404, 'unknownRoute'],
  ['a path below a route', 'GET', '/id/a', {}, undefined, 404, 'unknownRoute'],
  ['a wrong method', 'GET', '/appendentries', {}, undefined, 405, 'wrongMethod'],
  ['a wrong method for people', 'POST', '/status', {}, '', 405, 'wrongMethod'],
  ['no content type', 'POST', '/appendentries', { 'content-type': '' }, 'x', 415, 'unknownType'],
  [
    'a content type that is none of ours',
    'POST',
    '/appendentries',
    { 'content-type': 'text/xml' },
    '<x/>',
    415,
    'unknownType',
  ],
  ['bytes that are no protobuf', 'POST', '/timeoutnow', PROTOBUF, '\xff\xff\xff', 400, 'malformed'],
  ['text that is no JSON', 'POST', '/appendentries', JSON_TYPE, '{"term":', 400, 'malformed'],
  ['an empty body', 'POST', '/appendentries', JSON_TYPE, '', 400, 'malformed'],
  [
    'a term beyond the safe integers',
    'POST',
    '/appendentries',
    JSON_TYPE,
    '{"term":9007199254740993,"leader_id":"a"}',
    400,
    'malformed',
  ],
  ['a term below 0', 'POST', '/appendentries', JSON_TYPE, '{"term":-1,"leader_id":"a"}', 400, 'malformed'],
  ['an id that no node may have', 'POST', '/appendentries', JSON_TYPE, fromA({ leader_id: '../a' }), 400, 'malformed'],
  [
    'the name of a node that there is none of',
    'POST',
    '/appendentries',
    JSON_TYPE,
    fromA({ leader_id: 'z' }),
    403,
    'forgedId',
  ],
  [
    'a sender that there is none of',
    'POST',
    '/appendentries',
    { ...JSON_TYPE, 'graft-from': 'z' },
    fromA({}),
    403,
    'forgedId',
  ],
  [
    'another cluster',
    'POST',
    '/appendentries',
    { ...JSON_TYPE, 'graft-cluster': 'ORDERS' },
    fromA({}),
    421,
    'misdirected',
  ],
  ['another node', 'POST', '/appendentries', { ...JSON_TYPE, 'graft-to': 'a' }, fromA({}), 421, 'misdirected'],
  [
    'a body over the limit',
    'POST',
    '/appendentries',
    JSON_TYPE,
    fromA({ padding: 'x'.repeat(98_304) }),
    413,
    'bodyTooLarge',
  ],
  ['a protobuf body over the limit', 'POST', '/requestvote', PROTOBUF, 'x'.repeat(65_537), 413, 'bodyTooLarge'],
  ['stepping down, where that is off', 'POST', '/stepdown', {}, '', 403, 'stepDownOff'],
] as const;

test.each(REFUSED)('%s: %s %s', async (_, method, path, headers, body, status, error) => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { url, node, driver } = await cluster.join('b');
  const init = body === undefined ? {} : { body: Buffer.from(body, 'latin1') };
  // Not fetch, which asks once more when it hears 421.
  const response = await request(`${url}${path}`, { method, headers, ...init });
  expect([response.statusCode, await response.body.json()]).toEqual([status, { error, message: expect.any(String) }]);
  expect(driver.counts.rejected).toEqual({ [error]: 1 });
  expect(node.received).toEqual([]);
  expect(node.errors.map(({ code }) => code)).toEqual(error === 'malformed' ? ['MALFORMED_MESSAGE'] : []);
});

test.each([
  ['to step down', '/stepdown', {}, 1_024],
  ['a message in protobuf', '/requestvote', PROTOBUF, 65_536],
  ['a message in JSON', '/requestvote', JSON_TYPE, 98_304],
])('a body that is too large is told the limit that it is over: %s', async (_, path, headers, limit) => {
  await using cluster = await HttpCluster.of(['b']);
  const node: NodeControls = {
    heartbeatIntervalMs: 100,
    status: () => ({ isLeader: true }),
    stepDown: async () => undefined,
  };
  const { url } = await cluster.join('b', { allowStepDown: true }, { node });
  const post = (length: number) => request(`${url}${path}`, { method: 'POST', headers, body: ' '.repeat(length) });
  expect((await post(limit)).statusCode).not.toBe(413);
  const over = await post(limit + 1);
  expect([over.statusCode, await over.body.json()]).toEqual([
    413,
    { error: 'bodyTooLarge', message: `a body is ${limit} bytes at most here` },
  ]);
});

test('a body without an announced length is cut off at the limit', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { driver, port } = await cluster.join('b');
  const head = 'POST /cluster/appendentries HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
  const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
  const heard = await talk(port, `${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(7)}`);
  expect(heard).toMatch(/^HTTP\/1\.1 413 /);
  expect(driver.counts.rejected).toEqual({ bodyTooLarge: 1 });
});

test('a slow sender is cut off after bodyTimeoutMs, and whoever hangs up in the middle is counted', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { driver, port } = await cluster.join('b', { bodyTimeoutMs: 200 });
  const said =
    'POST /cluster/appendentries HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{';
  expect(await talk(port, said)).toMatch(/^HTTP\/1\.1 408 /);
  const hasty = connect(port, '127.0.0.1');
  hasty.write(said);
  hasty.end();
  await vi.waitUntil(() => driver.counts.rejected.cutBody === 1, 10_000);
  expect(driver.counts.rejected).toEqual({ slowBody: 1, cutBody: 1 });
});

test('nine slow requests of one sender: the ninth is refused, and another sender is served meanwhile', async () => {
  await using cluster = await HttpCluster.of(['a', 'b', 'c']);
  const { driver, port, node, url } = await cluster.join('b', { bodyTimeoutMs: 30_000 });
  const slow =
    'POST /cluster/appendentries HTTP/1.1\r\nhost: 127.0.0.1\r\ngraft-from: a\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n';
  const sockets = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  for (const socket of sockets) socket.write(slow);
  await vi.waitFor(async () => expect(await talk(port, slow)).toMatch(/^HTTP\/1\.1 429 /), 10_000);
  const response = await fetch(`${url}/appendentries`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'graft-from': 'c' },
    body: fromA({ leader_id: 'c' }),
  });
  expect(response.status).toBe(202);
  expect(node.received).toHaveLength(1);
  expect(driver.counts.rejected.tooManyAtOnce).toBeGreaterThan(0);
  for (const socket of sockets) socket.destroy();
});

test('headers over 8 KiB, and what is not HTTP, are refused before they are requests', async () => {
  await using cluster = await HttpCluster.of(['b']);
  const { driver, port } = await cluster.join('b');
  const large = `GET /cluster/id HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'x'.repeat(8_192)}\r\n\r\n`;
  expect(await talk(port, large)).toMatch(/^HTTP\/1\.1 431 /);
  expect(await talk(port, 'EHLO mail.example\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(driver.counts.rejected).toEqual({ headersTooLarge: 1, notHttp: 1 });
});

test('what Node would turn away itself, unseen, is counted: no host, and an expectation that nobody can meet', async () => {
  await using cluster = await HttpCluster.of(['b']);
  const { driver, port } = await cluster.join('b');
  expect(await talk(port, 'GET /cluster/id HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(driver.counts.rejected).toEqual({ notHttp: 1 });
  const expecting = 'host: 127.0.0.1\r\nexpect: miracles\r\nconnection: close\r\n\r\n';
  expect(await talk(port, `GET /cluster/id HTTP/1.1\r\n${expecting}`)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await talk(port, `GET /cluster/nothing HTTP/1.1\r\n${expecting}`)).toMatch(/^HTTP\/1\.1 404 /);
  expect(driver.counts.rejected).toEqual({ notHttp: 1, unknownRoute: 1 });
});

test('a connection that never says what it wants is closed after some seconds', async () => {
  await using cluster = await HttpCluster.of(['b']);
  const { driver, port } = await cluster.join('b');
  expect(await talk(port, 'GET /cluster/id HTTP/1.1\r\nhost: 127')).toMatch(/^HTTP\/1\.1 408 /);
  expect(driver.counts.rejected).toEqual({ slowRequest: 1 });
});

test('every kind of message has a route, in JSON and in protobuf', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { node, url } = await cluster.join('b');
  const routes = {
    voteRequest: 'requestvote',
    preVoteRequest: 'requestprevote',
    voteResponse: 'voteresponse',
    heartbeat: 'appendentries',
    heartbeatResponse: 'appendentriesresponse',
    timeoutNow: 'timeoutnow',
  } as const;
  for (const message of Object.values(ONE_OF_EACH)) {
    const body = Buffer.from(encodeMessage(message));
    const response = await fetch(`${url}/${routes[message.kind]}`, { method: 'POST', headers: PROTOBUF, body });
    expect(response.status).toBe(202);
  }
  expect(node.received).toEqual(Object.values(ONE_OF_EACH));
});

test('a person needs term, leader_id and node_id alone', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { node, url } = await cluster.join('b');
  const post = (route: string, fields: object) =>
    fetch(`${url}/${route}`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(fields) });
  expect((await post('appendentries', { term: 7, leader_id: 'a' })).status).toBe(202);
  expect((await post('requestvote', { term: 8, node_id: 'a' })).status).toBe(202);
  expect(node.received).toEqual([
    { ...heartbeat(0), heir: undefined, incarnation: 0 },
    { ...ONE_OF_EACH.voteRequest, term: 8, position: undefined, incarnation: 0, round: 0 },
  ]);
});

test('status tells all that the node and the driver know', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const status = { isLeader: true, term: 7 };
  const node: NodeControls = { heartbeatIntervalMs: 100, status: () => status, stepDown: async () => undefined };
  const { url } = await cluster.join('b', {}, { node });
  await fetch(`${url}/nothing`);
  expect(await (await fetch(`${url}/status`)).json()).toEqual({
    v: 1,
    id: 'b',
    cluster: 'orders',
    ...status,
    transport: {
      rejected: { unknownRoute: 1 },
      peers: { a: expect.objectContaining({ isAnswering: false, taken: 0 }) },
    },
  });
});

test('stepping down, where allowed: a leader does it and answers when it is done, others refuse', async () => {
  await using cluster = await HttpCluster.of(['b']);
  let isLeader = true;
  const stepDown = async () => {
    isLeader = false;
  };
  const node: NodeControls = { heartbeatIntervalMs: 100, status: () => ({ isLeader }), stepDown };
  const { url, driver } = await cluster.join('b', { allowStepDown: true }, { node });
  const done = await fetch(`${url}/stepdown`, { method: 'POST' });
  expect([done.status, await done.json()]).toEqual([200, { v: 1, id: 'b', cluster: 'orders', isLeader: false }]);
  const refused = await fetch(`${url}/stepdown`, { method: 'POST' });
  expect([refused.status, await refused.json()]).toEqual([
    409,
    { v: 1, id: 'b', cluster: 'orders', error: 'notLeader', message: expect.any(String) },
  ]);
  expect(driver.counts.rejected).toEqual({ notLeader: 1 });
});

test('stepping down says who is to lead next, and passes on why it cannot be', async () => {
  await using cluster = await HttpCluster.of(['b']);
  const asked: unknown[] = [];
  const stepDown = async (to?: string) => {
    asked.push(to);
    if (to === 'c') throw new GraftError('NO_HEIR', 'c does not answer');
  };
  const node: NodeControls = { heartbeatIntervalMs: 100, status: () => ({ isLeader: true }), stepDown };
  const { url, driver } = await cluster.join('b', { allowStepDown: true }, { node });
  const post = async (body: string) => {
    const response = await fetch(`${url}/stepdown`, { method: 'POST', body });
    return [response.status, await response.json()];
  };
  expect(await post('{"to":"a"}')).toEqual([200, expect.objectContaining({ id: 'b' })]);
  expect(await post('{"to":"c"}')).toEqual([
    409,
    expect.objectContaining({ error: 'noHeir', message: 'c does not answer' }),
  ]);
  expect(await post('to=a')).toEqual([400, expect.objectContaining({ error: 'malformed' })]);
  expect((await post(' '.repeat(2_000)))[0]).toBe(413);
  expect(asked).toEqual(['a', 'c']);
  expect(driver.counts.rejected).toEqual({ noHeir: 1, malformed: 1, bodyTooLarge: 1 });
});
