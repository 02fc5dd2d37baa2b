// The server of graft dashboard, asked over real connections: what it serves, to whom, and what it turns away.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { parseAllowedNames } from '../../../src/cli/dashboard/allowed-names.js';
import { MAX_LISTENERS } from '../../../src/cli/dashboard/audience.js';
import { DashboardServer } from '../../../src/cli/dashboard/dashboard-server.js';
import { parseListenAddress } from '../../../src/cli/dashboard/listen-address.js';
import { Observation } from '../../../src/cli/dashboard/observation.js';
import { TOKEN_HEADER } from '../../../src/cli/dashboard/page-protocol.js';
import { UsageError } from '../../../src/cli/failure.js';
import { ClusterClient } from '../../../src/client/index.js';
import type { Inquirer, Question } from '../../../src/drivers/control/inquirer.js';
import { following, leading, type Report, statusOf } from './reports.js';

const ASSETS = new Map([['/', { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') }]]);

let server: DashboardServer | undefined;
afterEach(() => server?.close());

async function start(options: { readonly stepDownClient?: ClusterClient; readonly listen?: string } = {}) {
  server = await DashboardServer.start({
    ...{ cluster: 'jobs', assets: ASSETS, names: [], patienceMs: 2_000 },
    listen: parseListenAddress(options.listen ?? '127.0.0.1:0'),
    stepDownClient: options.stepDownClient,
  });
  return server;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as no browser does: with any header. Resolves once the head of the answer is there. */
async function ask(path: string, { method = 'GET', headers = {}, body }: Asking = {}): Promise<IncomingMessage> {
  const asking = request(server?.url ?? '', { path, method, headers }).end(body);
  const [response]: IncomingMessage[] = await once(asking, 'response');
  if (response === undefined) throw new Error('no response');
  return response;
}

async function answer(path: string, asking?: Asking) {
  const response = await ask(path, asking);
  const text = (await response.setEncoding('utf8').toArray()).join('');
  return { status: response.statusCode, headers: response.headers, text };
}

/** Reads server-sent events until one is a greeting, and returns what it holds. */
async function greeting(response: IncomingMessage): Promise<{ readonly stepDownToken: string }> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += String(chunk);
    const [, data] = /^event: greeting\ndata: (.*)\n/m.exec(text) ?? [];
    if (data !== undefined) return JSON.parse(data);
  }
  throw new Error(`no greeting in ${text}`);
}

/** A leader that hands over to whom it is told, or to `b`; not before it is let, while it is held back. */
class ObedientCluster implements Inquirer {
  readonly obstacle = undefined;
  readonly heirs: (string | undefined)[] = [];
  isHeldBack = false;
  #handOver = (): void => undefined;

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  ask({ inquiry, body: { to } }: Question, hear: Parameters<Inquirer['ask']>[1]): void {
    const tell = (report: Report) => hear({ payload: payloadOf(report), roundTripMs: 1 });
    if (inquiry === 'status') {
      for (const report of [leading('a', 1), following('b', 'a', 1), following('c', 'a', 1)]) tell(report);
      return;
    }
    this.heirs.push(to);
    this.#handOver = () => tell(following('a', to ?? 'b', 2));
    if (!this.isHeldBack) this.#handOver();
  }

  letGo(): void {
    this.#handOver();
  }
}

function payloadOf(report: Report): Uint8Array {
  const [node] = statusOf(0, report).nodes;
  return new TextEncoder().encode(JSON.stringify({ v: 1, cluster: 'jobs', ...node }));
}

/** A dashboard that may have the leader hand over, and what its page sends to ask for it. */
async function startObeyed() {
  const cluster = new ObedientCluster();
  const stepDownClient = new ClusterClient({ cluster: 'jobs', inquirer: cluster });
  const { url } = await start({ stepDownClient });
  const events = await ask('/events');
  const { stepDownToken } = await greeting(events);
  events.destroy();
  const headers = { origin: new URL(url).origin, [TOKEN_HEADER]: stepDownToken };
  const post = (body: string, more = {}) =>
    answer('/step-down', { method: 'POST', headers: { ...headers, ...more }, body });
  return { cluster, headers, post };
}

describe('the page', () => {
  test('is served with headers that let nothing run or load that is not its own', async () => {
    await start();
    const { status, headers, text } = await answer('/');
    expect([status, text]).toEqual([200, '<!doctype html>']);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self'; style-src 'self';/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|http/);
  });

  test.each(['/package.json', '/..%2f..%2fetc/passwd', '/../../../etc/passwd', '/dashboard/', '//', '/constructor'])(
    'is all that is served: %s is not there',
    async (path) => {
      await start();
      expect((await answer(path)).status).toBe(404);
    },
  );

  test('is for reading: other methods are refused, and HEAD has no body', async () => {
    await start();
    expect(await answer('/', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await answer('/events', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    for (const path of ['/', '/events']) {
      expect(await answer(path, { method: 'POST' })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
    }
  });

  test.each(['/', '/events', '/step-down'])('is told to no name that was not given: %s', async (path) => {
    await start();
    expect((await answer(path, { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await answer(path, { headers: { origin: 'http://evil.example' } })).status).toBe(403);
  });
});

describe('events', () => {
  test('reach every page that listens', async () => {
    const dashboard = await start();
    const pages = await Promise.all([ask('/events'), ask('/events')]);
    expect(pages.map(({ headers }) => headers['content-type'])).toEqual(['text/event-stream', 'text/event-stream']);
    const heard = pages.map(async (page) => {
      for await (const chunk of page.setEncoding('utf8')) if (String(chunk).includes('event: snapshot')) return true;
      return false;
    });
    dashboard.tell(new Observation(0).snapshot(1, 0));
    expect(await Promise.all(heard)).toEqual([true, true]);
  });

  test('are refused to one page more than may listen, and given again once one has gone', async () => {
    await start();
    const pages = await Promise.all(Array.from({ length: MAX_LISTENERS }, () => ask('/events')));
    expect(await answer('/events')).toMatchObject({ status: 503, text: expect.stringContaining('close one') });
    pages[0]?.destroy();
    await expect
      .poll(async () => {
        const response = await ask('/events');
        response.destroy();
        return response.statusCode;
      })
      .toBe(200);
  });
});

describe('a step-down', () => {
  test('is refused where it was not allowed, whatever is sent', async () => {
    await start();
    const headers = { origin: new URL(server?.url ?? '').origin, [TOKEN_HEADER]: 'null' };
    const { status, text } = await answer('/step-down', { method: 'POST', headers, body: '{}' });
    expect([status, JSON.parse(text).message]).toEqual([403, expect.stringContaining('--allow-step-down')]);
  });

  test('by the page has the leader hand over: to its heir, or to the one that is named', async () => {
    const { cluster, post } = await startObeyed();
    expect(await post('{}')).toMatchObject({ status: 200, text: '{"from":"a","to":"b","term":2}\n' });
    expect(await post('{"to":"c"}')).toMatchObject({ status: 200, text: '{"from":"a","to":"c","term":2}\n' });
    expect(cluster.heirs).toEqual([undefined, 'c']);
  });

  test('is refused by GET, without the token and with what is no question: nobody is asked', async () => {
    const { cluster, headers, post } = await startObeyed();
    expect((await answer('/step-down', { headers })).status).toBe(405);
    expect((await post('{}', { [TOKEN_HEADER]: 'another' })).status).toBe(403);
    expect((await post('{}', { origin: 'http://evil.example' })).status).toBe(403);
    for (const body of ['[]', '{', '{"to":1}', '{"to":"a b"}', `{"to":"${'x'.repeat(2_000)}"}`]) {
      expect((await post(body)).status, body).toBe(400);
    }
    expect(cluster.heirs).toEqual([]);
  });

  test('that the leader refuses is told with the reason', async () => {
    const { post } = await startObeyed();
    const { status, text } = await post('{"to":"a"}');
    expect([status, JSON.parse(text).message]).toEqual([409, expect.stringContaining('which leads already')]);
  });

  test('is one at a time: a second one meanwhile is refused, and does not reach the new leader', async () => {
    const { cluster, post } = await startObeyed();
    cluster.isHeldBack = true;
    const first = post('{}');
    await expect.poll(() => cluster.heirs, { timeout: 30_000 }).toEqual([undefined]);
    expect((await post('{}')).status).toBe(409);
    cluster.letGo();
    expect((await first).status).toBe(200);
    expect(cluster.heirs).toEqual([undefined]);
  });
});

describe('the server', () => {
  test('closes with pages listening and a step-down under way', async () => {
    const { cluster, post } = await startObeyed();
    const page = await ask('/events');
    const ended = once(page.resume(), 'close');
    cluster.isHeldBack = true;
    const cut = expect(post('{}')).rejects.toThrow();
    await expect.poll(() => cluster.heirs, { timeout: 30_000 }).toEqual([undefined]);
    await server?.close();
    await Promise.all([ended, cut]);
  });

  test('refuses an address that is taken, with what to do', async () => {
    const { url } = await start();
    const { port } = new URL(url);
    const first = server;
    await expect(start({ listen: port })).rejects.toThrow(UsageError);
    server = first;
  });
});

describe('--listen', () => {
  test.each([
    ['7480', { host: '127.0.0.1', port: 7480 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['ops.example.org:7480', { host: 'ops.example.org', port: 7480 }],
  ])('%s is understood', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  test.each(['', 'localhost', '127.0.0.1:', '1:2:3', '::1:7480', ':7480x', '127.0.0.1:65536', 'http://a:1'])(
    '%j is refused',
    (text) => {
      expect(() => parseListenAddress(text)).toThrow(UsageError);
    },
  );
});

describe('--allow-host', () => {
  test('takes names', () => {
    expect(parseAllowedNames(['ops.example.org', 'n1'])).toEqual(['ops.example.org', 'n1']);
  });

  test.each(['https://ops.example.org', 'ops.example.org:7480', '*', ''])(
    'refuses %j, which would allow nothing',
    (name) => {
      expect(() => parseAllowedNames(['n1', name])).toThrow(UsageError);
    },
  );
});
