// Status and step-down from outside, over a real nats-server (docs/wire.md, what people ask).
import { connect } from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ClusterStatus, changesBetween } from '../../src/client/index.js';
import { NatsInquirer, NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { type GraftError, MemoryLog, Node } from '../../src/index.js';
import { VERSION } from '../../src/version.js';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { NatsServer } from '../support/nats-server.js';
import { AskedCluster, VOTERS } from './inquirers.js';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.stop());

const untilOneLeads = (cluster: AskedCluster) => vi.waitUntil(() => cluster.leader !== undefined, 20_000);

describe('ClusterClient.status', () => {
  test('of three voters and an observer names them all, who leads, and what each knows', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of VOTERS) await cluster.start(id);
    await cluster.start('web', { observer: true });
    await untilOneLeads(cluster);
    await vi.waitUntil(() => cluster.nodes.get('web')?.leader !== undefined, 20_000);

    const status = await cluster.client().status();

    const leader = cluster.leader?.id;
    expect(status).toMatchObject({
      cluster: 'jobs',
      leader,
      voters: VOTERS,
      missing: [],
      missingCount: 0,
      troubles: [],
    });
    expect(status.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'web']);
    for (const node of status.nodes) {
      expect(node).toMatchObject({ version: VERSION, leader, isLeader: node.id === leader, term: status.term });
      expect(node.roundTripMs).toBeGreaterThan(0);
      expect(node.leaseLeftMs > 0).toBe(node.isLeader);
      expect(node.observer).toBe(node.id === 'web');
    }
  });

  test('names the voters that do not answer, from what the others tell and from what it was told', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a');
    await cluster.start('c');
    await untilOneLeads(cluster);
    expect(await cluster.client().status()).toMatchObject({ missing: ['b'], missingCount: 1 });
    expect(await cluster.client({ voters: ['a', 'd'] }).status()).toMatchObject({ missing: ['d'], missingCount: 1 });
  });

  test('of nobody says so after its limit, and no earlier error comes of it', async () => {
    await using cluster = new AskedCluster(server.url);
    const status = await cluster.client({ cluster: 'empty', voters: ['a'] }).status({ limitMs: 50 });
    expect(status).toMatchObject({ leader: undefined, nodes: [], missing: ['a'], missingCount: 1, term: 0 });
  });

  test('counts voters that are missing where only the size is known', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of ['a', 'b']) await cluster.start(id, { cluster: { name: 'jobs', size: 3 } });
    await untilOneLeads(cluster);
    expect(await cluster.client().status()).toMatchObject({ voters: undefined, missing: [], missingCount: 1 });
  });

  test('sees a second process with an id, and a voter whose list differs', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of VOTERS) await cluster.start(id);
    await untilOneLeads(cluster);
    const rpc = () => new NatsRpcDriver({ servers: server.url });
    const common = { handler: {}, log: new MemoryLog(), timings: cluster.leader?.status().timings };
    const ids = [...cluster.nodes.keys()].filter((id) => id !== cluster.leader?.id);
    const [shared = ''] = ids;
    await using _second = await Node.start({
      ...{ cluster: { name: 'jobs', voters: [...VOTERS, 'd'] }, id: shared, rpc: rpc(), ...common },
    });
    const { troubles } = await cluster.client().status();
    expect(troubles).toEqual([
      `two processes have the id ${shared}: neither votes or leads until one is gone`,
      `${shared} has the voters a, b, c, d, and not a, b, c: change one voter at a time`,
    ]);
  });

  test('is answered in interop mode too, where no lease ends', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'jobs', size: 1 }, interop: true });
    await untilOneLeads(cluster);
    const { nodes } = await cluster.client().status();
    expect(nodes).toMatchObject([{ id: 'a', interop: true, isLeader: true, leaseLeftMs: Number.POSITIVE_INFINITY }]);
  });

  test('works on a connection that is handed over, and leaves it open', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] } });
    const connection = await connect({ servers: server.url });
    const inquirer = new NatsInquirer(connection);
    const { ClusterClient } = await import('../../src/client/index.js');
    const client = new ClusterClient({ cluster: 'jobs', inquirer });
    expect((await client.status()).nodes).toHaveLength(1);
    await client.close();
    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });

  test('says what cannot be reached: no server there, and a permission that is missing', async () => {
    await using cluster = new AskedCluster('nats://127.0.0.1:1');
    await expect(cluster.client().status()).rejects.toMatchObject({ code: 'DRIVER_FAILED' });

    const permissions = '{ publish: "graft.bills.status", subscribe: "graft.*.*.answer" }';
    const config = `authorization { users = [ { user: u, password: p, permissions: ${permissions} } ] }`;
    await using guarded = await NatsServer.start({ config });
    await using other = new AskedCluster(guarded.url);
    const client = other.client({ user: { user: 'u', pass: 'p' } });
    await expect(client.status({ limitMs: 500 })).rejects.toThrow(
      'does not let this user publish to graft.jobs.status',
    );
  });
});

