import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { NodeId } from '../../core/names.js';
import { certificateNames } from './certificate-names.js';
import { isLoopback } from './loopback.js';
import { certificateNameOf, type HttpSettings } from './options.js';

/** What proxies add. */
const FORWARDED: readonly string[] = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

/** Why the gate stays shut. */
export type GateRejection = 'notLoopback' | 'webPage' | 'wrongSecret' | 'noCertificate';

/** Who may come in, and in whose name. */
export class Gate {
  readonly #settings: HttpSettings;
  /** Digests are compared, so that neither the place of the first wrong character nor the length takes longer. */
  readonly #digestKey = randomBytes(32);
  readonly #credentials: Buffer | undefined;

  constructor(settings: HttpSettings) {
    this.#settings = settings;
    this.#credentials = settings.secret === undefined ? undefined : this.#digest(`Bearer ${settings.secret}`);
  }

  /** @returns why `request` is turned away, if it is. */
  check(request: IncomingMessage): GateRejection | undefined {
    const { secret, tls } = this.#settings;
    if (tls !== undefined && shownNames(request) === undefined) return 'noCertificate';
    if (secret !== undefined && !this.#knowsSecret(request)) return 'wrongSecret';
    return tls === undefined && secret === undefined ? checkUnguarded(request) : undefined;
  }

  /** Whether `request` may speak in the name of `id`: a peer's, and with mutual TLS the one that its certificate bears. */
  maySpeakAs(id: NodeId, request: IncomingMessage): boolean {
    const { peers, tls } = this.#settings;
    if (!peers.has(id)) return false;
    return tls === undefined || (shownNames(request) ?? []).includes(certificateNameOf(id, tls));
  }

  /**
   * Whether an order comes from a web page of another site. A browser shows an operator's certificate for whatever page
   * it has open, and an order needs neither a body nor a content type that the browser would ask about first; but it says
   * where the page is from. Programs do not.
   */
  isAnotherSites({ headers: { origin } }: IncomingMessage, id: NodeId): boolean {
    return origin !== undefined && origin !== this.#settings.peers.get(id)?.origin;
  }

  #knowsSecret({ headers }: IncomingMessage): boolean {
    const shown = this.#digest(headers.authorization ?? '');
    return this.#credentials !== undefined && timingSafeEqual(shown, this.#credentials);
  }

  #digest(text: string): Buffer {
    return createHmac('sha256', this.#digestKey).update(text).digest();
  }
}

/** The names in the client's certificate; none at all without one that the server's `ca` has signed. */
function shownNames({ socket }: IncomingMessage): readonly string[] | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return certificateNames(socket.getPeerCertificate());
}

/**
 * Where nobody is asked who they are, only this machine's programs may come in, and no web page that a browser on it has
 * open: a page may post anywhere (it then names its origin), and by pointing a name of its own at 127.0.0.1 it may read
 * the answer (the host is then that name).
 */
function checkUnguarded({ socket, headers }: IncomingMessage): GateRejection | undefined {
  if (!isLoopback(socket.remoteAddress ?? '')) return 'notLoopback';
  // A proxy on this machine speaks for whoever spoke to it, and often under a name of this machine's.
  if (FORWARDED.some((name) => headers[name] !== undefined)) return 'notLoopback';
  const host = (headers.host ?? '').replace(/:\d*$/, '');
  return headers.origin !== undefined || !isLoopback(host) ? 'webPage' : undefined;
}
