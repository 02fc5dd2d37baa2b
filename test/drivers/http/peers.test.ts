// What one peer does concerns no other, and keeps nothing growing.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { parseNodeId } from '../../../src/core/names.js';
import { grant, heartbeat, heartbeatRounds } from '../nats/recorder.js';
import { HttpCluster } from './http-cluster.js';

const b = parseNodeId('b');

interface Ill {
  readonly how: string;
  readonly begin: (port: number) => Promise<AsyncDisposable>;
}

const served = (answer: (request: IncomingMessage, response: ServerResponse) => void) => async (port: number) => {
  const server = createServer(answer).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
};

const taken = (accept: (socket: Socket) => void) => async (port: number) => {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    accept(socket);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

const ILLS: readonly Ill[] = [
  { how: 'is dead: nobody listens there', begin: async () => ({ [Symbol.asyncDispose]: async () => undefined }) },
  { how: 'is silent: it accepts and never answers', begin: taken(() => undefined) },
  { how: 'flaps: it accepts and hangs up', begin: taken((socket) => socket.destroy()) },
  {
    how: 'is slow: it answers after a second',
    begin: served((_, response) => setTimeout(() => response.end(), 1_000)),
  },
  {
    how: 'lies: it answers without end',
    begin: served((_, response) => {
      const pour = () => response.write('x'.repeat(65_536)) && setImmediate(pour);
      response.on('drain', pour).on('error', () => undefined);
      pour();
    }),
  },
  { how: 'lies: it speaks something else', begin: taken((socket) => socket.write('220 mail.example ESMTP\r\n')) },
  {
    how: 'lies: it sends everybody elsewhere',
    begin: served((_, response) => response.writeHead(307, { location: '/' }).end()),
  },
];

test.each(ILLS)(
  'while one peer $how, 100 heartbeats reach the other in order, and little is kept',
  async ({ begin }) => {
    await using cluster = await HttpCluster.of(['a', 'b', 'ill']);
    await using _ = await begin(await cluster.vacate('ill'));
    const from = await cluster.join('a');
    const to = await cluster.join('b');
    for (let round = 1; round <= 100; round += 1) {
      from.driver.broadcast(heartbeat(round));
      from.driver.send(parseNodeId('ill'), { ...grant, round });
      await vi.waitUntil(() => heartbeatRounds(to.node.received).at(-1) === round, { timeout: 10_000, interval: 1 });
    }
    expect(heartbeatRounds(to.node.received)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    const { taken: got, queued } = from.driver.counts.peers['ill'] ?? {};
    expect(got).toBe(0);
    expect(queued).toBeLessThanOrEqual(32);
  },
);

test('of heartbeats that wait for a slow peer the newest alone is sent, and what is not a heartbeat is kept', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const heard: string[] = [];
  const held: (() => void)[] = [];
  const server = served((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (request.method === 'POST') heard.push(`${request.url?.split('/').at(-1)} ${JSON.parse(body).round}`);
      if (request.method === 'POST' && held.length === 0) held.push(() => response.writeHead(202).end());
      else response.writeHead(request.method === 'POST' ? 202 : 200).end();
    });
  });
  await using _ = await server(await cluster.vacate('b'));
  const { driver } = await cluster.join('a', { body: 'json', requestTimeoutMs: 5_000 });
  await vi.waitUntil(() => driver.counts.peers['b']?.isAnswering, 10_000);
  driver.broadcast(heartbeat(1));
  await vi.waitUntil(() => heard.length === 1, 10_000);
  driver.broadcast(heartbeat(2));
  driver.send(b, { ...grant, round: 77 });
  driver.broadcast(heartbeat(3));
  driver.broadcast(heartbeat(4));
  expect(driver.counts.peers['b']).toMatchObject({ queued: 2, dropped: 2 });
  held[0]?.();
  await vi.waitUntil(() => heard.length === 3, 10_000);
  expect(heard).toEqual(['appendentries 1', 'voteresponse 77', 'appendentries 4']);
});

