import { afterEach, describe, expect, it, vi } from 'vitest';
import { NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';
import { heartbeat, heartbeatRounds, recorder } from './recorder.js';

describe.each(CLIENTS)('NatsRpcDriver.close, over $name', ({ connect }) => {
  const started: AsyncDisposable[] = [];
  const ending = <T extends AsyncDisposable>(resource: T): T => {
    started.push(resource);
    return resource;
  };
  const open = async (server: { readonly url: string }, options = {}) => {
    const connection = await connect({ servers: server.url, ...options });
    ending({ [Symbol.asyncDispose]: () => connection.close() });
    return connection;
  };

  afterEach(async () => {
    for (const resource of started.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  });

  it('leaves a shared connection, and the other node on it, as they were', async () => {
    const server = ending(await NatsServer.start());
    const connection = await open(server);
    const [leaving, staying] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const [leavingDriver, stayingDriver] = [new NatsRpcDriver(connection), new NatsRpcDriver(connection)];
    await Promise.all([leavingDriver.init(leaving), stayingDriver.init(staying)]);
    await leavingDriver.close();
    stayingDriver.broadcast(heartbeat(1));
    await vi.waitUntil(() => staying.received.length === 1, 10_000);
    expect(leaving).toMatchObject({ received: [], errors: [] });
    expect(connection.isClosed()).toBe(false);
    await stayingDriver.close();
    expect(connection.isClosed()).toBe(false);
  });

  it('resolves twice at once and again later', async () => {
    const server = ending(await NatsServer.start());
    const driver = new NatsRpcDriver(await open(server));
    await driver.init(recorder());
    await Promise.all([driver.close(), driver.close()]);
    await driver.close();
    await new NatsRpcDriver(await open(server)).close();
  });

  it('lets what was sent before it leave, even if the connection is closed right after', async () => {
    const server = ending(await NatsServer.start());
    const node = recorder({ id: 'b' });
    const listening = new NatsRpcDriver(await open(server));
    await listening.init(node);
    const connection = await open(server);
    const driver = new NatsRpcDriver(connection);
    await driver.init(recorder());
    for (let round = 1; round <= 1_000; round += 1) driver.broadcast(heartbeat(round));
    await driver.close();
    await connection.close();
    await vi.waitUntil(() => node.received.length === 1_000, 10_000);
    await listening.close();
  });

  it('says, hears and reports nothing any more', async () => {
    const server = ending(await NatsServer.start());
    const connection = await open(server);
    const [node, listener] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const [driver, listening] = [new NatsRpcDriver(connection), new NatsRpcDriver(connection)];
    await Promise.all([driver.init(node), listening.init(listener)]);
    await driver.close();
    driver.broadcast(heartbeat(1));
    listening.broadcast(heartbeat(2));
    await vi.waitUntil(() => listener.received.length > 0, 10_000);
    expect(heartbeatRounds(listener.received)).toEqual([2]);
    await server.kill();
    await vi.waitUntil(() => listener.errors.length === 1, 10_000);
    expect(node).toMatchObject({ received: [], errors: [] });
    await listening.close();
  });

  it('takes its subscriptions from a shared connection: the server sends it nothing any more', async () => {
    const server = ending(await NatsServer.start());
    const [connection, elsewhere] = [await open(server), await open(server)];
    const [driver, speaker] = [new NatsRpcDriver(connection), new NatsRpcDriver(elsewhere)];
    await Promise.all([driver.init(recorder({ id: 'a' })), speaker.init(recorder({ id: 'b' }))]);
    await driver.close();
    const before = connection.stats().inMsgs;
    for (let round = 1; round <= 10; round += 1) speaker.broadcast(heartbeat(round));
    await speaker.close();
    await connection.flush();
    expect(connection.stats().inMsgs).toBe(before);
  });

  it('returns at once while the server is down', async () => {
    const server = ending(await NatsServer.start());
    const node = recorder();
    const driver = new NatsRpcDriver(await open(server), { closeTimeoutMs: 60_000 });
    await driver.init(node);
    await server.kill();
    await vi.waitUntil(() => node.errors.length === 1, 10_000);
    const since = performance.now();
    await driver.close();
    expect(performance.now() - since).toBeLessThan(5_000);
  });

  it('returns within its own limit while the server is frozen', async () => {
    const server = ending(await NatsServer.start());
    const driver = new NatsRpcDriver(await open(server), { closeTimeoutMs: 200 });
    await driver.init(recorder());
    await server.freeze();
    const since = performance.now();
    await Promise.all([driver.close(), driver.close()]);
    const tookMs = performance.now() - since;
    expect(tookMs).toBeGreaterThan(190);
    expect(tookMs).toBeLessThan(5_000);
  });
});
