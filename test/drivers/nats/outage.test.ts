import { afterEach, describe, expect, it, vi } from 'vitest';
import { type NatsConnectionLike, NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import { encodeMessage } from '../../../src/drivers/wire/codec.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';
import { heartbeat, heartbeatRounds, ONE_OF_EACH, recorder } from './recorder.js';
import { TcpProxy } from './tcp-proxy.js';

/** A client that comes back as soon as it can. */
const eager = { maxReconnectAttempts: -1, reconnectTimeWait: 20, reconnectJitter: 0 };

describe.each(CLIENTS)('NatsRpcDriver in an outage, over $name', ({ connect }) => {
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
  /** A node on a line that can be cut, and a listener on one that cannot. */
  const startPair = async () => {
    const server = ending(await NatsServer.start());
    const proxy = ending(await TcpProxy.start(server.port));
    const connection = await open(proxy, eager);
    const [node, listener] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const [driver, listening] = [new NatsRpcDriver(connection), new NatsRpcDriver(await open(server, eager))];
    await Promise.all([driver.init(node), listening.init(listener)]);
    ending({ [Symbol.asyncDispose]: async () => void (await Promise.all([driver.close(), listening.close()])) });
    return { server, proxy, connection, node, driver, listener };
  };
  const untilStatus = async (connection: NatsConnectionLike, type: string) => {
    for await (const status of connection.status()) if (status.type === type) return;
  };

  afterEach(async () => {
    for (const resource of started.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  });

  it('reports a killed server once, and speaks and hears again when it is back', async () => {
    const server = ending(await NatsServer.start());
    const [node, other] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const driver = new NatsRpcDriver(await open(server, eager));
    const otherDriver = new NatsRpcDriver(await open(server, eager));
    await Promise.all([driver.init(node), otherDriver.init(other)]);

    for (const outage of [1, 2]) {
      await server.kill();
      await vi.waitUntil(() => node.errors.length === outage && other.errors.length === outage, 10_000);
      await server.restart();
      // Either may be back before the other.
      await vi.waitUntil(() => {
        driver.broadcast(heartbeat(outage));
        return heartbeatRounds(other.received).includes(outage) && heartbeatRounds(node.received).includes(outage);
      }, 20_000);
    }
    expect(node.errors.map(({ code, message }) => [code, message])).toEqual([
      ['DRIVER_DISCONNECTED', expect.stringContaining(`127.0.0.1:${server.port}`)],
      ['DRIVER_DISCONNECTED', expect.stringContaining('nothing is sent until it is back')],
    ]);
    await Promise.all([driver.close(), otherDriver.close()]);
  });

  it('sends nothing while the client dials, so that nothing arrives late', async () => {
    const { proxy, connection, node, driver, listener } = await startPair();
    proxy.hold();
    const dialling = untilStatus(connection, 'reconnecting');
    proxy.cut();
    await dialling;
    for (let round = 1; round <= 20; round += 1) driver.broadcast(heartbeat(round));
    proxy.release();
    await vi.waitUntil(() => {
      driver.broadcast(heartbeat(100));
      return listener.received.length > 0;
    }, 10_000);
    expect(new Set(heartbeatRounds(listener.received))).toEqual(new Set([100]));
    expect(node.errors.map(({ code }) => code)).toEqual(['DRIVER_DISCONNECTED']);
  });

  it('the harm without that: what the client is given while it dials arrives when the line is back', async () => {
    const { proxy, connection, listener } = await startPair();
    proxy.hold();
    const dialling = untilStatus(connection, 'reconnecting');
    proxy.cut();
    await dialling;
    await vi.waitUntil(() => proxy.lines === 1, 10_000);
    connection.publish('graft.orders.heartbeat', encodeMessage(heartbeat(1)));
    proxy.release();
    await vi.waitUntil(() => listener.received.length > 0, 10_000);
    expect(heartbeatRounds(listener.received)).toEqual([1]);
  });

  it('delivers late, and without any report, what it was given before it could know that the server is frozen', async () => {
    const { server, node, driver, listener } = await startPair();
    await server.freeze();
    for (let round = 1; round <= 20; round += 1) driver.broadcast(heartbeat(round));
    expect(listener.received).toEqual([]);
    server.thaw();
    await vi.waitUntil(() => listener.received.length === 20, 10_000);
    // The rules hold under late delivery (rule 8): terms and rounds tell old from new, and order is kept.
    expect(heartbeatRounds(listener.received)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(node.errors).toEqual([]);
  });

  it('notices a frozen server by the pings that the docs recommend, and then sends nothing', async () => {
    const server = ending(await NatsServer.start());
    const [node, listener] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const driver = new NatsRpcDriver(await open(server, { ...eager, pingInterval: 50, maxPingOut: 2 }));
    const listening = new NatsRpcDriver(await open(server, eager));
    await Promise.all([driver.init(node), listening.init(listener)]);
    await server.freeze();
    await vi.waitUntil(() => node.errors.length === 1, 10_000);
    driver.broadcast(heartbeat(1));
    server.thaw();
    await vi.waitUntil(() => {
      driver.broadcast(heartbeat(2));
      return listener.received.length > 0;
    }, 20_000);
    expect(new Set(heartbeatRounds(listener.received))).toEqual(new Set([2]));
    expect(node.errors[0]?.code).toBe('DRIVER_DISCONNECTED');
    await Promise.all([driver.close(), listening.close()]);
  });

  it('knows of a frozen server from the pings alone, where the client cannot drop the line for all that is unsent', async () => {
    const server = ending(await NatsServer.start());
    const node = recorder();
    const connection = await open(server, { ...eager, pingInterval: 50, maxPingOut: 2 });
    const driver = new NatsRpcDriver(connection, { closeTimeoutMs: 200 });
    await driver.init(node);
    await server.freeze();
    for (let count = 0; count < 200; count += 1) connection.publish('somebody.elses', new Uint8Array(100_000));
    await vi.waitUntil(() => node.errors.length === 1, 10_000);
    expect(node.errors[0]?.code).toBe('DRIVER_DISCONNECTED');
    await driver.close();
  });

  it('says so when the client gives up for good, and what prevents it', async () => {
    const server = ending(await NatsServer.start());
    const node = recorder();
    const connection = await open(server, { maxReconnectAttempts: 2, reconnectTimeWait: 10, reconnectJitter: 0 });
    const driver = new NatsRpcDriver(connection);
    await driver.init(node);
    await server.kill();
    await vi.waitUntil(() => node.errors.length === 2, 10_000);
    expect(node.errors.map(({ code, message }) => [code, message])).toEqual([
      ['DRIVER_DISCONNECTED', expect.stringContaining('is lost')],
      ['DRIVER_DISCONNECTED', expect.stringMatching(/gave up for good.*maxReconnectAttempts: -1/)],
    ]);
    driver.broadcast(heartbeat(1));
    expect(node.errors).toHaveLength(2);
    await driver.close();
  });

  it('says so when the owner of a shared connection closes it under the node', async () => {
    const { connection, node, driver } = await startPair();
    await connection.close();
    await vi.waitUntil(() => node.errors.length === 1, 10_000);
    expect(node.errors[0]).toMatchObject({
      code: 'DRIVER_DISCONNECTED',
      message: expect.stringContaining('it was closed'),
    });
    driver.broadcast(heartbeat(1));
    expect(node.errors).toHaveLength(1);
  });

  it('reports a send that the client refuses once, not at every heartbeat', async () => {
    const server = ending(await NatsServer.start({ config: 'max_payload: 64' }));
    const node = recorder();
    const driver = new NatsRpcDriver(await open(server));
    await driver.init(node);
    const tooLarge = { ...ONE_OF_EACH.preVoteRequest, position: new Uint8Array(100) };
    for (let count = 0; count < 5; count += 1) driver.broadcast(tooLarge);
    expect(node.errors.map(({ code }) => code)).toEqual(['DRIVER_FAILED']);
    driver.broadcast(heartbeat(1));
    driver.broadcast(tooLarge);
    expect(node.errors.map(({ code }) => code)).toEqual(['DRIVER_FAILED', 'DRIVER_FAILED']);
    await driver.close();
  });

  it('reports a permission that is gone after a reconnect', async () => {
    const users = (subscribe: string) =>
      `authorization { users = [{ user: graft, password: secret, permissions: { subscribe: [${subscribe}] } }] }`;
    const [before, after] = [
      await NatsServer.start({ config: users('"graft.orders.>"') }),
      await NatsServer.start({ config: users('"graft.orders.a.>", "graft.orders.vote_request"') }),
    ].map(ending) as [NatsServer, NatsServer];
    const node = recorder();
    const servers = { ...eager, servers: [before.url, after.url], noRandomize: true, user: 'graft', pass: 'secret' };
    const driver = new NatsRpcDriver(await open(before, servers));
    await driver.init(node);
    await before.kill();
    await vi.waitUntil(() => node.errors.length === 3, 20_000);
    expect(node.errors.map(({ code, message }) => [code, /graft\.\S+(?=;)/.exec(message)?.[0]])).toEqual([
      ['DRIVER_DISCONNECTED', undefined],
      ['DRIVER_FAILED', 'graft.orders.heartbeat'],
      ['DRIVER_FAILED', 'graft.orders.pre_vote_request'],
    ]);
    await driver.close();
  });
});