test('a peer that is slow for a moment keeps its connection: what is overdue is not given up, and the next goes on a second', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const connections = new Set<Socket>();
  const answers: (() => void)[] = [];
  let posts = 0;
  await using _ = await served((request, response) => {
    connections.add(request.socket);
    if (request.method === 'POST') posts += 1;
    if (posts === 1) answers.push(() => response.writeHead(202).end());
    else response.writeHead(202).end();
  })(await cluster.vacate('b'));
  const { driver } = await cluster.join('a', { requestTimeoutMs: 200 });
  driver.broadcast(heartbeat(1));
  await vi.waitUntil(() => answers.length === 1, 10_000);
  driver.broadcast(heartbeat(2));
  await vi.waitUntil(() => driver.counts.peers['b']?.taken === 1, 10_000);
  for (const answer of answers) answer();
  await vi.waitUntil(() => driver.counts.peers['b']?.taken === 2, 10_000);
  expect(driver.counts.peers['b']?.failed).toBe(0);
  expect([...connections].filter(({ destroyed }) => destroyed)).toEqual([]);
});

test('with both connections to a peer held up nothing more goes there until one is given up, after twelve limits; the newest heartbeat is next', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const limitMs = 50;
  const heard: { readonly round: number; readonly socket: Socket; readonly atMs: number }[] = [];
  await using _ = await served((request, response) => {
    if (request.method === 'GET') {
      response.end('{}');
      return;
    }
    request.on('data', (body) =>
      heard.push({ round: JSON.parse(body).round, socket: request.socket, atMs: performance.now() }),
    );
  })(await cluster.vacate('b'));
  const { driver } = await cluster.join('a', { body: 'json', requestTimeoutMs: limitMs });
  await vi.waitUntil(() => driver.counts.peers['b']?.isAnswering, 10_000);
  const startedMs = performance.now();
  let round = 0;
  /** Hearts beat on, whatever becomes of them. */
  const heardAfterMore = (count: number) => {
    if (heard.length < count) driver.broadcast(heartbeat(++round));
    return heard.length >= count;
  };
  await vi.waitUntil(() => heardAfterMore(2), { timeout: 10_000, interval: 10 });
  const roundBefore = round;
  await vi.waitUntil(() => heardAfterMore(3), { timeout: 10_000, interval: 10 });
  expect(new Set(heard.map(({ socket }) => socket)).size).toBe(3);
  expect(heard[2]?.round).toBeGreaterThanOrEqual(roundBefore);
  // A timer may be a millisecond early.
  expect((heard[2]?.atMs ?? 0) - startedMs).toBeGreaterThan(12 * limitMs - 2);
  expect(driver.counts.peers['b']?.taken).toBe(0);
});

test('50 heartbeats, one after the other, go over connections that are kept: two at most', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const connections = new Set<Socket>();
  await using _ = await served((request, response) => {
    connections.add(request.socket);
    response.writeHead(202).end();
  })(await cluster.vacate('b'));
  const { driver } = await cluster.join('a', { requestTimeoutMs: 10_000 });
  for (let round = 1; round <= 50; round += 1) {
    driver.broadcast(heartbeat(round));
    await vi.waitUntil(() => driver.counts.peers['b']?.taken === round, { timeout: 10_000, interval: 1 });
  }
  expect(connections.size).toBeLessThanOrEqual(2);
});

test('peers that have nothing to say to each other are connected all the same, and stay so', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const asked: string[] = [];
  await using _ = await served((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end('{}');
  })(await cluster.vacate('b'));
  await cluster.join('a');
  await vi.waitUntil(() => asked.length >= 2, 10_000);
  expect(new Set(asked)).toEqual(new Set(['GET /cluster/id']));
});

test('a peer that stays away for three seconds is told of once, and again when it has been back', async () => {
  await using cluster = await HttpCluster.of(['a', 'b']);
  const { driver, node } = await cluster.join('a');
  await vi.waitUntil(() => node.errors.length === 1, 20_000);
  expect(node.errors[0]).toMatchObject({ code: 'DRIVER_DISCONNECTED', message: expect.stringMatching(/^peer b at /) });
  const back = await cluster.join('b');
  await vi.waitUntil(() => driver.counts.peers['b']?.isAnswering, 10_000);
  await back.driver.close();
  await vi.waitUntil(() => node.errors.length === 2, 20_000);
  expect(node.errors[1]?.code).toBe('DRIVER_DISCONNECTED');
});

test('a message to an id without an address is told of once', async () => {
  await using cluster = await HttpCluster.of(['a']);
  const { driver, node } = await cluster.join('a');
  for (let count = 0; count < 3; count += 1) driver.send(parseNodeId('z'), grant);
  expect(node.errors.map(({ code, message }) => [code, message])).toEqual([
    ['DRIVER_FAILED', expect.stringContaining('no address of "z" in peers')],
  ]);
});
