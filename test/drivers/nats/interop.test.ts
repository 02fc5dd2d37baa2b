import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type NatsConnectionLike, NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';
import { a, grant, heartbeat, ONE_OF_EACH, type Recorder, recorder } from './recorder.js';
import { sniff } from './sniff.js';

/** A message that nats-io/graft (Go) really published. */
interface GoMessage {
  readonly subject: string;
  readonly reply: string;
  readonly fields: { readonly Term: string };
  readonly hex: string;
}

const goMessages: readonly GoMessage[] = JSON.parse(
  readFileSync(new URL('../../fixtures/go-graft/wire.json', import.meta.url), 'utf8'),
);
const replay = (connection: NatsConnectionLike, messages: readonly GoMessage[]) => {
  for (const { subject, reply, hex } of messages) connection.publish(subject, Buffer.from(hex, 'hex'), { reply });
};
/** What a node has made of all that it heard, as Go's field names go. */
const heardBy = ({ received, errors }: Recorder) => [
  ...received.map(({ kind, term }) => `${kind} of term ${term}`),
  ...errors.map(({ code }) => code),
];

describe.each(CLIENTS)('NatsRpcDriver and plain graft, over $name (rule 15)', ({ connect }) => {
  let server: NatsServer;
  const opened: NatsConnectionLike[] = [];
  const open = async () => {
    const connection = await connect({ servers: server.url });
    opened.push(connection);
    return connection;
  };
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((connection) => connection.close()));
  });
  afterAll(() => server.stop());

  it("hears in interop mode what Go graft's nodes said in an election, its answers to this node included", async () => {
    const id = '64fa41e8a60928e055e66e4ee7';
    const node = recorder({ cluster: 'orders', id, interop: true });
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    replay(await open(), goMessages);
    const ofOrders = goMessages.filter(({ subject }) => /^graft\.orders\./.test(subject) || subject.includes(id));
    await vi.waitUntil(() => node.received.length === ofOrders.length, 10_000);
    expect(ofOrders).toHaveLength(9);
    expect(node.received).toContainEqual({
      ...{ kind: 'voteResponse', preVote: false, term: 1, granted: true, standsBy: false },
      ...{ voter: undefined, incarnation: 0, round: 0, retryAfterMs: 0 },
    });
    expect(node.errors).toEqual([]);
    await driver.close();
  });

  it('refuses a term that no safe integer holds as malformed: 2^53 + 1, 2^63 and 2^64 - 1', async () => {
    const stranger = await open();
    for (const cluster of ['big1', 'big2', 'big3']) {
      const node = recorder({ cluster, id: '0b908f458de2c1e26ef5b2a4df', interop: true });
      const driver = new NatsRpcDriver(await open());
      await driver.init(node);
      const said = goMessages.filter(({ subject, fields }) => subject.includes(cluster) && fields.Term !== '0');
      expect(said).toHaveLength(2);
      replay(stranger, said);
      await vi.waitUntil(() => node.errors.length === 2, 10_000);
      expect(heardBy(node)).toEqual(['MALFORMED_MESSAGE', 'MALFORMED_MESSAGE']);
      await driver.close();
    }
  });

  it('says in interop mode what Go graft listens to: same subjects, same reply subject', async () => {
    const said = await sniff(await open(), 'graft.>');
    const driver = new NatsRpcDriver(await open());
    await driver.init(recorder({ cluster: 'orders', id: 'a', interop: true }));
    driver.broadcast(ONE_OF_EACH.voteRequest);
    driver.broadcast(heartbeat(0));
    driver.send(recorder({ id: 'b' }).id, { ...grant, voter: undefined });
    await vi.waitUntil(() => said.length === 3, 10_000);
    expect(said).toEqual([
      { subject: 'graft.orders.vote_request', reply: `graft.${a}.vote_response` },
      { subject: 'graft.orders.heartbeat', reply: '' },
      { subject: 'graft.b.vote_response', reply: '' },
    ]);
    await driver.close();
  });

  it('hears plain graft out of interop mode too, by its missing incarnation and round, so that it can be told', async () => {
    const node = recorder({ cluster: 'orders' });
    const driver = new NatsRpcDriver(await open());
    await driver.init(node);
    const said = goMessages.filter(({ subject }) => subject.startsWith('graft.orders.'));
    replay(await open(), said);
    await vi.waitUntil(() => node.received.length === said.length, 10_000);
    for (const message of node.received) expect(message).toMatchObject({ incarnation: 0, round: 0 });
    expect(node.errors).toEqual([]);
    await driver.close();
  });
});
