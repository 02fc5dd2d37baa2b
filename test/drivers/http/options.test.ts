import { describe, expect, test } from 'vitest';
import { importUndici } from '../../../src/drivers/http/import-undici.js';
import { HttpRpcDriver } from '../../../src/drivers/http/index.js';
import type { NodeControls } from '../../../src/drivers/rpc-driver.js';
import { recorder } from '../nats/recorder.js';
import { HttpCluster } from './http-cluster.js';

const peers = { a: 'http://127.0.0.1:7400', b: 'http://127.0.0.1:7401' };

test.each([
  ['no options', undefined, 'the options are undefined'],
  ['no peers', {}, 'peers is undefined'],
  ['no peer at all', { peers: {} }, 'peers is empty'],
  ['an id that no node may have', { peers: { 'a/b': peers.a } }, 'an id among peers is "a/b"'],
  ['an address that is none', { peers: { a: '127.0.0.1:7400' } }, 'peers.a is'],
  ['another scheme', { peers: { a: 'ws://127.0.0.1:7400' } }, 'peers.a is "ws://127.0.0.1:7400…"'],
  [
    'a password in an address, which is not repeated',
    { peers: { a: 'http://u:hidden@127.0.0.1' } },
    'peers.a is "http://127.0.0.1…"',
  ],
  ['one address for two', { peers: { a: peers.a, b: peers.a } }, 'peers.a and peers.b are both http://127.0.0.1:7400/'],
  ['a prefix without a slash', { peers, prefix: 'cluster' }, 'prefix is "cluster"'],
  ['a short secret, which is not repeated', { peers, secret: 'hidden' }, 'secret is not 16 to 1024'],
  ['half of a certificate', { peers, tls: { cert: 'x' } }, 'tls has no key, ca'],
  [
    'tls without https',
    { peers, tls: { cert: 'x', key: 'x', ca: 'x' } },
    'peers.a is http://127.0.0.1:7400/ and tls is given',
  ],
  ['a word for a boolean', { peers, allowStepDown: 'yes' }, 'allowStepDown is "yes"'],
  ['another body', { peers, body: 'xml' }, 'body is "xml"'],
  ['another way to listen', { peers, listen: 7400 }, 'listen is 7400'],
  ['a port that is none', { peers, listen: { port: 0 } }, 'listen.port is 0'],
  ['no time at all', { peers, requestTimeoutMs: 0 }, 'requestTimeoutMs is 0'],
  ['endless time', { peers, bodyTimeoutMs: Number.POSITIVE_INFINITY }, 'bodyTimeoutMs is Infinity'],
  ['an option that does not exist', { peers, allowStepdown: true }, 'allowStepdown is no option that there is'],
  ['one of listen at the top', { peers, port: 7400 }, 'did you mean listen.port?'],
  ['a misspelt place to listen', { peers, listen: { hostname: 'a' } }, 'listen.hostname is no option that there is'],
  [
    'a misspelt part of tls',
    { peers, tls: { cert: 'x', key: 'x', ca: 'x', name: {} } },
    'tls.name is no option that there is',
  ],
])('new HttpRpcDriver refuses %s', (_, options, what) => {
  const create = () => Reflect.construct(HttpRpcDriver, [options]);
  expect(create).toThrow(what);
  expect(create).not.toThrow('hidden');
});

test('init rejects where the id has no address, the address is taken, the certificate is none, or interop is asked for', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { port } = await cluster.join('a');
  const at = { peers: { a: `http://127.0.0.1:${port}` } };
  await expect(new HttpRpcDriver({ peers }).init(recorder({ id: 'z' }))).rejects.toMatchObject({
    code: 'INVALID_OPTION',
  });
  await expect(new HttpRpcDriver(at).init(recorder())).rejects.toMatchObject({
    code: 'DRIVER_FAILED',
    message: expect.stringContaining('EADDRINUSE'),
  });
  const tls = { cert: 'none', key: 'none', ca: 'none' };
  for (const listen of [{}, 'mounted'] as const) {
    const secured = new HttpRpcDriver({ peers: { a: 'https://127.0.0.1:7400' }, tls, listen });
    await expect(secured.init(recorder())).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining('tls.cert'),
    });
  }
  await expect(new HttpRpcDriver({ peers }).init(recorder({ interop: true }))).rejects.toMatchObject({
    code: 'DRIVER_FAILED',
  });
});

describe('an https: address of the node itself, with a secret and without tls', () => {
  const secret = 'correct-horse-battery-staple';

  test.each([
    ['nothing said of listening', undefined],
    ['every interface', { host: '0.0.0.0' }],
    ['every interface, of IPv6 as well', { host: '::' }],
    ['the same place', 'own'],
  ] as const)(
    'is refused at init: the own server would speak plain HTTP where peers shake hands: %s',
    async (_, given) => {
      await using cluster = await HttpCluster.of(['a', 'b'], 'https');
      const port = await cluster.vacate('a');
      const listen = given === 'own' ? { host: '127.0.0.1', port } : given;
      const driver = new HttpRpcDriver({ peers: cluster.peers, secret, ...(listen && { listen }) });
      await expect(driver.init(recorder())).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(`https://127.0.0.1:${port}/ .* plain HTTP .* give tls, or`),
      });
    },
  );

  test('is served where a gateway ends TLS: one that listen names another port for, or a server that the handler is in', async () => {
    await using cluster = await HttpCluster.of(['a', 'b', 'inner'], 'https');
    const port = await cluster.vacate('inner');
    await cluster.join('a', { secret, listen: { port } });
    const headers = { authorization: `Bearer ${secret}` };
    expect((await fetch(`http://127.0.0.1:${port}/cluster/id`, { headers })).status).toBe(200);
    await cluster.join('b', { secret, listen: 'mounted' });
  });
});

test('a request may not take longer than the heartbeat interval: both values are named', async () => {
  const node: NodeControls = {
    heartbeatIntervalMs: 100,
    status: () => ({ isLeader: false }),
    stepDown: async () => undefined,
  };
  const driver = new HttpRpcDriver({ peers, requestTimeoutMs: 100 });
  await expect(driver.init({ ...recorder(), node })).rejects.toMatchObject({
    code: 'CONTRADICTING_TIMINGS',
    message: expect.stringMatching(/requestTimeoutMs \(100\).*heartbeatIntervalMs \(100\)/),
  });
});

test.each([
  ['is not installed', () => Promise.reject(new Error("Cannot find package 'undici'")), 'npm install undici@7'],
  ['is another package', async () => ({ fetch: () => undefined }), 'has no Pool'],
])('where undici %s, DRIVER_FAILED says what to install', async (_, importClient, what) => {
  await expect(importUndici(importClient)).rejects.toMatchObject({
    code: 'DRIVER_FAILED',
    message: expect.stringContaining(what),
  });
});
