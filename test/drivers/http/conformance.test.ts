import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type Dispatcher, Pool } from 'undici';
import { beforeAll, describe, test } from 'vitest';
import type { Message } from '../../../src/core/messages.js';
import type { NodeId } from '../../../src/core/names.js';
import { type HttpDriverOptions, type HttpHandler, HttpRpcDriver } from '../../../src/drivers/http/index.js';
import type { DriverContext, RpcDriver } from '../../../src/drivers/rpc-driver.js';
import type { SuiteNetwork } from '../../../src/testing/driver-suite/suite-network.js';
import { describeRpcDriver } from '../../../src/testing/driver-suite.js';
import { Authority, type Identity } from './certificates.js';
import { ReservedPorts } from './reserved-ports.js';

/** One request at a time to a peer: nothing overtakes, and nothing is asked twice. Heartbeats overtaken are dropped. */
const capabilities = { ordered: true, unrepeated: true, injectable: true } as const;
/** For a busy machine, where what has waited 160 ms for its turn is dropped, and the suite sends it again and again. */
const limits = { timeoutMs: 30_000 } as const;

/** Everybody whom the suite speaks of. Over HTTP the members are known before they are there. */
const IDS = [
  ...['sender', 'receiver', 'a', 'b', 'c', 'd', 'e', 'node', 'NODE', 'node-1', 'node_1', 'nod', 'heartbeat'],
  ...['greeter', ...Array.from({ length: 20 }, (_, index) => `newcomer-${index + 1}`), 'first', 'second', 'other'],
  ...['witness', 'aborted', 'early', 'late', 'plain', 'idle', 'closed', 'leaving', 'staying', 'closing', 'twin'],
  'x'.repeat(128),
];

/** A driver whose addresses depend on the cluster, which the suite tells at `init`. */
class AddressedDriver implements RpcDriver {
  readonly #create: (context: DriverContext) => Promise<RpcDriver>;
  #driver: RpcDriver | undefined;
  #isClosed = false;

  constructor(create: (context: DriverContext) => Promise<RpcDriver>) {
    this.#create = create;
  }

  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    const driver = this.#driver ?? (await this.#create(context));
    this.#driver = driver;
    const starting = driver.init(context, signal);
    if (this.#isClosed) await driver.close();
    await starting;
  }

  broadcast(message: Message): void {
    this.#driver?.broadcast(message);
  }

  send(to: NodeId, message: Message): void {
    this.#driver?.send(to, message);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#driver?.close();
  }
}

const NEVER_STARTED: Dispatcher.DispatchController = {
  aborted: false,
  paused: false,
  reason: null,
  rawHeaders: null,
  rawTrailers: null,
  abort: () => undefined,
  pause: () => undefined,
  resume: () => undefined,
};

/** undici's own pool; dialling where nobody is, it gives up at once, so that the many who never join cost nothing. */
const undiciTo = (isThere: (origin: string, path: string) => boolean) => ({
  Pool: class extends Pool {
    readonly #origin: string;

    constructor(origin: string, options: Pool.Options) {
      super(origin, options);
      this.#origin = origin;
    }

    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      if (isThere(this.#origin, options.path)) return super.dispatch(options, handler);
      const refused = Object.assign(new Error('nobody is there'), { code: 'ECONNREFUSED' });
      queueMicrotask(() => handler.onResponseError?.(NEVER_STARTED, refused));
      return true;
    }
  },
});

const ids = (addressOf: (id: string, index: number) => string) =>
  Object.fromEntries(IDS.map((id, index) => [id, addressOf(id, index)]));

/** All nodes mounted into one server, each below a path that is taken off before the handler sees it. */
async function mountedNetwork(): Promise<SuiteNetwork> {
  const handlers = new Map<string, HttpHandler>();
  const server = createServer((request, response) => {
    const [, owner = '', rest = ''] = /^(\/[^/]+\/[^/]+)(.*)$/.exec(request.url ?? '') ?? [];
    request.url = rest;
    const handler = handlers.get(owner);
    if (handler === undefined) response.writeHead(503).end();
    else handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const addressOf = (cluster: string, id: string) => `${origin}/${cluster}/${id}`;
  return {
    createDriver: () =>
      new AddressedDriver(async ({ cluster, id }) => {
        const peers = ids((peer) => addressOf(cluster, peer));
        const driver = new HttpRpcDriver({
          peers,
          listen: 'mounted',
          undici: undiciTo((_, path) => handlers.has(path.split('/').slice(0, 3).join('/'))),
        });
        handlers.set(`/${cluster}/${id}`, driver.handler);
        return driver;
      }),
    injectGarbage: ({ cluster, to, bytes }) => post(origin, `/${cluster}/${to}`, bytes),
    close: async () => {
      server.close().closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Every node with a server of its own. */
async function ownServers(
  options: () => Omit<HttpDriverOptions, 'peers'>,
  scheme: 'http' | 'https' = 'http',
): Promise<SuiteNetwork> {
  const books = new Map<string, Promise<ReservedPorts>>();
  const bookOf = (cluster: string): Promise<ReservedPorts> => {
    const book = books.get(cluster) ?? ReservedPorts.reserve(IDS.length);
    books.set(cluster, book);
    return book;
  };
  const portOf = async (cluster: string, id: string) => (await bookOf(cluster)).all[IDS.indexOf(id)] ?? 0;
  return {
    createDriver: () =>
      new AddressedDriver(async ({ cluster, id }) => {
        const book = await bookOf(cluster);
        await book.take(await portOf(cluster, id));
        return new HttpRpcDriver({
          peers: ids((_, index) => `${scheme}://127.0.0.1:${book.all[index]}`),
          undici: undiciTo((origin) => book.isTaken(Number(new URL(origin).port))),
          ...options(),
        });
      }),
    injectGarbage: async ({ cluster, to, bytes }) => {
      const { secret, tls } = options();
      const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
      const connect = tls && { ...tls, checkServerIdentity: () => undefined };
      await post(`${scheme}://127.0.0.1:${await portOf(cluster, to)}`, '', bytes, authorization, connect);
    },
    close: async () => {
      for (const book of books.values()) await (await book)[Symbol.asyncDispose]();
    },
  };
}

async function post(origin: string, base: string, body: Uint8Array, headers = {}, connect: object = {}): Promise<void> {
  const client = new Client(origin, { connect });
  const type = { 'content-type': 'application/x-protobuf' };
  const path = `${base}/cluster/timeoutnow`;
  const response = await client.request({ method: 'POST', path, body, headers: { ...type, ...headers } });
  await response.body.dump();
  await client.destroy();
}

let identity: Identity;
beforeAll(async () => {
  await using authority = await Authority.create();
  identity = await authority.issue(IDS);
});

describeRpcDriver({
  runner: { describe, test },
  name: 'HttpRpcDriver, all nodes mounted into one server,',
  createNetwork: mountedNetwork,
  capabilities,
  limits,
});

describeRpcDriver({
  runner: { describe, test },
  name: 'HttpRpcDriver, each node with a server of its own, a shared secret and JSON,',
  createNetwork: () => ownServers(() => ({ secret: 'correct-horse-battery', body: 'json' })),
  capabilities,
  limits,
});

describeRpcDriver({
  runner: { describe, test },
  name: 'HttpRpcDriver, each node with a server of its own and mutual TLS,',
  createNetwork: () => ownServers(() => ({ tls: identity }), 'https'),
  capabilities,
  limits,
});
