import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NodeConnectionOptions as OptionsV3 } from '@nats-io/transport-node';
import { nkeys, type ConnectionOptions as OptionsV2 } from 'nats';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Attempt } from '../../../src/drivers/nats/attempt.js';
import { NatsRpcDriver, OWN_CONNECTION_DEFAULTS } from '../../../src/drivers/nats/index.js';
import { openConnection } from '../../../src/drivers/nats/open-connection.js';
import { NatsServer } from '../../support/nats-server.js';
import { heartbeat, recorder } from './recorder.js';
import { TcpProxy } from './tcp-proxy.js';

/** As nsc writes one, for a server that knows its users by their keys and looks at no JWT. */
async function credentialsFile(seed: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-creds-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'user.creds');
  const part = (name: string, text: string) => `-----BEGIN ${name}-----\n${text}\n------END ${name}------\n\n`;
  await writeFile(file, part('NATS USER JWT', 'eyJ0eXAiOiJKV1QifQ.e30.c2ln') + part('USER NKEY SEED', seed));
  return file;
}

/** What Node says when a package is not installed. */
function missing(name: string): Error {
  return Object.assign(new Error(`Cannot find package '${name}' imported from here`), { code: 'ERR_MODULE_NOT_FOUND' });
}

describe('A NatsRpcDriver that opens its own connection', () => {
  let server: NatsServer;
  let proxy: TcpProxy;
  beforeEach(async () => {
    server = await NatsServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await server.stop();
  });

  it('speaks, hears and closes the connection with itself', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver({ servers: proxy.url });
    await driver.init(node);
    driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    expect(proxy.lines).toBe(1);
    await driver.close();
    await vi.waitUntil(() => proxy.lines === 0, 10_000);
    expect(node.errors).toEqual([]);
  });

  it("takes the options as the clients' own types have them", () => {
    const [v2, v3]: [OptionsV2, OptionsV3] = [
      { servers: ['a', 'b'], tls: null },
      { servers: 'c', reconnectJitter: 1 },
    ];
    expect(new NatsRpcDriver(v2)).toBeInstanceOf(NatsRpcDriver);
    expect(new NatsRpcDriver(v3)).toBeInstanceOf(NatsRpcDriver);
  });

  it('comes back by itself after an outage, within a moment', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver({ servers: server.url });
    await driver.init(node);
    await server.kill();
    await vi.waitUntil(() => node.errors.length === 1, 10_000);
    await server.restart();
    await vi.waitUntil(() => {
      driver.broadcast(heartbeat(1));
      return node.received.length > 0;
    }, 10_000);
    await driver.close();
  });

  it('closes the connection again when init is rejected', async () => {
    await using strict = await NatsServer.start({
      config: 'authorization { users = [{ user: u, password: p, permissions: { subscribe: "graft.billing.>" } }] }',
    });
    await using line = await TcpProxy.start(strict.port);
    const driver = new NatsRpcDriver({ servers: line.url, user: 'u', pass: 'p' });
    await expect(driver.init(recorder())).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
    await vi.waitUntil(() => line.lines === 0, 10_000);
    await driver.close();
  });

  it('rejects init where there is no server, and tells no password', async () => {
    await server.kill();
    const driver = new NatsRpcDriver({ servers: server.url.replace('//', '//me:secret@') });
    const failure = await driver.init(recorder()).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining(`nats://127.0.0.1:${server.port}`),
    });
    expect(String(failure)).not.toContain('secret');
  });

  it('rejects init where the server refuses the user', async () => {
    await using strict = await NatsServer.start({ config: 'authorization { user: u, password: p }' });
    const driver = new NatsRpcDriver({ servers: strict.url, user: 'u', pass: 'wrong' });
    await expect(driver.init(recorder())).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
  });

  it.each(['nats', '@nats-io/transport-node'])('signs in by a credentials file with %s', async (client) => {
    const user = nkeys.createUser();
    await using strict = await NatsServer.start({
      config: `authorization { users = [{ nkey: ${user.getPublicKey()} }] }`,
    });
    const file = await credentialsFile(new TextDecoder().decode(user.getSeed()));
    const attempt = new Attempt({ limitMs: 60_000, expired: () => new Error('too late') });
    const importClient = async (name: string): Promise<unknown> => {
      if (name !== client) throw missing(name);
      return import(name);
    };
    const connection = await openConnection({ servers: strict.url, credentialsFile: file }, attempt, importClient);
    await connection.flush();
    await connection.close();
    attempt.end();
    // Twin: without it the server refuses.
    await expect(new NatsRpcDriver({ servers: strict.url }).init(recorder())).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
    });
  });

  it('rejects init where the credentials file is missing or holds none, and tells nothing of what it holds', async () => {
    const absent = new NatsRpcDriver({ servers: server.url, credentialsFile: '/no/such.creds' });
    await expect(absent.init(recorder())).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining('"/no/such.creds" cannot be read'),
    });
    const file = await credentialsFile('secret');
    const failure = await new NatsRpcDriver({ servers: server.url, credentialsFile: file })
      .init(recorder())
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'DRIVER_FAILED' });
    expect(String(failure)).not.toContain('secret');
    const both = { credentialsFile: file, authenticator: () => ({}) };
    expect(() => new NatsRpcDriver(both)).toThrowError(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  it('gives up a dial at its limit, and closes the connection that comes of it too late', async () => {
    proxy.hold();
    const driver = new NatsRpcDriver({ servers: proxy.url }, { initTimeoutMs: 300 });
    await expect(driver.init(recorder())).rejects.toMatchObject({ message: expect.stringContaining('within 300 ms') });
    expect(proxy.lines).toBe(1);
    proxy.release();
    await vi.waitUntil(() => proxy.lines === 0, 10_000);
    await driver.close();
  });

  it('gives up a dial when it is closed, and when the AbortSignal says so', async () => {
    proxy.hold();
    const driver = new NatsRpcDriver({ servers: proxy.url }, { initTimeoutMs: 600_000 });
    const initialised = driver.init(recorder());
    await Promise.all([expect(initialised).rejects.toMatchObject({ code: 'DRIVER_FAILED' }), driver.close()]);

    const reason = new Error('no longer wanted');
    const abort = new AbortController();
    const aborted = new NatsRpcDriver({ servers: proxy.url }).init(recorder(), abort.signal);
    abort.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    proxy.release();
    await vi.waitUntil(() => proxy.lines === 0, 10_000);
  });
});

