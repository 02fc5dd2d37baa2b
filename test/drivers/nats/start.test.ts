import { afterEach, describe, expect, it, vi } from 'vitest';
import { GraftError } from '../../../src/core/errors.js';
import { NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';
import { heartbeat, recorder } from './recorder.js';
import { TcpProxy } from './tcp-proxy.js';

/** A server that asks for a user and a password, and permits `graft` what is given. */
function withPermissions(permissions: string): string {
  return `authorization { users = [
    { user: graft, password: secret, permissions: { ${permissions} } }
    { user: admin, password: secret }
  ] }`;
}
const graft = { user: 'graft', pass: 'secret' };
const admin = { user: 'admin', pass: 'secret' };

describe.each(CLIENTS)('NatsRpcDriver.init, over $name', ({ connect }) => {
  const started: AsyncDisposable[] = [];
  const ending = <T extends AsyncDisposable>(resource: T): T => {
    started.push(resource);
    return resource;
  };
  const startServer = async (config = '') => ending(await NatsServer.start({ config }));
  const open = async (server: { readonly url: string }, options = {}) => {
    const connection = await connect({ servers: server.url, ...options });
    ending({ [Symbol.asyncDispose]: () => connection.close() });
    return connection;
  };

  afterEach(async () => {
    for (const resource of started.splice(0).reverse()) await resource[Symbol.asyncDispose]();
  });

  it('resolves when the server has the subscriptions: the first of 200 heartbeats arrives, 50 times running', async () => {
    const server = await startServer();
    const [speaking, listening] = [await open(server), await open(server)];
    const speaker = new NatsRpcDriver(speaking);
    await speaker.init(recorder());
    for (let run = 0; run < 50; run += 1) {
      const node = recorder({ id: 'b' });
      const driver = new NatsRpcDriver(listening);
      await driver.init(node);
      speaker.broadcast(heartbeat(run));
      await vi.waitUntil(() => node.received.length === 1, { timeout: 10_000, interval: 1 });
      await driver.close();
    }
    await speaker.close();
  });

  it('does with a user and password and the one permission graft.<cluster>.>', async () => {
    const server = await startServer(withPermissions('publish: "graft.orders.>", subscribe: "graft.orders.>"'));
    const [a, b] = [recorder({ id: 'a' }), recorder({ id: 'b' })];
    const [toA, toB] = [new NatsRpcDriver(await open(server, graft)), new NatsRpcDriver(await open(server, graft))];
    await Promise.all([toA.init(a), toB.init(b)]);
    toA.broadcast(heartbeat(1));
    toA.send(b.id, { kind: 'timeoutNow', term: 7, leader: a.id });
    await vi.waitUntil(() => b.received.length === 2, 10_000);
    expect([...a.errors, ...b.errors]).toEqual([]);
    await Promise.all([toA.close(), toB.close()]);
  });

  it("does in interop mode with that and plain graft's own answers, graft.*.vote_response", async () => {
    const server = await startServer(
      withPermissions(
        'publish: ["graft.orders.>", "graft.*.vote_response"], subscribe: ["graft.orders.>", "graft.*.vote_response"]',
      ),
    );
    const [a, b] = [recorder({ id: 'a', interop: true }), recorder({ id: 'b', interop: true })];
    const [toA, toB] = [new NatsRpcDriver(await open(server, graft)), new NatsRpcDriver(await open(server, graft))];
    await Promise.all([toA.init(a), toB.init(b)]);
    toA.broadcast(heartbeat(1));
    const answer = {
      kind: 'voteResponse',
      preVote: false,
      term: 7,
      granted: true,
      standsBy: false,
      incarnation: 0,
    } as const;
    toA.send(b.id, { ...answer, voter: undefined, round: 0, retryAfterMs: 0 });
    await vi.waitUntil(() => b.received.length === 2, 10_000);
    expect([...a.errors, ...b.errors]).toEqual([]);
    await Promise.all([toA.close(), toB.close()]);
  });

  it('rejects, naming the subject, where one subscription is not permitted, and leaves none behind', async () => {
    const allowed = 'graft.orders.heartbeat", "graft.orders.vote_request", "graft.orders.a.>';
    const server = await startServer(withPermissions(`publish: "graft.>", subscribe: ["${allowed}"]`));
    const node = recorder();
    const driver = new NatsRpcDriver(await open(server, graft));
    await expect(driver.init(node)).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: expect.stringContaining('graft.orders.pre_vote_request'),
    });
    const speaker = new NatsRpcDriver(await open(server, admin));
    await speaker.init(recorder({ id: 'b' }));
    speaker.broadcast(heartbeat(1));
    await speaker.close();
    expect(node).toMatchObject({ received: [], errors: [] });
    await driver.close();
  });

  it('reports, once a kind, what it is not permitted to publish', async () => {
    const server = await startServer(
      withPermissions('publish: "graft.orders.vote_request", subscribe: "graft.orders.>"'),
    );
    const node = recorder();
    const driver = new NatsRpcDriver(await open(server, graft));
    await driver.init(node);
    for (let round = 1; round <= 5; round += 1) driver.broadcast(heartbeat(round));
    driver.send(recorder({ id: 'b' }).id, { kind: 'timeoutNow', term: 7, leader: node.id });
    await vi.waitUntil(() => node.errors.length === 2, 10_000);
    await driver.close();
    expect(node.errors.map(({ code, message }) => [code, /publish to (\S+);/.exec(message)?.[1]])).toEqual([
      ['DRIVER_FAILED', 'graft.orders.heartbeat'],
      ['DRIVER_FAILED', 'graft.orders.b.timeout_now'],
    ]);
  });

  it('leaves what others on a shared connection are not permitted to them', async () => {
    const server = await startServer(withPermissions('publish: "graft.orders.>", subscribe: "graft.orders.>"'));
    const node = recorder();
    const connection = await open(server, graft);
    const driver = new NatsRpcDriver(connection);
    await driver.init(node);
    connection.publish('somebody.elses');
    connection.publish('graft.billing.heartbeat');
    connection.publish('graft.b.vote_response');
    await connection.flush();
    driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    expect(node.errors).toEqual([]);
    await driver.close();
  });

  it('rejects where the server limits the number of subscriptions', async () => {
    const server = await startServer('max_subscriptions: 4');
    const driver = new NatsRpcDriver(await open(server));
    await expect(driver.init(recorder())).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
    await driver.close();
  });

  it('rejects within its own limit while the server is frozen, and serves when called again after the thaw', async () => {
    const server = await startServer();
    const node = recorder();
    const driver = new NatsRpcDriver(await open(server), { initTimeoutMs: 200 });
    await server.freeze();
    await expect(driver.init(node)).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: 'the NATS server did not answer within 200 ms',
    });
    server.thaw();
    await vi.waitFor(() => driver.init(node), 10_000);
    driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    await driver.close();
  });

  it('rejects within its own limit while the server is down', async () => {
    const server = await startServer();
    const connection = await open(server);
    await server.kill();
    const driver = new NatsRpcDriver(connection, { initTimeoutMs: 200 });
    await expect(driver.init(recorder())).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
    await driver.close();
  });

  it('waits for a connection that is down, and resolves when the server is back', async () => {
    const server = await startServer();
    const connection = await open(server, { maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    await server.kill();
    const node = recorder();
    const driver = new NatsRpcDriver(connection, { initTimeoutMs: 30_000 });
    const initialised = driver.init(node);
    await server.restart();
    await initialised;
    driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    expect(node.errors).toEqual([]);
    await driver.close();
  });

  it('outlives an outage while it waits for the answer', async () => {
    const server = await startServer();
    const proxy = ending(await TcpProxy.start(server.port));
    const connection = await open(proxy, { maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    proxy.hold();
    const node = recorder();
    const driver = new NatsRpcDriver(connection, { initTimeoutMs: 30_000 });
    const initialised = driver.init(node);
    proxy.cut();
    proxy.release();
    await initialised;
    driver.broadcast(heartbeat(1));
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    expect(node.errors).toEqual([]);
    await driver.close();
  });

  it('rejects on a closed connection, and on one that closes while it waits', async () => {
    const server = await startServer();
    const [closed, closing] = [await open(server), await open(server)];
    await closed.close();
    const refusal = { code: 'DRIVER_FAILED', message: expect.stringContaining('the NATS connection is closed') };
    await expect(new NatsRpcDriver(closed).init(recorder())).rejects.toMatchObject(refusal);
    await server.freeze();
    const initialised = new NatsRpcDriver(closing, { initTimeoutMs: 30_000 }).init(recorder());
    await Promise.all([expect(initialised).rejects.toMatchObject(refusal), closing.close()]);
  });

  it('rejects with the reason of an AbortSignal, aborted before or meanwhile', async () => {
    const server = await startServer();
    const connection = await open(server);
    const reason = new Error('no longer wanted');
    const driver = new NatsRpcDriver(connection, { initTimeoutMs: 600_000 });
    await expect(driver.init(recorder(), AbortSignal.abort(reason))).rejects.toBe(reason);
    await server.freeze();
    const abort = new AbortController();
    const initialised = driver.init(recorder(), abort.signal);
    abort.abort(reason);
    await expect(initialised).rejects.toBe(reason);
    await driver.close();
  });

  it('is broken off by close, and refused to a driver that serves or served a node', async () => {
    const server = await startServer();
    const connection = await open(server);
    const driver = new NatsRpcDriver(connection);
    await driver.init(recorder());
    await expect(driver.init(recorder({ id: 'b' }))).rejects.toMatchObject({ code: 'DRIVER_IN_USE' });
    await driver.close();
    await expect(driver.init(recorder())).rejects.toMatchObject({ code: 'DRIVER_IN_USE' });

    await server.freeze();
    const late = new NatsRpcDriver(connection, { initTimeoutMs: 600_000 });
    const initialised = late.init(recorder());
    await Promise.all([expect(initialised).rejects.toMatchObject({ code: 'DRIVER_FAILED' }), late.close()]);
  });
});

describe('new NatsRpcDriver', () => {
  it.each([
    ['undefined', undefined, 'is undefined'],
    ['a URL', 'nats://127.0.0.1:4222', 'is "nats://127.0.0.1:4222"'],
    ['a connection not awaited', Promise.resolve(), 'await connect(...)'],
  ])('refuses %s in place of a connection', (_, source, complaint) => {
    const create = () => Reflect.construct(NatsRpcDriver, [source]);
    expect(create).toThrow(GraftError);
    expect(create).toThrow(complaint);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])('refuses limits of %s ms', (limit) => {
    expect(() => new NatsRpcDriver({}, { initTimeoutMs: limit })).toThrow(`initTimeoutMs is ${limit}`);
    expect(() => new NatsRpcDriver({}, { closeTimeoutMs: limit })).toThrow(`closeTimeoutMs is ${limit}`);
  });

  it('refuses an option that there is none, by its name', () => {
    const create = () => Reflect.construct(NatsRpcDriver, [{}, { initTimeout: 5 }]);
    expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(create).toThrow(
      'initTimeout is no option that there is: there are allowStepDown, initTimeoutMs, closeTimeoutMs',
    );
  });
});
