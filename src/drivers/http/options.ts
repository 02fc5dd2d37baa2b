import { GraftError } from '../../core/errors.js';
import { describe, type NodeId, parseNodeId } from '../../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../../core/option-names.js';
import type { UndiciLike } from './client-like.js';
import { isLoopback } from './loopback.js';

/** Mutual TLS: both sides show a certificate of `ca`, whose name must be the node's. All three in PEM. */
export interface HttpTlsOptions {
  readonly cert: string | Uint8Array;
  readonly key: string | Uint8Array;
  /** Who signs the cluster's certificates. No other authority is trusted, the system's neither. */
  readonly ca: string | Uint8Array;
  /**
   * The name in each node's certificate, by id: a DNS name among its alternative names, or its common name if it has
   * none. Default: the id itself.
   */
  readonly names?: Readonly<Record<string, string>>;
}

/** Where the driver's own server listens. */
export interface HttpListenOptions {
  /** Default: the host of this node's own address. */
  readonly host?: string;
  /** 1 to 65535. Default: the port of this node's own address. */
  readonly port?: number;
}

export interface HttpDriverOptions {
  /**
   * The address of every node, this one included, by id: `http:` or `https:`, with the path, if any, that a gateway in
   * between takes off. Behind one address stands one process: never put a load balancer there. At an `https:` address the
   * own server speaks TLS with `tls` alone; without it, `listen` says where a gateway that ends TLS finds this node.
   */
  readonly peers: Readonly<Record<string, string>>;
  /** Where the routes begin, on every node. Default `/cluster`. */
  readonly prefix?: string;
  /** `'mounted'`: the driver opens no server, and `handler` is mounted into one that listens already. */
  readonly listen?: HttpListenOptions | 'mounted';
  /** What all nodes know and nobody else: 16 to 1024 visible ASCII characters, sent as `Authorization: Bearer`. */
  readonly secret?: string;
  readonly tls?: HttpTlsOptions;
  /** Whether `POST /stepdown` is served. Default false. */
  readonly allowStepDown?: boolean;
  /** What this node writes; it reads both. Default `'protobuf'`. */
  readonly body?: 'protobuf' | 'json';
  /**
   * Milliseconds that a request may hold up the next to the same peer. 1 or more, below the heartbeat interval, so that the
   * next heartbeat may leave when it is due: on a second connection, where the first is still held up. A request is given
   * up after twelve times as long. Default: four fifths of that interval.
   */
  readonly requestTimeoutMs?: number;
  /** undici itself, where it cannot be imported by its name: a bundle, say. Default: the one that is installed. */
  readonly undici?: UndiciLike;
  /** Milliseconds that a connection to a peer may take to come up, roughly. 1 to 2^31 - 1, default 2000. */
  readonly connectTimeoutMs?: number;
  /** Milliseconds that a request's body may take to come in. 1 to 2^31 - 1, default 2000. */
  readonly bodyTimeoutMs?: number;
}

const OPTIONS: OptionNames<HttpDriverOptions> = {
  peers: true,
  prefix: true,
  listen: true,
  secret: true,
  tls: true,
  allowStepDown: true,
  body: true,
  requestTimeoutMs: true,
  undici: true,
  connectTimeoutMs: true,
  bodyTimeoutMs: true,
};
const GROUP: OptionGroup = { prefix: '', names: OPTIONS };
const LISTEN_NAMES: OptionNames<HttpListenOptions> = { host: true, port: true };
const LISTEN_GROUP: OptionGroup = { prefix: 'listen.', names: LISTEN_NAMES };
const TLS_NAMES: OptionNames<HttpTlsOptions> = { cert: true, key: true, ca: true, names: true };
const TLS_GROUP: OptionGroup = { prefix: 'tls.', names: TLS_NAMES };

/** The options, checked, with every default filled in. */
export interface HttpSettings {
  readonly peers: ReadonlyMap<NodeId, URL>;
  readonly prefix: string;
  readonly listen: HttpListenOptions | 'mounted';
  readonly secret: string | undefined;
  readonly tls: HttpTlsOptions | undefined;
  readonly allowStepDown: boolean;
  readonly body: 'protobuf' | 'json';
  readonly undici: UndiciLike | undefined;
  readonly requestTimeoutMs: number | undefined;
  readonly connectTimeoutMs: number;
  readonly bodyTimeoutMs: number;
}

/** @throws GraftError `INVALID_OPTION` or `INVALID_ID` with the value and what to do. */
export function parseHttpOptions(options: HttpDriverOptions): HttpSettings {
  if (typeof options !== 'object' || options === null) throw invalid(`the options are ${describe(options)}`, EXAMPLE);
  checkNames(options, GROUP, [LISTEN_GROUP, TLS_GROUP]);
  const { tls, secret, listen = {}, prefix = '/cluster', allowStepDown = false, body = 'protobuf' } = options;
  if (!/^(?:\/[\w.~-]+)+$/.test(prefix))
    throw invalid(`prefix is ${describe(prefix)}`, "give a path such as '/cluster'");
  if (secret !== undefined) checkSecret(secret);
  if (tls !== undefined) checkTls(tls);
  if (typeof allowStepDown !== 'boolean')
    throw invalid(`allowStepDown is ${describe(allowStepDown)}`, 'give true or false');
  if (body !== 'protobuf' && body !== 'json') throw invalid(`body is ${describe(body)}`, "give 'protobuf' or 'json'");
  const settings: HttpSettings = {
    peers: parsePeers(options.peers),
    prefix,
    listen: checkListen(listen),
    secret,
    tls,
    allowStepDown,
    body,
    undici: options.undici,
    requestTimeoutMs:
      options.requestTimeoutMs === undefined ? undefined : checkMs('requestTimeoutMs', options.requestTimeoutMs),
    connectTimeoutMs: checkMs('connectTimeoutMs', options.connectTimeoutMs ?? 2_000),
    bodyTimeoutMs: checkMs('bodyTimeoutMs', options.bodyTimeoutMs ?? 2_000),
  };
  checkSecurity(settings);
  return settings;
}

