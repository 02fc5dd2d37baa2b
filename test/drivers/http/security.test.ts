// Who may come in, and in whose name: with real certificates, made here.

import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { HttpRpcDriver } from '../../../src/drivers/http/index.js';
import type { NodeControls } from '../../../src/drivers/rpc-driver.js';
import { heartbeat } from '../nats/recorder.js';
import { Authority, type Identity } from './certificates.js';
import { HttpCluster } from './http-cluster.js';

const SECRET = 'correct-horse-battery-staple';
const HEARTBEAT = { method: 'POST', body: JSON.stringify({ term: 7, leader_id: 'a' }) } as const;
const JSON_TYPE = { 'content-type': 'application/json' };

describe('A shared secret', () => {
  test.each([
    ['none', undefined],
    ['another of the same length', SECRET.replace('c', 'C')],
    ['the beginning of it', SECRET.slice(0, -1)],
    ['more than it', `${SECRET}x`],
  ])('turns away who shows %s, counts it, and lets nothing through', async (_, shown) => {
    await using cluster = await HttpCluster.of(['a', 'b']);
    const { url, driver, node } = await cluster.join('b', { secret: SECRET });
    const authorization = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
    const response = await request(`${url}/appendentries`, {
      ...HEARTBEAT,
      headers: { ...JSON_TYPE, ...authorization },
    });
    expect(response.statusCode).toBe(401);
    expect(response.headers['www-authenticate']).toBe('Bearer');
    expect((await request(`${url}/status`, { headers: authorization })).statusCode).toBe(401);
    expect(driver.counts.rejected).toEqual({ wrongSecret: 2 });
    expect(node.received).toEqual([]);
  });

  test('lets in who has it, nodes and people', async () => {
    await using cluster = await HttpCluster.of(['a', 'b']);
    const [a, b] = [await cluster.join('a', { secret: SECRET }), await cluster.join('b', { secret: SECRET })];
    a.driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => b.node.received.length === 1, 10_000);
    expect((await request(`${b.url}/id`, { headers: { authorization: `Bearer ${SECRET}` } })).statusCode).toBe(200);
  });

  test('a node with a wrong one hears of it from its own driver, once', async () => {
    await using cluster = await HttpCluster.of(['a', 'b']);
    await cluster.join('b', { secret: SECRET });
    const { driver, node } = await cluster.join('a', { secret: SECRET.toUpperCase() });
    for (let round = 1; round <= 3; round += 1) driver.broadcast(heartbeat(round));
    await vi.waitUntil(() => driver.counts.peers['b']?.failed, 10_000);
    expect(node.errors.map(({ code, message }) => [code, /status \d+/.exec(message)?.[0]])).toEqual([
      ['DRIVER_FAILED', 'status 401'],
    ]);
  });
});

