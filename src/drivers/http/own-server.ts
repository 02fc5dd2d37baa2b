import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { GraftError } from '../../core/errors.js';
import { TimeLimit } from '../time-limit.js';
import { answerRefusal } from './answer.js';
import type { HttpSettings } from './options.js';
import type { HttpHandler } from './reception.js';
import { REJECTION_STATUS, type RejectionCounts, type RequestRejection } from './rejections.js';

/** Longer than any request of ours needs; Node's own 16 KiB allow a stranger twice that for nothing. */
const MAX_HEADER_BYTES = 8_192;
/**
 * How long a connection may take to say what it wants, in milliseconds: from its start, or from its last answer's next
 * byte.
 */
const HEADERS_TIMEOUT_MS = 5_000;
const HANDSHAKE_TIMEOUT_MS = 5_000;
/** How often slow requests are looked for. Node's own 30 s would make a 5 s limit one of 35 s. */
const LOOK_INTERVAL_MS = 1_000;
/** How long who is turned away has to read why, in milliseconds. */
const LINGER_MS = 1_000;
/** Peers say something every second, so that only what is forgotten is closed. */
const KEEP_ALIVE_TIMEOUT_MS = 30_000;
/** A peer has one connection, or two for a moment; the rest is for people. */
const CONNECTIONS_PER_PEER = 4;
const CONNECTIONS_FOR_PEOPLE = 64;
/** Hosts to listen at that take in a node's own address, whatever that is. */
const EVERY_INTERFACE: readonly string[] = ['0.0.0.0', '::'];

export interface OwnServerStart {
  readonly settings: HttpSettings;
  /** This node's own address among the peers. */
  readonly address: URL;
  readonly handler: HttpHandler;
  readonly rejections: RejectionCounts;
  /** A server that listens no longer, whatever the cause. */
  readonly report: (error: GraftError) => void;
}

/** The server of a driver that is not mounted into another. */
export class OwnServer {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @throws GraftError `DRIVER_FAILED` when the address cannot be listened at, or the certificate cannot be used;
   *   `INVALID_OPTION` when the address is `https:` and nobody would speak TLS there.
   */
  static async listen({ settings, address, handler, rejections, report }: OwnServerStart): Promise<OwnServer> {
    checkWhoSpeaksTls(settings, address);
    const { host, port } = listenAt(settings, address);
    try {
      const listener = withHost(handler, rejections);
      const server = create(settings, listener);
      // Node itself would answer 417, unseen and uncounted. Whatever is expected, the request is one like any other.
      server.on('checkExpectation', listener);
      server.maxConnections = CONNECTIONS_FOR_PEOPLE + CONNECTIONS_PER_PEER * settings.peers.size;
      countRefusals(server, rejections);
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen({ host, port }, resolve);
      });
      server.on('error', (cause) => {
        report(new GraftError('DRIVER_FAILED', `the server at ${host}:${port} failed: ${cause.message}`, { cause }));
      });
      return new OwnServer(server);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new GraftError('DRIVER_FAILED', `cannot serve at ${host}:${port}: ${why}`, { cause });
    }
  }

  /** Takes no more connections; resolves when the last is closed. What is still open then is closed with it. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function placeOf({ protocol, hostname, port }: URL): Place {
  const standardPort = protocol === 'https:' ? 443 : 80;
  // An IPv6 address stands in brackets in a URL, and nowhere else.
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? standardPort : Number(port) };
}

function listenAt({ listen }: HttpSettings, address: URL): Place {
  const own = placeOf(address);
  const { host = own.host, port = own.port } = listen === 'mounted' ? {} : listen;
  return { host, port };
}

/**
 * Without `tls` the server speaks plain HTTP. At the very place where the peers shake hands none of them would ever get
 * through, and the cluster would be without a leader for ever; a gateway that ends TLS is at another place.
 */
function checkWhoSpeaksTls(settings: HttpSettings, address: URL): void {
  if (settings.tls !== undefined || address.protocol !== 'https:') return;
  const [own, { host, port }] = [placeOf(address), listenAt(settings, address)];
  if (port !== own.port || (host !== own.host && !EVERY_INTERFACE.includes(host))) return;
  throw new GraftError(
    'INVALID_OPTION',
    `this node's address is ${address.href} and its own server would speak plain HTTP there, since there is no tls: give ` +
      'tls, or, where a gateway ends TLS at that address, say in listen at which other port or host it finds this node',
  );
}

/** HTTP/1.1 wants a host named. Node would turn a request without one away itself, unseen and uncounted. */
function withHost(handler: HttpHandler, rejections: RejectionCounts): RequestListener {
  return (request, response) => {
    // Not handed on as it stands: Node calls with two arguments, and a third would be Express's `next`.
    if (request.headers.host !== undefined || request.httpVersion !== '1.1') handler(request, response);
    else {
      rejections.count('notHttp');
      answerRefusal(response, { rejection: 'notHttp', message: 'a request of HTTP/1.1 names its host' });
    }
  };
}

function create({ tls, bodyTimeoutMs }: HttpSettings, listener: RequestListener): Server {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // The handler keeps the limit of bodies, so that it holds where the driver is mounted as well.
    requestTimeout: HEADERS_TIMEOUT_MS + bodyTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    connectionsCheckingInterval: LOOK_INTERVAL_MS,
    noDelay: true,
    requireHostHeader: false,
  };
  if (tls === undefined) return createServer(limits, listener);
  const { cert, key, ca } = tls;
  const [certPem, keyPem, caPem] = [cert, key, ca].map((pem) => Buffer.from(pem));
  return createTlsServer(
    {
      ...limits,
      cert: certPem,
      key: keyPem,
      ca: caPem,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.3',
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    },
    listener,
  );
}

/** What fails before it is a request never reaches the handler, and is answered and counted here. */
function countRefusals(server: Server, rejections: RejectionCounts): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    const rejection = rejectionFor(error);
    if (rejection === undefined || !socket.writable) {
      socket.destroy();
      return;
    }
    rejections.count(rejection);
    // Who is turned away may never hang up, and would keep its connection from others for ever.
    const limit = new TimeLimit(LINGER_MS, () => socket.destroy());
    socket.once('close', () => limit.end());
    socket.end(
      `HTTP/1.1 ${REJECTION_STATUS[rejection]} ${rejection}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    );
  });
  server.on('tlsClientError', () => rejections.count('badHandshake'));
}

function rejectionFor({ code = '' }: NodeJS.ErrnoException): RequestRejection | undefined {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headersTooLarge';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'slowRequest';
  // Who has hung up, in the middle of a request or not, is not there to be answered.
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE' ? 'notHttp' : undefined;
}
