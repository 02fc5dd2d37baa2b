import { GraftError } from '../../core/errors.js';
import type { Message } from '../../core/messages.js';
import { describe, type NodeId } from '../../core/names.js';
import type { DriverContext, RpcDriver } from '../rpc-driver.js';
import { decodeMessage } from '../wire/codec.js';
import { importUndici } from './import-undici.js';
import { decodeJson } from './json-body.js';
import { type HttpDriverOptions, type HttpSettings, parseHttpOptions } from './options.js';
import { OwnServer } from './own-server.js';
import { pack } from './parcel.js';
import type { PeerCounts } from './peer-link.js';
import { type HttpHandler, Reception } from './reception.js';
import { type Rejection, RejectionCounts } from './rejections.js';
import { HttpSession } from './session.js';
import { createTlsContext } from './tls-context.js';

/** How long a request may hold up the next where nobody says how often hearts beat, in milliseconds. */
const DEFAULT_REQUEST_TIMEOUT_MS = 80;
/** The share of the heartbeat interval for which a request may hold up the next. */
const SHARE_OF_INTERVAL = 0.8;

/** What has been going on, at one instant. */
export interface HttpTransportCounts {
  /** Requests that were turned away, by reason. */
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>;
  /** What was sent, by peer; empty unless a node is served. */
  readonly peers: Readonly<Record<string, PeerCounts>>;
}

interface Opened {
  readonly session: HttpSession;
  readonly server: OwnServer | undefined;
}

/**
 * Carries a node's messages over HTTP, straight to peers whose addresses are known (docs/driver-http.md).
 *
 * Listens by itself, or takes requests through {@link HttpRpcDriver.handler} from a server that it is mounted into.
 */
export class HttpRpcDriver implements RpcDriver {
  readonly #settings: HttpSettings;
  readonly #rejections = new RejectionCounts();
  readonly #reception: Reception;
  #breakOff: AbortController | undefined;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @throws GraftError `INVALID_OPTION` or `INVALID_ID` when an option is wrong, or nothing guards an address that other
   *   machines may reach.
   */
  constructor(options: HttpDriverOptions) {
    this.#settings = parseHttpOptions(options);
    this.#reception = new Reception(this.#settings, this.#rejections);
  }

  /**
   * Serves every request below the prefix: hand it to node:http, Express or Fastify. With a third argument, as Express
   * gives it, it leaves all other paths to that; without one it answers them with 404. Until `init` has resolved, and
   * after `close`, it answers with 503.
   */
  get handler(): HttpHandler {
    return this.#reception.handle;
  }

  /** What was sent and what was turned away, since the driver was made. */
  get counts(): HttpTransportCounts {
    return { rejected: this.#rejections.all, peers: this.#opened?.session.peers ?? {} };
  }

  /**
   * Resolves when the own server listens; mounted, at once, so let the server that it is mounted into listen before.
   * After a rejection it may be called again.
   * @throws GraftError `DRIVER_FAILED` with what to do: undici is not installed, the address cannot be listened at,
   *   `interop` is asked for; `INVALID_OPTION` when the node's own id is not among the peers, or its address is `https:`
   *   and nobody would speak TLS there: no `tls`, not mounted, and `listen` names no other place; `CONTRADICTING_TIMINGS`
   *   when a request may hold up the next for a heartbeat interval or longer; `DRIVER_IN_USE` when the driver serves, or
   *   served, a node; the reason of `signal`.
   */
  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    if (this.#opening !== undefined || this.#closing !== undefined) {
      throw new GraftError(
        'DRIVER_IN_USE',
        'this HttpRpcDriver serves or served a node: give each node its own driver',
      );
    }
    const breakOff = new AbortController();
    this.#breakOff = breakOff;
    this.#opening = this.#open(context, signal ? AbortSignal.any([breakOff.signal, signal]) : breakOff.signal);
    try {
      this.#opened = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
    this.#reception.open({ context, transport: () => this.counts });
  }

  broadcast(message: Message): void {
    this.#opened?.session.broadcast(message);
  }

  send(to: NodeId, message: Message): void {
    this.#opened?.session.send(to, message);
  }

  rehearse(message: Message): void {
    const { kind, body } = pack(message, this.#settings.body);
    if (typeof body === 'string') decodeJson(kind, body);
    else decodeMessage(kind, body);
  }

  /**
   * Hears nothing more; lets what was sent leave, to peers that take it; then ends all connections, and the own server.
   * Takes about two seconds at most, where a peer is silent. Never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(context: DriverContext, signal: AbortSignal): Promise<Opened> {
    const { id } = context;
    signal.throwIfAborted();
    if (context.interop) {
      throw new GraftError('DRIVER_FAILED', 'plain graft speaks NATS alone: interop cannot be had over HTTP');
    }
    const address = this.#settings.peers.get(id);
    if (address === undefined) {
      const known = [...this.#settings.peers.keys()].join(', ');
      throw new GraftError('INVALID_OPTION', `peers has no address of this node, ${describe(id)}, only of ${known}`);
    }
    const requestTimeoutMs = requestTimeout(this.#settings, context);
    const secureContext = this.#settings.tls && createTlsContext(this.#settings.tls);
    const undici = this.#settings.undici ?? (await importUndici());
    signal.throwIfAborted();
    const { report } = context;
    const start = { settings: this.#settings, address, handler: this.handler, rejections: this.#rejections, report };
    const server = this.#settings.listen === 'mounted' ? undefined : await OwnServer.listen(start);
    if (signal.aborted) {
      await server?.close();
      throw signal.reason;
    }
    return {
      session: new HttpSession({ settings: this.#settings, context, undici, secureContext, requestTimeoutMs }),
      server,
    };
  }

  async #close(): Promise<void> {
    this.#breakOff?.abort(new GraftError('DRIVER_FAILED', 'the driver was closed while it started'));
    const opened = await this.#opening?.catch(() => undefined);
    this.#reception.close();
    this.#opened = undefined;
    await opened?.session.close();
    await opened?.server?.close();
  }
}

function requestTimeout({ requestTimeoutMs }: HttpSettings, { node }: DriverContext): number {
  const intervalMs = node?.heartbeatIntervalMs;
  if (intervalMs === undefined) return requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS;
  if (requestTimeoutMs === undefined || requestTimeoutMs < intervalMs)
    return requestTimeoutMs ?? intervalMs * SHARE_OF_INTERVAL;
  throw new GraftError(
    'CONTRADICTING_TIMINGS',
    `requestTimeoutMs (${requestTimeoutMs}) is not below heartbeatIntervalMs (${intervalMs}): a request must ` +
      'be through, or let the next go on a second connection, when the next heartbeat is due',
  );
}
