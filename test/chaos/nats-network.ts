import { NatsServer } from '../support/nats-server.js';
import type { Place } from './fault.js';
import { freePorts } from './free-ports.js';
import { Link } from './link.js';
import type { DriverSettings } from './member-settings.js';
import type { Line, Network } from './network.js';

interface Ports {
  readonly client: number;
  readonly route: number;
}

/**
 * A cluster of nats-servers. Each member has a line to each server, and dials the next when it loses one. Messages go
 * from server to server once at most: with the route of two cut, their clients do not hear each other, though both hear
 * the third's.
 */
export class NatsNetwork implements Network {
  readonly servers: ReadonlyMap<string, NatsServer>;
  readonly #members: readonly string[];
  readonly #clientLinks: ReadonlyMap<string, Link>;
  readonly #routeLinks: ReadonlyMap<string, Link>;
  readonly #nowhere: Link;

  private constructor(parts: {
    readonly servers: ReadonlyMap<string, NatsServer>;
    readonly members: readonly string[];
    readonly clientLinks: ReadonlyMap<string, Link>;
    readonly routeLinks: ReadonlyMap<string, Link>;
    readonly nowhere: Link;
  }) {
    this.servers = parts.servers;
    this.#members = parts.members;
    this.#clientLinks = parts.clientLinks;
    this.#routeLinks = parts.routeLinks;
    this.#nowhere = parts.nowhere;
  }

  static async start(names: readonly string[], members: readonly string[]): Promise<NatsNetwork> {
    const free = await freePorts(names.length * 2);
    const ports = new Map<string, Ports>(
      names.map((name, index) => [name, { client: free[index * 2] ?? 0, route: free[index * 2 + 1] ?? 0 }]),
    );
    const portsOf = (name: string): Ports => ports.get(name) ?? { client: 0, route: 0 };
    const clientLinks = new Map<string, Link>();
    for (const member of members) {
      for (const name of names) {
        clientLinks.set(`${member}-${name}`, await Link.open(`${member}-${name}`, () => portsOf(name).client));
      }
    }
    const routeLinks = new Map<string, Link>();
    for (const [index, name] of names.entries()) {
      for (const earlier of names.slice(0, index)) {
        routeLinks.set(`${name}-${earlier}`, await Link.open(`${name}-${earlier}`, () => portsOf(earlier).route));
      }
    }
    // Servers tell each other's addresses, and would find ways around our proxies: all are told one that leads nowhere.
    const nowhere = await Link.open('nowhere', () => 0);
    nowhere.cut();
    const servers = new Map<string, NatsServer>();
    for (const name of names) {
      const dials = names.flatMap((other) => routeLinks.get(`${name}-${other}`)?.port ?? []);
      const config = serverConfig(name, { route: portsOf(name).route, dials, advertised: nowhere.port });
      servers.set(name, await NatsServer.start({ config, port: portsOf(name).client }));
    }
    return new NatsNetwork({ servers, members, clientLinks, routeLinks, nowhere });
  }

  /** Members are spread over the servers, and over the client's two majors. */
  driverOf(member: string): DriverSettings {
    const names = [...this.servers.keys()];
    const position = this.#members.indexOf(member);
    const order = names.map((_, index) => names[(position + index) % names.length]);
    const servers = order.flatMap((name) => {
      const link = this.#clientLinks.get(`${member}-${name}`);
      return link === undefined ? [] : [`nats://127.0.0.1:${link.port}`];
    });
    return { transport: 'nats', client: position % 2 === 0 ? 'nats' : '@nats-io/transport-node', servers };
  }

  linesAt(place: Place): readonly Line[] {
    const lines = (links: ReadonlyMap<string, Link>, name: string, isFirst: boolean): readonly Line[] =>
      [...links].flatMap(([key, link]) => (key.split('-')[isFirst ? 0 : 1] === name ? [{ link, dials: isFirst }] : []));
    switch (place.kind) {
      case 'member':
        return lines(this.#clientLinks, place.member, true);
      case 'server':
        return [
          ...lines(this.#clientLinks, place.server, false),
          ...lines(this.#routeLinks, place.server, true),
          ...lines(this.#routeLinks, place.server, false),
        ];
      case 'pair': {
        const { one, other } = place;
        return [
          ...lines(this.#routeLinks, one, true).filter(({ link }) => link.name === `${one}-${other}`),
          ...lines(this.#routeLinks, one, false).filter(({ link }) => link.name === `${other}-${one}`),
        ];
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
    const links = [...this.#clientLinks.values(), ...this.#routeLinks.values(), this.#nowhere];
    await Promise.all(links.map((link) => link[Symbol.asyncDispose]()));
  }
}

function serverConfig(
  name: string,
  { route, dials, advertised }: { readonly route: number; readonly dials: readonly number[]; advertised: number },
): string {
  return `
    server_name: ${name}
    cluster {
      name: chaos
      listen: "127.0.0.1:${route}"
      advertise: "127.0.0.1:${advertised}"
      no_advertise: true
      routes: [${dials.map((port) => `"nats-route://127.0.0.1:${port}"`).join(', ')}]
    }
  `;
}
