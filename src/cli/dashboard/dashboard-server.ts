import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ClusterClient } from '../../client/cluster-client.js';
import { answerJson } from '../../drivers/http/answer.js';
import { VERSION } from '../../version.js';
import { UsageError } from '../failure.js';
import type { Asset } from './assets.js';
import { Audience, MAX_LISTENERS } from './audience.js';
import { Gate, type Refused } from './gate.js';
import type { ListenAddress } from './listen-address.js';
import { PAGE_HEADERS } from './page-headers.js';
import type { Snapshot } from './page-protocol.js';
import { StepDownRoute } from './step-down-route.js';

const LIMITS = {
  maxHeaderSize: 8_192,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
/** The pages that are open, and what they load. */
const MAX_CONNECTIONS = 2 * MAX_LISTENERS;

export interface DashboardServerStart {
  readonly listen: ListenAddress;
  /** What the page is made of, by address. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Under which names it is reached, besides addresses and `localhost`. */
  readonly names: readonly string[];
  readonly cluster: string;
  /** How long a page waits for news, in milliseconds. */
  readonly patienceMs: number;
  /** Who has the leader step down when a page asks; without it, pages only watch. */
  readonly stepDownClient: ClusterClient | undefined;
}

/** Serves the page, tells it what is new, and takes its wish that the leader step down. */
export class DashboardServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #assets: ReadonlyMap<string, Asset>;
  readonly #gate: Gate;
  readonly #audience: Audience;
  readonly #token = randomBytes(24).toString('base64url');
  readonly #stepDown: StepDownRoute | undefined;
  readonly #closing = new AbortController();

  private constructor({ assets, names, cluster, patienceMs, stepDownClient }: DashboardServerStart) {
    this.#assets = assets;
    this.#gate = new Gate(names);
    const stepDownToken = stepDownClient === undefined ? null : this.#token;
    this.#audience = new Audience({ cluster, version: VERSION, patienceMs, stepDownToken });
    this.#stepDown = stepDownClient && new StepDownRoute(stepDownClient, this.#closing.signal);
    this.#server = createServer(LIMITS, (request, response) => this.#answer(request, response));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws UsageError when the address cannot be listened at. */
  static async start(start: DashboardServerStart): Promise<DashboardServer> {
    const dashboard = new DashboardServer(start);
    const { host, port } = start.listen;
    try {
      await new Promise<void>((resolve, reject) => {
        dashboard.#server.on('error', reject).listen({ host, port }, resolve);
      });
      return dashboard;
    } catch (error) {
      await dashboard.close();
      const why = error instanceof Error ? error.message : String(error);
      throw new UsageError(`--listen ${host}:${port} cannot be had: ${why}`);
    }
  }

  /** Where the page is. */
  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return '';
    const { family, port } = address;
    const name = family === 'IPv6' ? `[${address.address}]` : address.address;
    return `http://${name}:${port}/`;
  }

  tell(snapshot: Snapshot): void {
    this.#audience.tell(snapshot);
  }

  /** Resolves when the last connection is closed. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#audience.close();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value);
    const [path = ''] = (request.url ?? '').split('?');
    const isAct = path === '/step-down';
    const refused = this.#gate.refusesToTell(request) ?? refusesMethod(request, isAct ? ['POST'] : ['GET', 'HEAD']);
    if (refused !== undefined) refuse(response, refused);
    else if (isAct) this.#answerStepDown(request, response);
    else if (path === '/events') this.#answerEvents(request, response);
    else this.#answerAsset(this.#assets.get(path), request, response);
  }

  #answerAsset(asset: Asset | undefined, request: IncomingMessage, response: ServerResponse): void {
    if (asset === undefined) {
      refuse(response, { status: 404, message: 'there is nothing here; see /' });
      return;
    }
    response.writeHead(200, { 'content-type': asset.type, 'content-length': asset.body.length });
    response.end(request.method === 'HEAD' ? undefined : asset.body);
  }

  #answerEvents(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
    } else if (this.#audience.isFull) {
      const message = `${MAX_LISTENERS} pages are open already: close one`;
      refuse(response, { status: 503, message, headers: { 'retry-after': '10' } });
    } else {
      this.#audience.join(response);
    }
  }

  #answerStepDown(request: IncomingMessage, response: ServerResponse): void {
    const route = this.#stepDown;
    const refused = route === undefined ? WATCHES_ONLY : this.#gate.refusesToAct(request, this.#token);
    if (refused !== undefined) refuse(response, refused);
    else route?.answer(request, response).catch(() => response.destroy());
  }
}

const WATCHES_ONLY: Refused = {
  status: 403,
  message: 'this page only watches: start graft dashboard with --allow-step-down',
};

function refusesMethod({ method = '' }: IncomingMessage, allowed: readonly string[]): Refused | undefined {
  if (allowed.includes(method)) return undefined;
  return { status: 405, message: `use ${allowed.join(' or ')} here`, headers: { allow: allowed.join(', ') } };
}

/** Turns a request away. What is left of its body is not waited for, so the connection goes with it. */
function refuse(response: ServerResponse, { status, message, headers }: Refused): void {
  response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
  answerJson(response, { error: 'refused', message }, status);
}