describe('Mutual TLS', () => {
  let ours: Authority;
  let theirs: Authority;
  let a: Identity;
  let b: Identity;
  beforeAll(async () => {
    [ours, theirs] = await Promise.all([Authority.create(), Authority.create()]);
    [a, b] = [await ours.issue(['a']), await ours.issue(['b'])];
  });
  afterAll(async () => {
    await ours[Symbol.asyncDispose]();
    await theirs[Symbol.asyncDispose]();
  });
  const ask = (url: string, identity: Partial<Identity>, options: Parameters<typeof request>[1] = {}) =>
    request(url, {
      ...options,
      dispatcher: new Agent({ connect: { ...identity, checkServerIdentity: () => undefined } }),
    });

  test('nodes with the certificates of their ids hear each other; an old certificate without DNS names counts by its common name', async () => {
    await using cluster = await HttpCluster.of(['a', 'b'], 'https');
    const old = await ours.issue([], { commonName: 'a' });
    const [from, to] = [await cluster.join('a', { tls: old }), await cluster.join('b', { tls: b })];
    from.driver.broadcast(heartbeat(1));
    to.driver.broadcast({ ...heartbeat(1), leader: to.node.id });
    await vi.waitUntil(() => to.node.received.length === 1 && from.node.received.length === 1, 20_000);
  });

  test('names may differ from ids, where told', async () => {
    await using cluster = await HttpCluster.of(['a', 'b'], 'https');
    const names = { a: 'a.example', b: 'b.example' };
    const [identityA, identityB] = [await ours.issue(['a.example']), await ours.issue(['x', 'b.example'])];
    const from = await cluster.join('a', { tls: { ...identityA, names } });
    const to = await cluster.join('b', { tls: { ...identityB, names } });
    from.driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => to.node.received.length === 1, 20_000);
  });

  test('who shows no certificate, or one of another authority, gets no connection, and is counted', async () => {
    await using cluster = await HttpCluster.of(['a', 'b'], 'https');
    const { url, driver, node } = await cluster.join('b', { tls: b });
    const stranger = await theirs.issue(['a']);
    await expect(ask(`${url}/id`, { ca: a.ca })).rejects.toThrow();
    await expect(ask(`${url}/id`, { ...stranger, ca: a.ca })).rejects.toThrow();
    await vi.waitUntil(() => (driver.counts.rejected.badHandshake ?? 0) >= 2, 10_000);
    expect(node.received).toEqual([]);
  });

  test('a member cannot speak in the name of another: 403, and counted', async () => {
    await using cluster = await HttpCluster.of(['a', 'b', 'c'], 'https');
    const { url, driver, node } = await cluster.join('b', { tls: b });
    const c = await ours.issue(['c', 'A']);
    const response = await ask(`${url}/appendentries`, c, { ...HEARTBEAT, headers: JSON_TYPE });
    expect([response.statusCode, await response.body.json()]).toMatchObject([403, { error: 'forgedId' }]);
    const claimed = await ask(`${url}/appendentries`, c, {
      ...HEARTBEAT,
      headers: { ...JSON_TYPE, 'graft-from': 'a' },
    });
    expect(claimed.statusCode).toBe(403);
    expect(driver.counts.rejected).toEqual({ forgedId: 2 });
    expect(node.received).toEqual([]);
  });

  test('a node that answers at the address of another is told nothing', async () => {
    await using cluster = await HttpCluster.of(['a', 'b'], 'https');
    const from = await cluster.join('a', { tls: a });
    const impostor = await cluster.join('b', { tls: await ours.issue(['c']) });
    from.driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => from.driver.counts.peers['b']?.failed, 10_000);
    expect(impostor.node.received).toEqual([]);
  });

  describe('a browser that has an operator’s certificate and another site’s page open', () => {
    const PAGES = ['https://evil.example', 'null', 'https://127.0.0.1:1', 'http://127.0.0.1'];
    /** The leader, and what an operator's browser sends it: no body, and no content type that it would have to ask about. */
    async function leading(cluster: HttpCluster) {
      const done = { stepDowns: 0 };
      const node: NodeControls = {
        heartbeatIntervalMs: 100,
        status: () => ({ isLeader: true }),
        stepDown: async () => {
          done.stepDowns += 1;
        },
      };
      const { url, driver } = await cluster.join('b', { tls: b, allowStepDown: true }, { node });
      const operator = await ours.issue(['operator']);
      const order = (headers: Record<string, string>) => ask(`${url}/stepdown`, operator, { method: 'POST', headers });
      const read = (headers: Record<string, string>) => ask(`${url}/status`, operator, { headers });
      return { done, driver, order, read, origin: new URL(url).origin };
    }

    test.each(PAGES)('cannot have the leader step down: origin %s', async (origin) => {
      await using cluster = await HttpCluster.of(['a', 'b'], 'https');
      const { done, driver, order, read } = await leading(cluster);
      const response = await order({ origin });
      expect([response.statusCode, await response.body.json()]).toEqual([
        403,
        { error: 'webPage', message: expect.stringContaining(JSON.stringify(origin)) },
      ]);
      expect([done.stepDowns, driver.counts.rejected]).toEqual([0, { webPage: 1 }]);
      // It may have the page ask, and no other site reads the answer.
      const { statusCode, headers } = await read({ origin });
      expect([statusCode, headers['access-control-allow-origin']]).toEqual([200, undefined]);
    });

    test('twin: the same order without the word where it is from deposes the leader; so may its own site, and a program', async () => {
      await using cluster = await HttpCluster.of(['a', 'b'], 'https');
      const { done, driver, order, origin } = await leading(cluster);
      expect((await order({ 'content-type': 'text/plain' })).statusCode).toBe(200);
      expect((await order({ origin })).statusCode).toBe(200);
      expect([done.stepDowns, driver.counts.rejected]).toEqual([2, {}]);
    });
  });

  test('an expired certificate opens nothing', async () => {
    await using cluster = await HttpCluster.of(['a', 'b'], 'https');
    const { driver, url } = await cluster.join('b', { tls: b });
    const expired = await ours.issue(['a'], { days: -1 }).catch(() => undefined);
    // Some versions of openssl issue no such thing; then there is nothing to refuse.
    if (expired !== undefined) await expect(ask(`${url}/id`, expired)).rejects.toThrow();
    expect(driver.counts.rejected.badHandshake ?? 0).toBe(expired === undefined ? 0 : 1);
  });
});

describe('With neither', () => {
  test.each([
    [
      'a peer elsewhere',
      { peers: { a: 'http://127.0.0.1:7400', b: 'http://10.0.0.2:7400' } },
      'peers.b is http://10.0.0.2:7400',
    ],
    ['a peer by name', { peers: { a: 'http://a:7400' } }, 'peers.a is http://a:7400'],
    [
      'every interface',
      { peers: { a: 'http://127.0.0.1:7400' }, listen: { host: '0.0.0.0' } },
      'listen.host is 0.0.0.0',
    ],
  ])('a driver refuses %s, and says why', (_, options, what) => {
    expect(() => new HttpRpcDriver(options)).toThrow(what);
    expect(() => new HttpRpcDriver(options)).toThrow('without secret or tls only loopback addresses');
    expect(new HttpRpcDriver({ ...options, secret: SECRET })).toBeInstanceOf(HttpRpcDriver);
  });

  test('a web page that a browser on this machine has open can neither post nor read', async () => {
    await using cluster = await HttpCluster.of(['a']);
    const { url, port, driver } = await cluster.join('a', { allowStepDown: true });
    const posted = await request(`${url}/stepdown`, { method: 'POST', headers: { origin: 'https://evil.example' } });
    // A name of the page's own that now points at 127.0.0.1.
    const rebound = await request(`${url}/status`, { headers: { host: `evil.example:${port}` } });
    expect([posted.statusCode, rebound.statusCode]).toEqual([403, 403]);
    expect(driver.counts.rejected).toEqual({ webPage: 2 });
    expect((await request(`http://localhost:${port}/cluster/id`)).statusCode).toBe(200);
  });
});