/** The name that the certificate of `id` must bear. */
export function certificateNameOf(id: NodeId, { names }: HttpTlsOptions): string {
  return new Map(Object.entries(names ?? {})).get(id) ?? id;
}

const EXAMPLE = "give { peers: { a: 'https://a:7400', b: 'https://b:7400', c: 'https://c:7400' }, ... }";

function invalid(what: string, advice: string): GraftError {
  return new GraftError('INVALID_OPTION', `${what}: ${advice}`);
}

function parsePeers(peers: HttpDriverOptions['peers']): ReadonlyMap<NodeId, URL> {
  if (typeof peers !== 'object' || peers === null) throw invalid(`peers is ${describe(peers)}`, EXAMPLE);
  const parsed = new Map<NodeId, URL>();
  const owners = new Map<string, string>();
  for (const [key, address] of Object.entries(peers)) {
    const id = parseNodeId(key, 'an id among peers');
    const url = parseAddress(id, address);
    const owner = owners.get(url.href);
    if (owner !== undefined)
      throw invalid(`peers.${owner} and peers.${id} are both ${url.href}`, 'one address is one node');
    owners.set(url.href, id);
    parsed.set(id, url);
  }
  if (parsed.size === 0) throw invalid('peers is empty', EXAMPLE);
  return parsed;
}

function parseAddress(id: NodeId, address: unknown): URL {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined;
  const isPlain = url !== undefined && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  // A user and password in a URL belong into no log.
  throw invalid(
    `peers.${id} is ${url === undefined ? describe(address) : describe(`${url.protocol}//${url.host}…`)}`,
    "give an http: or https: address without user, query and fragment, such as 'https://a:7400'",
  );
}

function checkListen(listen: HttpListenOptions | 'mounted'): HttpListenOptions | 'mounted' {
  if (listen === 'mounted') return listen;
  if (typeof listen !== 'object' || listen === null) {
    throw invalid(`listen is ${describe(listen)}`, "give { host, port } or 'mounted'");
  }
  checkNames(listen, LISTEN_GROUP);
  const { host, port } = listen;
  if (host !== undefined && (typeof host !== 'string' || host === '')) {
    throw invalid(`listen.host is ${describe(host)}`, 'give a name or an address of this machine');
  }
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw invalid(`listen.port is ${describe(port)}`, 'give an integer from 1 to 65535');
  }
  return listen;
}

function checkSecret(secret: unknown): void {
  if (typeof secret === 'string' && /^[\x21-\x7e]{16,1024}$/.test(secret)) return;
  // Its value belongs into no log.
  throw invalid('secret is not 16 to 1024 visible ASCII characters', 'try `openssl rand -base64 32`');
}

function checkTls(tls: HttpTlsOptions): void {
  const parts: readonly (keyof HttpTlsOptions)[] = ['cert', 'key', 'ca'];
  const missing = parts.filter((part) => tls?.[part] === undefined);
  if (missing.length > 0) {
    throw invalid(`tls has no ${missing.join(', ')}`, 'mutual TLS needs cert, key and ca, each in PEM');
  }
  checkNames(tls, TLS_GROUP);
}

/** What any machine may reach must ask who is there: whoever may speak to a node can depose its leader. */
function checkSecurity({ peers, secret, tls, listen }: HttpSettings): void {
  for (const [id, url] of peers) {
    if (tls !== undefined && url.protocol !== 'https:') {
      throw invalid(`peers.${id} is ${url.href} and tls is given`, 'give https: addresses');
    }
    if (tls === undefined && secret === undefined && !isLoopback(url.hostname))
      throw unguarded(`peers.${id} is ${url.href}`);
  }
  if (tls !== undefined || secret !== undefined || listen === 'mounted') return;
  if (listen.host !== undefined && !isLoopback(listen.host)) throw unguarded(`listen.host is ${listen.host}`);
}

function unguarded(what: string): GraftError {
  return invalid(
    what,
    'without secret or tls only loopback addresses (127.0.0.1, ::1, localhost) are served, since whoever reaches a node ' +
      'could vote; give all nodes a secret, or tls',
  );
}

function checkMs(name: 'requestTimeoutMs' | 'connectTimeoutMs' | 'bodyTimeoutMs', value: number): number {
  // A timer takes no longer delay: it would come due at once.
  if (Number.isFinite(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw invalid(`${name} is ${describe(value)}`, 'give milliseconds from 1 to 2^31 - 1');
}
