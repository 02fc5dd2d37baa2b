import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { TOKEN_HEADER } from './page-protocol.js';

/** Why a request is turned away. */
export interface Refused {
  readonly status: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Who may ask. A site that somebody visits in another tab can have the browser send requests here, and can have its own
 * name resolve to this machine (DNS rebinding). The first is known by the origin that the browser names, the second by the
 * host: addresses and `localhost` are nobody's site, and other names must be given.
 */
export class Gate {
  readonly #names: ReadonlySet<string>;

  /** @param names under which this is reached, besides addresses and `localhost`. */
  constructor(names: readonly string[]) {
    this.#names = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
  }

  /** Why nothing is told to `request`. */
  refusesToTell({ headers, url }: IncomingMessage): Refused | undefined {
    const { host = '', origin } = headers;
    const name = hostName(host);
    if (name === undefined || !(this.#names.has(name) || isIP(name) !== 0)) {
      return {
        status: 421,
        message: `this is not ${JSON.stringify(host)}: start graft dashboard with --allow-host for it`,
      };
    }
    const site = headers['sec-fetch-site'] ?? 'none';
    const isOther = (origin !== undefined && !isOriginOf(origin, host)) || !['same-origin', 'none'].includes(`${site}`);
    // A link to the page is no request of the site that has the link; nobody has one to the events, of which few can
    // listen.
    const isLink = url === '/' && headers['sec-fetch-mode'] === 'navigate' && origin === undefined;
    return isOther && !isLink ? { status: 403, message: 'another site asks: only this page may' } : undefined;
  }

  /** Why `request` may have nothing done. */
  refusesToAct(request: IncomingMessage, token: string): Refused | undefined {
    const { headers } = request;
    const refused = this.refusesToTell(request);
    if (refused !== undefined) return refused;
    if (headers.origin === undefined) return { status: 403, message: 'no origin is named: only this page may ask' };
    const given = headers[TOKEN_HEADER];
    if (typeof given === 'string' && isEqual(given, token)) return undefined;
    return { status: 403, message: 'this is no page of this start of graft dashboard: load it again' };
  }
}

/** Without its port and, an IPv6 address, without its brackets. */
function hostName(host: string): string | undefined {
  const [, bracketed, plain] = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host) ?? [];
  return (bracketed ?? plain)?.toLowerCase();
}

/** Behind a proxy the page may have come by https. */
function isOriginOf(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}

/** In the same time, however much of it is right. */
function isEqual(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
