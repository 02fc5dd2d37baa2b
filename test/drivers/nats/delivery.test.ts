import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NatsConnectionLike, NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import { encodeMessage } from '../../../src/drivers/wire/codec.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';
import { a, b, grant, heartbeat, heartbeatRounds, ONE_OF_EACH, recorder } from './recorder.js';
import { sniff } from './sniff.js';

const KINDS_BY_SUBJECT = {
  'graft.orders.heartbeat': 'heartbeat',
  'graft.orders.vote_request': 'voteRequest',
  'graft.orders.pre_vote_request': 'preVoteRequest',
  'graft.orders.a.vote_response': 'voteResponse',
  'graft.orders.a.heartbeat_response': 'heartbeatResponse',
  'graft.orders.a.timeout_now': 'timeoutNow',
} as const;

describe.each(CLIENTS)('NatsRpcDriver delivers, over $name', ({ connect }) => {
  let server: NatsServer;
  let stranger: NatsConnectionLike;
  const opened: NatsConnectionLike[] = [];
  const open = async () => {
    const connection = await connect({ servers: server.url });
    opened.push(connection);
    return connection;
  };

  beforeEach(async () => {
    server = await NatsServer.start();
    stranger = await open();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
    await server.stop();
  });

  it('hears every kind of message on the subject that docs/wire.md gives it', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    for (const [subject, kind] of Object.entries(KINDS_BY_SUBJECT)) {
      stranger.publish(subject, encodeMessage(ONE_OF_EACH[kind]));
    }
    await vi.waitUntil(() => node.received.length === 6, 10_000);
    expect(node.received).toEqual(Object.values(KINDS_BY_SUBJECT).map((kind) => ONE_OF_EACH[kind]));
    expect(node.errors).toEqual([]);
    await driver.close();
  });

  it('says every kind of message on that subject, without a reply subject', async () => {
    const said = await sniff(stranger, 'graft.>');
    const driver = new NatsRpcDriver(await open());
    await driver.init(recorder({ id: 'b' }));
    for (const kind of ['heartbeat', 'voteRequest', 'preVoteRequest'] as const) driver.broadcast(ONE_OF_EACH[kind]);
    for (const kind of ['voteResponse', 'heartbeatResponse', 'timeoutNow'] as const) driver.send(a, ONE_OF_EACH[kind]);
    await vi.waitUntil(() => said.length === 6, 10_000);
    expect(said).toEqual(Object.keys(KINDS_BY_SUBJECT).map((subject) => ({ subject, reply: '' })));
    await driver.close();
  });

  it('keeps two clusters with the same ids apart on one server and one connection', async () => {
    const connection = await open();
    const [orders, billing] = [recorder({ cluster: 'orders', id: 'b' }), recorder({ cluster: 'billing', id: 'b' })];
    const [inOrders, inBilling] = [new NatsRpcDriver(connection), new NatsRpcDriver(connection)];
    const speaker = new NatsRpcDriver(await open());
    await Promise.all([inOrders.init(orders), inBilling.init(billing), speaker.init(recorder({ cluster: 'orders' }))]);
    speaker.broadcast(heartbeat(1));
    speaker.send(b, grant);
    await vi.waitUntil(() => orders.received.length === 2, 10_000);
    // What billing would have heard came before this: the server keeps one publisher's order.
    await connection.flush();
    expect(billing.received).toEqual([]);
    await Promise.all([inOrders.close(), inBilling.close(), speaker.close()]);
  });

  it('reports garbage on each subject as MALFORMED_MESSAGE and reads on', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    const garbage = [
      new Uint8Array([0xff]),
      Buffer.from('<html>'),
      // A term of 2^64 - 1, and 64 KiB of nothing.
      Buffer.concat([Buffer.from('08ffffffffffffffffff011201', 'hex'), Buffer.from('a')]),
      new Uint8Array(65_536),
    ];
    // Plain graft's answers name nobody, so that these are answers: no id, and an id that spells a subject.
    const idGarbage = [new Uint8Array(), Buffer.concat([Buffer.from('08011208', 'hex'), Buffer.from('b.vote.>')])];
    let sent = 0;
    for (const subject of Object.keys(KINDS_BY_SUBJECT)) {
      for (const payload of subject.endsWith('vote_response') ? garbage : [...garbage, ...idGarbage]) {
        stranger.publish(subject, payload);
        sent += 1;
      }
    }
    stranger.publish('graft.orders.heartbeat', encodeMessage(heartbeat(9)));
    await vi.waitUntil(() => heartbeatRounds(node.received).includes(9), 10_000);
    expect(node.received).toEqual([heartbeat(9)]);
    expect(node.errors.map((error) => error.code)).toEqual(Array.from({ length: sent }, () => 'MALFORMED_MESSAGE'));
    await driver.close();
  });

  it('reads on when the node breaks its promise and throws', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    let calls = 0;
    const receive = () => {
      calls += 1;
      throw new Error('a node that throws');
    };
    const report = () => {
      throw new Error('and throws again');
    };
    await driver.init({ ...node, receive, report });
    stranger.publish('graft.orders.heartbeat', encodeMessage(heartbeat(1)));
    stranger.publish('graft.orders.heartbeat', encodeMessage(heartbeat(2)));
    await vi.waitUntil(() => calls === 2, 10_000);
    await driver.close();
  });

  it('the harm without that: a callback that throws ends all reading on the connection', async () => {
    const silenced = vi.spyOn(console, 'log').mockReturnValue();
    const connection = await open();
    let heard = 0;
    connection.subscribe('graft.orders.heartbeat', {
      callback: () => {
        throw new Error('a callback that throws');
      },
    });
    connection.subscribe('graft.orders.vote_request', { callback: () => (heard += 1) });
    await connection.flush();
    stranger.publish('graft.orders.heartbeat', encodeMessage(heartbeat(1)));
    await stranger.flush();
    await vi.waitUntil(() => silenced.mock.calls.length > 0, 10_000);
    stranger.publish('graft.orders.vote_request', encodeMessage(ONE_OF_EACH.voteRequest));
    await stranger.flush();
    const answered = await Promise.race([
      connection.flush().then(() => true),
      new Promise((resolve) => setTimeout(resolve, 300, false)),
    ]);
    expect({ answered, heard }).toEqual({ answered: false, heard: 0 });
    silenced.mockRestore();
  });

  it('never answers on a subject that a message spells', async () => {
    const said = await sniff(stranger, '>');
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    stranger.publish('graft.orders.vote_request', encodeMessage(ONE_OF_EACH.voteRequest), { reply: 'bank.transfer' });
    await vi.waitUntil(() => node.received.length === 1, 10_000);
    driver.send(a, grant);
    await vi.waitUntil(() => node.received.length === 2, 10_000);
    await stranger.flush();
    expect(said.map(({ subject }) => subject)).toEqual(['graft.orders.vote_request', 'graft.orders.a.vote_response']);
    await driver.close();
  });

  it('hears a node behind a flood of 20,000 hostile messages, and reports each of them', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    let reported = 0;
    await driver.init({ ...node, report: () => (reported += 1) });
    const payload = new Uint8Array(1_000).fill(0xff);
    for (let count = 0; count < 20_000; count += 1) stranger.publish('graft.orders.heartbeat', payload);
    stranger.publish('graft.orders.heartbeat', encodeMessage(heartbeat(1)));
    await vi.waitUntil(() => node.received.length === 1, 30_000);
    expect(reported).toBe(20_000);
    await driver.close();
  });

  it('tells a message that has no way to go as what it is, and sends nothing', async () => {
    const node = recorder();
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    driver.broadcast(grant);
    driver.send(a, heartbeat(1));
    expect(node.errors.map((error) => error.code)).toEqual(['INTERNAL', 'INTERNAL']);
    await driver.close();
  });
});