describe('openConnection', () => {
  let attempt: Attempt;
  beforeEach(() => {
    attempt = new Attempt({ limitMs: 60_000, expired: () => new Error('too late') });
  });
  afterEach(() => attempt.end());

  it.each(['nats', '@nats-io/transport-node'])('opens with %s where only that is installed', async (installed) => {
    await using server = await NatsServer.start();
    const asked: string[] = [];
    const importClient = async (name: string): Promise<unknown> => {
      asked.push(name);
      if (name !== installed) throw missing(name);
      return import(name);
    };
    const connection = await openConnection({ servers: server.url }, attempt, importClient);
    expect(asked.at(-1)).toBe(installed);
    await connection.flush();
    await connection.close();
  });

  it('hands the client the options, over defaults that never give up', async () => {
    const given: unknown[] = [];
    const connect = async (options: unknown) => {
      given.push(options);
      throw new Error('seen');
    };
    const options = { servers: ['one', 'two'], user: 'u', pingInterval: 9 };
    await expect(openConnection(options, attempt, async () => ({ connect }))).rejects.toMatchObject({
      message: 'no connection to NATS at one, two: seen',
    });
    expect(given).toEqual([{ ...OWN_CONNECTION_DEFAULTS, ...options }]);
    expect(given).toMatchObject([{ maxReconnectAttempts: -1 }]);
  });

  it('says what to install where no client is', async () => {
    const importClient = (name: string) => Promise.reject(missing(name));
    await expect(openConnection({}, attempt, importClient)).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining('npm install nats'),
    });
  });

  it.each([
    ['does not load', () => Promise.reject(new SyntaxError('broken')), 'does not load: broken'],
    [
      'lacks a part of its own',
      () => Promise.reject(missing('nkeys.js')),
      "does not load: Cannot find package 'nkeys.js'",
    ],
    ['has no connect', () => Promise.resolve({}), 'has no connect()'],
    ['connects to something else', () => Promise.resolve({ connect: async () => ({}) }), 'gave no connection'],
  ])('tells a client that %s from one that is missing', async (_, importClient, complaint) => {
    await expect(openConnection({}, attempt, importClient)).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining(complaint),
    });
  });
});
