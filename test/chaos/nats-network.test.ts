// The servers hear each other, and the members hear the servers, through our proxies alone: a cut that they find a way
// around would be no cut.
import { connect, type NatsConnection } from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Cleanup } from './cleanup.js';
import { NatsNetwork } from './nats-network.js';
import { waysOf } from './network.js';

const IDS = ['a', 'b', 'c'] as const;
type Id = (typeof IDS)[number];

/** Generous: the machine may be busy. */
const LIMIT = { timeout: 20_000 };

const cleanup = new Cleanup();
let network: NatsNetwork;
let clients: Readonly<Record<Id, NatsConnection>>;
/** Who has heard which word. */
const heard = new Map<string, Set<Id>>();
let words = 0;

beforeAll(async () => {
  network = cleanup.use(await NatsNetwork.start(['s1', 's2', 's3'], IDS));
  // One client each, on a server of its own, that stays there.
  const open = async (id: Id): Promise<NatsConnection> => {
    const driver = network.driverOf(id);
    if (driver.transport !== 'nats') throw new Error('this is no NATS');
    const options = { servers: driver.servers[0] ?? '', maxReconnectAttempts: -1, reconnectTimeWait: 50 };
    const client = await connect(options);
    cleanup.add(() => client.close());
    client.subscribe('word', {
      callback: (_, message) => heard.set(message.string(), (heard.get(message.string()) ?? new Set()).add(id)),
    });
    await client.flush();
    return client;
  };
  clients = { a: await open('a'), b: await open('b'), c: await open('c') };
  await untilAll('every client hears every other', ['a', 'b', 'c'], ['a', 'b', 'c']);
});
afterAll(() => cleanup[Symbol.asyncDispose]());

/** A new word of `from` is heard by all of `listeners`, itself included, and by nobody else, a turn later neither. */
async function expectHearers(from: Id, listeners: readonly Id[]): Promise<void> {
  const word = `${from} ${++words}`;
  clients[from].publish('word', word);
  await vi.waitFor(() => expect([...(heard.get(word) ?? [])]).toEqual(expect.arrayContaining([...listeners])), LIMIT);
  // A whole turn to each server and back, after the word has been the longer way round.
  await Promise.all(IDS.map((id) => clients[id].flush()));
  expect(heard.get(word)).toEqual(new Set(listeners));
}

async function untilAll(claim: string, speakers: readonly Id[], listeners: readonly Id[]): Promise<void> {
  for (const from of speakers) {
    await vi.waitFor(async () => {
      const word = `${from} ${++words}`;
      clients[from].publish('word', word);
      await vi.waitFor(() => expect([...(heard.get(word) ?? [])].sort()).toEqual(listeners), { timeout: 300 });
    }, LIMIT);
  }
  expect(speakers.length, claim).toBeGreaterThan(0);
}

describe('Three nats-servers', () => {
  test('tell their clients of no address but the proxies', () => {
    for (const id of IDS) expect(clients[id].info?.connect_urls ?? []).toEqual([]);
  });

  test('with the route of two cut: their clients hear the third only, and each other when it is mended', async () => {
    const undo = network.linesAt({ kind: 'pair', one: 's1', other: 's2' }).map(({ link }) => link.cut());
    expect(undo).toHaveLength(1);
    await vi.waitFor(() => expectHearers('a', ['a', 'c']), LIMIT);
    await expectHearers('b', ['b', 'c']);
    await expectHearers('c', ['a', 'b', 'c']);
    for (const mend of undo) mend();
    await untilAll('every client hears every other', ['a', 'b'], ['a', 'b', 'c']);
  });

  test('with one direction of a route silent: the other still carries, and what waited comes late', async () => {
    const lines = network.linesAt({ kind: 'pair', one: 's2', other: 's1' });
    const undo = waysOf(lines, 'out').map((way) => way.add({ kind: 'silence' }));
    await expectHearers('b', ['b', 'c']);
    await expectHearers('a', ['a', 'b', 'c']);
    const waiting = `b ${words + 1}`;
    await expectHearers('b', ['b', 'c']);
    for (const mend of undo) mend();
    await vi.waitFor(() => expect(heard.get(waiting)).toContain('a'), LIMIT);
  });

  test('one of which is killed and started again are three again, on the same addresses', async () => {
    const server = network.servers.get('s3');
    await server?.kill();
    await server?.restart();
    await untilAll('every client hears every other', ['a', 'c'], ['a', 'b', 'c']);
  });

  test('have a line to each member and to each other server', () => {
    const names = (lines: ReturnType<NatsNetwork['linesAt']>) => lines.map(({ link, dials }) => [link.name, dials]);
    expect(names(network.linesAt({ kind: 'member', member: 'b' }))).toEqual([
      ['b-s1', true],
      ['b-s2', true],
      ['b-s3', true],
    ]);
    expect(names(network.linesAt({ kind: 'server', server: 's2' }))).toEqual([
      ['a-s2', false],
      ['b-s2', false],
      ['c-s2', false],
      ['s2-s1', true],
      ['s3-s2', false],
    ]);
  });
});