describe('ClusterClient.stepDown', () => {
  test('says at once, not at the limit, that it may not be asked: a permission is missing', async () => {
    const permissions = '{ publish: "graft.jobs.status", subscribe: "graft.*.*.answer" }';
    const users = `[ { user: n, password: n }, { user: u, password: p, permissions: ${permissions} } ]`;
    await using guarded = await NatsServer.start({ config: `authorization { users = ${users} }\nno_auth_user: n` });
    await using cluster = new AskedCluster(guarded.url);
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] }, allowStepDown: true });
    await untilOneLeads(cluster);
    const client = cluster.client({ user: { user: 'u', pass: 'p' } });
    await expect(client.stepDown({ limitMs: 600_000 })).rejects.toMatchObject({
      code: 'DRIVER_FAILED',
      message: 'a cannot be asked to step down: the server does not let this user publish to graft.jobs.a.step_down',
    });
  });

  test('has the leader hand over to the voter that is named, and answers when that one leads', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of VOTERS) await cluster.start(id, { allowStepDown: true });
    await untilOneLeads(cluster);
    await vi.waitUntil(() => cluster.leader?.status().heir !== undefined, 20_000);
    const from = cluster.leader?.id;
    const to = VOTERS.filter((id) => id !== from)[1];

    expect(await cluster.client().stepDown({ to })).toMatchObject({ from, to });
    await vi.waitUntil(() => cluster.leader?.id === to, 20_000);
  });

  test('is refused by a node that was not told to allow it, which goes on leading', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] } });
    await untilOneLeads(cluster);
    const refused = cluster.client().stepDown();
    await expect(refused).rejects.toMatchObject({ code: 'STEP_DOWN_OFF' });
    await expect(refused).rejects.toThrow('allowStepDown: true');
    expect(cluster.leader?.id).toBe('a');
  });

  test('to a voter that is away is refused, and leadership is kept', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of ['a', 'b']) await cluster.start(id, { allowStepDown: true });
    await untilOneLeads(cluster);
    const from = cluster.leader?.id;
    await expect(cluster.client().stepDown({ to: 'c' })).rejects.toMatchObject({ code: 'NO_HEIR' });
    expect(cluster.leader?.id).toBe(from);
    await expect(cluster.client().stepDown({ to: from })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('where nobody leads says so, with who was silent', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { allowStepDown: true });
    await expect(cluster.client().stepDown()).rejects.toThrow('no answer from b, c');
  });
});

