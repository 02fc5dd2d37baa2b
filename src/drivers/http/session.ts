import type { SecureContext } from 'node:tls';
import { GraftError } from '../../core/errors.js';
import type { Message } from '../../core/messages.js';
import { describe, type NodeId } from '../../core/names.js';
import type { DriverContext } from '../rpc-driver.js';
import { TimeLimit } from '../time-limit.js';
import { toPeerNamed } from './certificate-names.js';
import type { UndiciLike } from './client-like.js';
import { CLUSTER_HEADER, FROM_HEADER, TO_HEADER } from './headers.js';
import { certificateNameOf, type HttpSettings } from './options.js';
import { pack } from './parcel.js';
import { CONNECTIONS, type PeerCounts, PeerLink } from './peer-link.js';

/** How often idle connections are looked after, in milliseconds: more often than any server closes them. */
const LOOK_INTERVAL_MS = 1_000;
/** A peer's answers are short; whatever is longer is not a peer's. */
const MAX_RESPONSE_BYTES = 16_384;
const MAX_HEADER_BYTES = 8_192;

export interface HttpSessionStart {
  readonly settings: HttpSettings;
  readonly context: DriverContext;
  readonly undici: UndiciLike;
  readonly secureContext: SecureContext | undefined;
  readonly requestTimeoutMs: number;
}

/** One node's sending side: its links to all peers, from start to close. */
export class HttpSession {
  readonly #settings: HttpSettings;
  readonly #context: DriverContext;
  readonly #links: ReadonlyMap<NodeId, PeerLink>;
  readonly #unknown = new Set<string>();
  #look: TimeLimit | undefined;
  #isClosed = false;

  constructor({ settings, context, undici, secureContext, requestTimeoutMs }: HttpSessionStart) {
    this.#settings = settings;
    this.#context = context;
    const headers = {
      [CLUSTER_HEADER]: context.cluster,
      [FROM_HEADER]: context.id,
      ...(settings.secret !== undefined && { authorization: `Bearer ${settings.secret}` }),
    };
    const linkTo = (id: NodeId, address: URL): PeerLink =>
      new PeerLink({
        id,
        base: new URL(address.pathname.replace(/\/$/, '') + settings.prefix, address),
        pool: new undici.Pool(address.origin, poolOptions(settings, id, secureContext)),
        headers: { ...headers, [TO_HEADER]: id },
        requestTimeoutMs,
        report: (error) => this.#report(error),
        gone: () => !this.#isClosed && context.peerGone?.(id),
      });
    this.#links = new Map([...settings.peers].map(([id, address]) => [id, linkTo(id, address)] as const));
    this.#lookAfterLinks();
  }

  /** Of every peer, this node left out. */
  get peers(): Readonly<Record<string, PeerCounts>> {
    return Object.fromEntries([...this.#others()].map(([id, link]) => [id, link.counts]));
  }

  broadcast(message: Message): void {
    const parcel = pack(message, this.#settings.body);
    for (const [, link] of this.#others()) link.send(parcel);
  }

  send(to: NodeId, message: Message): void {
    const link = this.#links.get(to);
    if (link !== undefined) {
      link.send(pack(message, this.#settings.body));
    } else if (!this.#unknown.has(to) && this.#unknown.size < this.#links.size) {
      // Bounded, and told once each: ids from the wire are without number.
      this.#unknown.add(to);
      this.#report(
        new GraftError(
          'DRIVER_FAILED',
          `there is no address of ${describe(to)} in peers: give all nodes all addresses`,
        ),
      );
    }
  }

  /** Lets what was sent leave, then ends all connections. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#look?.end();
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  *#others(): Iterable<readonly [NodeId, PeerLink]> {
    for (const entry of this.#links) if (entry[0] !== this.#context.id) yield entry;
  }

  #lookAfterLinks(): void {
    for (const [, link] of this.#others()) link.keepWarm();
    this.#look = new TimeLimit(LOOK_INTERVAL_MS, () => this.#lookAfterLinks());
  }

  #report(error: GraftError): void {
    if (!this.#isClosed) this.#context.report(error);
  }
}

function poolOptions({ tls, connectTimeoutMs }: HttpSettings, id: NodeId, secureContext: SecureContext | undefined) {
  return {
    connect: {
      timeout: connectTimeoutMs,
      ...(tls !== undefined && { secureContext, ...toPeerNamed(certificateNameOf(id, tls)) }),
    },
    connections: CONNECTIONS,
    pipelining: 1,
    // Each request has limits of its own, which are shorter and cover all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_RESPONSE_BYTES,
  };
}
