// One handler in every server that speaks (req, res).
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import fastify from 'fastify';
import { describe, expect, test, vi } from 'vitest';
import { type HttpDriverOptions, type HttpHandler, HttpRpcDriver } from '../../../src/drivers/http/index.js';
import { heartbeat, recorder } from '../nats/recorder.js';

interface Mounted {
  readonly url: string;
  readonly close: () => Promise<void>;
}

type Mount = (handler: HttpHandler) => Promise<Mounted>;

async function listen(server: Server): Promise<Mounted> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close().closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const STYLES: readonly { readonly style: string; readonly mount: Mount; readonly path?: string }[] = [
  {
    style: 'node:http, beside other paths',
    mount: (handler) =>
      listen(
        createServer((request, response) => {
          if (request.url?.startsWith('/cluster/')) handler(request, response);
          else response.end('the application');
        }),
      ),
  },
  {
    style: 'Express, for the whole application',
    mount: (handler) => {
      const app = express();
      app.use(handler);
      app.use(express.json());
      app.get('/', (_request, response) => void response.send('the application'));
      return listen(createServer(app));
    },
  },
  {
    style: 'Express, at the prefix',
    mount: (handler) => {
      const app = express();
      app.use('/cluster', handler);
      app.get('/', (_request, response) => void response.send('the application'));
      return listen(createServer(app));
    },
  },
  {
    style: 'Express, in a router below another path',
    path: '/internal',
    mount: (handler) => {
      const app = express();
      app.use('/internal', express.Router().use(handler));
      app.get('/', (_request, response) => void response.send('the application'));
      return listen(createServer(app));
    },
  },
  {
    style: 'Fastify',
    mount: async (handler) => {
      const app = fastify();
      await app.register(async (cluster) => {
        // The driver reads the bodies itself, and bounds them.
        cluster.removeAllContentTypeParsers();
        cluster.addContentTypeParser('*', (_request, _payload, done) => done(null));
        cluster.all('/cluster/*', (request, reply) => {
          reply.hijack();
          handler(request.raw, reply.raw);
        });
      });
      app.get('/', async () => 'the application');
      return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
    },
  },
];

describe.each(STYLES)('HttpRpcDriver mounted into $style', ({ mount, path = '' }) => {
  /** Two nodes: the listening one is mounted, so that its address is known before its driver is made. */
  async function withPair(
    body: HttpDriverOptions['body'],
    run: (pair: { listener: ReturnType<typeof recorder>; speaker: HttpRpcDriver; url: string }) => Promise<void>,
  ): Promise<void> {
    const proxied: { handler?: HttpHandler } = {};
    const mounted = await mount((...args) => proxied.handler?.(...args));
    const peers = { a: 'http://127.0.0.1:9', b: `${mounted.url}${path}` };
    const [driver, speaker] = [peers, peers].map(
      (peers) => new HttpRpcDriver({ peers, listen: 'mounted', body: body ?? 'protobuf' }),
    ) as [HttpRpcDriver, HttpRpcDriver];
    proxied.handler = driver.handler;
    try {
      expect((await fetch(`${mounted.url}${path}/cluster/id`)).status).toBe(503);
      const listener = recorder({ id: 'b' });
      await driver.init(listener);
      await speaker.init(recorder({ id: 'a' }));
      await run({ listener, speaker, url: mounted.url });
    } finally {
      await Promise.all([driver.close(), speaker.close()]);
      expect((await fetch(`${mounted.url}${path}/cluster/id`)).status).toBe(503);
      await mounted.close();
    }
  }

  test.each(['protobuf', 'json'] as const)('it takes messages in %s and answers people', async (body) => {
    await withPair(body, async ({ listener, speaker, url }) => {
      speaker.broadcast(heartbeat(1));
      await vi.waitUntil(() => listener.received.length === 1, 10_000);
      expect(listener.received).toEqual([heartbeat(1)]);
      const response = await fetch(`${url}${path}/cluster/id?who`);
      expect(await response.json()).toEqual({ id: 'b', cluster: 'orders' });
    });
  });

  test('what is not below the prefix stays the application’s', async () => {
    await withPair('protobuf', async ({ url }) => {
      expect(await (await fetch(url)).text()).toBe('the application');
    });
  });
});

test('a handler on its own answers 404 outside its prefix', async () => {
  const driver = new HttpRpcDriver({ peers: { a: 'http://127.0.0.1:9' }, listen: 'mounted' });
  const mounted = await listen(createServer((request, response) => driver.handler(request, response)));
  await driver.init(recorder());
  expect((await fetch(`${mounted.url}/elsewhere`)).status).toBe(404);
  expect((await fetch(`${mounted.url}/clusters/id`)).status).toBe(404);
  await driver.close();
  await mounted.close();
});

test('behind a body parser it says so instead of waiting for a body that was read', async () => {
  const driver = new HttpRpcDriver({ peers: { a: 'http://127.0.0.1:9', b: 'http://127.0.0.1:10' }, listen: 'mounted' });
  const app = express();
  app.use(express.json());
  app.use(driver.handler);
  const mounted = await listen(createServer(app));
  await driver.init(recorder());
  const response = await fetch(`${mounted.url}/cluster/appendentries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ term: 7, leader_id: 'b' }),
  });
  expect(response.status).toBe(500);
  expect(await response.json()).toMatchObject({
    error: 'bodyTaken',
    message: expect.stringContaining('before any body parser'),
  });
  await driver.close();
  await mounted.close();
});
