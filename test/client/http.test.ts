// Status and step-down from outside, over HTTP.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { ClusterClient } from '../../src/client/index.js';
import { HttpInquirer, HttpRpcDriver, type HttpTlsOptions } from '../../src/drivers/http/index.js';
import { MemoryLog, Node } from '../../src/index.js';
import { Authority } from '../drivers/http/certificates.js';
import { ReservedPorts } from '../drivers/http/reserved-ports.js';

const secret = 'known to the nodes of this cluster'.replaceAll(' ', '-');

/** For a busy machine: nobody else is to lead unless asked to. */
const timings = { electionTimeoutMinMs: 2_000, electionTimeoutMaxMs: 3_000, heartbeatIntervalMs: 200 };

/** A server of one's own making, which hears the head of each request. */
class Served {
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  static async start(hear: (socket: Socket, head: string) => void): Promise<Served> {
    const served = new Served();
    served.#server.on('connection', (socket) => {
      served.#sockets.add(socket);
      socket.on('data', (data) => hear(socket, data.toString('latin1'))).on('error', () => undefined);
    });
    await once(served.#server.listen(0, '127.0.0.1'), 'listening');
    return served;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stopListening(): void {
    this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.stopListening();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

/** What a node called a answers that leads alone. */
function statusOfLeader(): string {
  const report = { v: 1, id: 'a', cluster: 'web', state: 'LEADER', term: 1, leader: 'a', isLeader: true, size: 1 };
  const rest = { observer: false, interop: false, priority: 1, version: '0', uptimeMs: 1, incarnation: 7 };
  return JSON.stringify({ ...report, ...rest });
}

/** Two nodes, the addresses of three. */
async function startNodes(ports: ReservedPorts) {
  const [a, b, c] = ports.all.map((port) => `http://127.0.0.1:${port}`);
  const peers = { a: a ?? '', b: b ?? '', c: c ?? '' };
  const nodes: Node[] = [];
  for (const [index, id] of ['a', 'b'].entries()) {
    await ports.take(ports.all[index] ?? 0);
    const rpc = new HttpRpcDriver({ peers, secret, allowStepDown: true });
    const cluster = { name: 'web', voters: ['a', 'b', 'c'] };
    nodes.push(await Node.start({ cluster, id, rpc, timings, handler: {}, log: new MemoryLog() }));
  }
  const close = () => Promise.all(nodes.map((node) => node.close()));
  return { peers, nodes, [Symbol.asyncDispose]: async () => void (await close()) };
}

test('a cluster over HTTP tells who leads and who is missing, and hands over, to whoever knows its secret', async () => {
  await using ports = await ReservedPorts.reserve(3);
  await using cluster = await startNodes(ports);
  const { peers, nodes } = cluster;
  const leader = () => nodes.find((node) => node.isLeader());
  await vi.waitUntil(() => leader()?.status().heir !== undefined, 20_000);
  const from = leader()?.id;
  const to = from === 'a' ? 'b' : 'a';

  const client = new ClusterClient({ cluster: 'web', inquirer: new HttpInquirer({ peers, secret }) });
  const status = await client.status({ limitMs: 3_000 });
  expect(status).toMatchObject({ leader: from, missing: ['c'], missingCount: 1 });
  expect(status.nodes.map(({ id, roundTripMs }) => [id, roundTripMs > 0])).toEqual([
    ['a', true],
    ['b', true],
  ]);
  await expect(client.stepDown({ to: 'c' })).rejects.toMatchObject({ code: 'NO_HEIR' });
  expect(await client.stepDown({ to })).toMatchObject({ from, to });
});

test('without the secret nobody answers, and that is said', async () => {
  await using ports = await ReservedPorts.reserve(3);
  await using cluster = await startNodes(ports);
  const inquirer = new HttpInquirer({ peers: cluster.peers });
  const client = new ClusterClient({ cluster: 'web', inquirer });
  await expect(client.status({ limitMs: 500 })).rejects.toThrow('does not let this program in: status 401');
});

test('a cluster with mutual TLS tells who shows a certificate of its authority, under the names that it has; others are told why not', async () => {
  await using authority = await Authority.create();
  await using ports = await ReservedPorts.reserve(1);
  const [port = 0] = ports.all;
  await ports.take(port);
  const peers = { a: `https://127.0.0.1:${port}` };
  const names = { a: 'a.example' };
  const rpc = new HttpRpcDriver({ peers, tls: { ...(await authority.issue(['a.example'])), names } });
  const voters = ['a'];
  await using node = await Node.start({
    ...{ cluster: { name: 'web', voters }, id: 'a', rpc, handler: {}, log: new MemoryLog() },
  });
  await vi.waitUntil(() => node.isLeader(), 20_000);
  const shown = await authority.issue(['operator']);
  const asking = (tls?: HttpTlsOptions) =>
    new ClusterClient({ cluster: 'web', voters, inquirer: new HttpInquirer({ peers, tls }) });

  await using client = asking({ ...shown, names });
  expect(await client.status({ limitMs: 10_000 })).toMatchObject({ leader: 'a', missing: [] });
  await using misled = asking(shown);
  await expect(misled.status({ limitMs: 3_000 })).rejects.toThrow('its certificate is for "a.example", not for a');
  await using stranger = asking();
  await expect(stranger.status({ limitMs: 3_000 })).rejects.toThrow(/certificate.*; no certificate was shown$/);
});

test.each<[string, (socket: Socket) => void, string]>([
  ['hangs up', (socket) => socket.destroy(), 'NO_ANSWER'],
  ['answers 403', (socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno'), 'DRIVER_FAILED'],
  ['answers 502', (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\ncontent-length: 2\r\n\r\nno'), 'NO_ANSWER'],
])('a leader that %s when it is asked to step down is given up at once, not at the limit', async (_, react, code) => {
  const body = statusOfLeader();
  await using server = await Served.start((socket, head) => {
    if (head.startsWith('POST ')) react(socket);
    else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  const inquirer = new HttpInquirer({ peers: { a: server.url } });
  await using client = new ClusterClient({ cluster: 'web', voters: ['a'], inquirer });
  expect((await client.status()).leader).toBe('a');
  // The limit of the test is a tenth of it.
  await expect(client.stepDown({ limitMs: 600_000 })).rejects.toMatchObject({ code });
});

test('a leader that is gone when it is to be asked to step down was certainly not asked', async () => {
  const body = statusOfLeader();
  await using server = await Served.start((socket) => {
    // Answered once, and then nobody listens any more.
    server.stopListening();
    socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  });
  const inquirer = new HttpInquirer({ peers: { a: server.url } });
  await using client = new ClusterClient({ cluster: 'web', voters: ['a'], inquirer });
  await expect(client.stepDown({ limitMs: 600_000 })).rejects.toMatchObject({
    code: 'DRIVER_FAILED',
    message: expect.stringMatching(/^a cannot be asked to step down: .*ECONNREFUSED/),
  });
});

test('many peers are asked without a warning of a leak', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  const addresses = Array.from({ length: 14 }, (_, index) => [`n${index}`, 'http://127.0.0.1:1']);
  await using client = new ClusterClient({
    cluster: 'web',
    inquirer: new HttpInquirer({ peers: Object.fromEntries(addresses) }),
  });
  await expect(client.status()).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warned).not.toHaveBeenCalled();
});

test('an option that does not exist is refused by name', () => {
  const options = { peers: { a: 'http://127.0.0.1:1' }, ca: 'x' };
  expect(() => new HttpInquirer(options)).toThrow(
    /^ca is no option that there is: there are peers, prefix, secret, tls$/,
  );
});

test('an address that is none, and none at all, are refused', () => {
  for (const peers of [{}, { a: 'ftp://a' }, { a: 'a:7400' }]) {
    expect(() => new HttpInquirer({ peers })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  }
  expect(() => new HttpInquirer({ peers: { 'a b': 'http://a' } })).toThrow(
    expect.objectContaining({ code: 'INVALID_ID' }),
  );
});