describe('a node that is asked', () => {
  test('answers the nats command line: an empty request with an inbox for its answer', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] } });
    await using connection = await open();
    const reply = await connection.request('graft.jobs.status', '', { timeout: 5_000 });
    expect(reply.json()).toMatchObject({ v: 1, id: 'a', cluster: 'jobs', version: VERSION });
    const refusal = await connection.request('graft.jobs.status', 'tell me', { timeout: 5_000 });
    expect(refusal.json()).toMatchObject({ v: 1, id: 'a', error: 'malformed' });
  });

  test('speaks on no subject that somebody spells for it, and reports the attempt', async () => {
    const errors: GraftError[] = [];
    await using cluster = new AskedCluster(server.url);
    const handler = { asyncError: (error: GraftError) => void errors.push(error) };
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] }, handler });
    await using connection = await open();
    const heard: string[] = [];
    connection.subscribe('app.>', { callback: (_, { subject }) => void heard.push(subject) });
    connection.publish('graft.jobs.status', '', { reply: 'app.delete.everything' });
    await connection.request('graft.jobs.status', '', { timeout: 5_000 });
    await vi.waitUntil(() => withoutMachineDelays(errors).length > 0, 10_000);
    expect(heard).toEqual([]);
    expect(withoutMachineDelays(errors).map(({ code }) => code)).toEqual(['MALFORMED_MESSAGE']);
  });

  test('answers a hundred questions a second at most, so that whoever polls slows no election', async () => {
    await using cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'jobs', voters: ['a'] } });
    await using connection = await open();
    let answers = 0;
    connection.subscribe('graft.jobs.me.answer', { callback: () => void answers++ });
    const begunMs = performance.now();
    for (let question = 0; question < 500; question++) {
      connection.publish('graft.jobs.status', '', { reply: 'graft.jobs.me.answer' });
    }
    await vi.waitUntil(() => answers >= 100, 10_000);
    await connection.flush();
    const seconds = Math.ceil((performance.now() - begunMs) / 1_000);
    expect(answers).toBeLessThanOrEqual(100 * (seconds + 1));
    expect(answers).toBeLessThan(500);
  });

  test('elects where a server does not let it hear questions, and says so', async () => {
    const permissions = '{ publish: "graft.jobs.>", subscribe: { allow: "graft.jobs.>", deny: "graft.jobs.status" } }';
    const config = `authorization { users = [ { user: u, password: p, permissions: ${permissions} } ] }`;
    await using guarded = await NatsServer.start({ config });
    const errors: GraftError[] = [];
    await using node = await Node.start({
      cluster: { name: 'jobs', voters: ['a'] },
      id: 'a',
      rpc: new NatsRpcDriver({ servers: guarded.url, user: 'u', pass: 'p' }),
      handler: { asyncError: (error) => void errors.push(error) },
      log: new MemoryLog(),
    });
    await vi.waitUntil(() => node.isLeader(), 20_000);
    const told = withoutMachineDelays(errors).map(({ code, message }) => [code, message.includes('graft.jobs.status')]);
    expect(told).toEqual([['DRIVER_FAILED', true]]);
  });

  async function open() {
    const connection = await connect({ servers: server.url });
    return Object.assign(connection, { [Symbol.asyncDispose]: () => connection.close() });
  }
});

describe('ClusterClient.watch', () => {
  test('tells of a leader that is lost and of the next one, round by round, until it is aborted', async () => {
    await using cluster = new AskedCluster(server.url);
    for (const id of VOTERS) await cluster.start(id);
    await untilOneLeads(cluster);
    const abort = new AbortController();
    const leaders: (string | undefined)[] = [];
    let before: ClusterStatus | undefined;
    for await (const now of cluster
      .client({ voters: VOTERS })
      .watch({ intervalMs: 20, limitMs: 200, signal: abort.signal })) {
      for (const change of changesBetween(before, now)) if (change.kind === 'leader') leaders.push(change.to);
      before = now;
      if (leaders.length === 1) void cluster.leader?.close();
      if (leaders.length > 1 && leaders.at(-1) !== undefined) abort.abort();
    }
    const named = leaders.filter((id) => id !== undefined);
    expect(new Set(named).size).toBe(2);
  });
});
