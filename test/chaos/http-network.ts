import type { Place } from './fault.js';
import { freePorts } from './free-ports.js';
import { Link } from './link.js';
import type { DriverSettings } from './member-settings.js';
import type { Line, Network } from './network.js';

interface PeerLink {
  readonly from: string;
  readonly to: string;
  readonly link: Link;
}

/** No server: each member dials each other one, and each of these lines is a proxy of its own. */
export class HttpNetwork implements Network {
  readonly #ports: ReadonlyMap<string, number>;
  readonly #links: readonly PeerLink[];

  private constructor(ports: ReadonlyMap<string, number>, links: readonly PeerLink[]) {
    this.#ports = ports;
    this.#links = links;
  }

  static async start(members: readonly string[]): Promise<HttpNetwork> {
    const free = await freePorts(members.length);
    const ports = new Map(members.map((member, index) => [member, free[index] ?? 0]));
    const links: PeerLink[] = [];
    for (const from of members) {
      for (const to of members.filter((member) => member !== from)) {
        links.push({ from, to, link: await Link.open(`${from}-${to}`, () => ports.get(to) ?? 0) });
      }
    }
    return new HttpNetwork(ports, links);
  }

  driverOf(member: string): DriverSettings {
    const peers = this.#links.filter(({ from }) => from === member).map(({ to, link }) => [to, link.port] as const);
    const all = [...peers, [member, this.#ports.get(member) ?? 0] as const];
    return {
      transport: 'http',
      peers: Object.fromEntries(all.map(([id, port]) => [id, `http://127.0.0.1:${port}`])),
    };
  }

  linesAt(place: Place): readonly Line[] {
    if (place.kind === 'server') return [];
    const isMeant = (seenFrom: string, partner: string): boolean =>
      place.kind === 'member' ? seenFrom === place.member : seenFrom === place.one && partner === place.other;
    return this.#links.flatMap(({ from, to, link }) => [
      ...(isMeant(from, to) ? [{ link, dials: true }] : []),
      ...(isMeant(to, from) ? [{ link, dials: false }] : []),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#links.map(({ link }) => link[Symbol.asyncDispose]()));
  }
}
