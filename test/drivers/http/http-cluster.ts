import type { HttpDriverOptions } from '../../../src/drivers/http/index.js';
import { HttpRpcDriver } from '../../../src/drivers/http/index.js';
import type { DriverContext } from '../../../src/drivers/rpc-driver.js';
import { type Recorder, recorder } from '../nats/recorder.js';
import { ReservedPorts } from './reserved-ports.js';

export interface Member {
  readonly driver: HttpRpcDriver;
  readonly node: Recorder;
  readonly port: number;
  readonly url: string;
}

/** Addresses on this machine for a few nodes, and drivers that serve there, all closed at the end. */
export class HttpCluster implements AsyncDisposable {
  readonly #ports: ReservedPorts;
  readonly #ids: readonly string[];
  readonly #scheme: 'http' | 'https';
  readonly #drivers: HttpRpcDriver[] = [];

  private constructor(ids: readonly string[], ports: ReservedPorts, scheme: 'http' | 'https') {
    this.#ids = ids;
    this.#ports = ports;
    this.#scheme = scheme;
  }

  static async of(ids: readonly string[], scheme: 'http' | 'https' = 'http'): Promise<HttpCluster> {
    return new HttpCluster(ids, await ReservedPorts.reserve(ids.length), scheme);
  }

  get peers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#ids.map((id) => [id, `${this.#scheme}://127.0.0.1:${this.portOf(id)}`]));
  }

  portOf(id: string): number {
    return this.#ports.all[this.#ids.indexOf(id)] ?? 0;
  }

  /** Frees the port of `id` for something that is no node of ours. */
  async vacate(id: string): Promise<number> {
    await this.#ports.take(this.portOf(id));
    return this.portOf(id);
  }

  /** A driver that serves, and the node's side of it. */
  async join(
    id: string,
    options: Partial<HttpDriverOptions> = {},
    controls: Pick<DriverContext, 'node' | 'peerGone'> = {},
  ): Promise<Member> {
    const port = await this.vacate(id);
    const driver = new HttpRpcDriver({ peers: this.peers, ...options });
    this.#drivers.push(driver);
    const node = { ...recorder({ id }), ...controls };
    await driver.init(node);
    return { driver, node, port, url: `${this.#scheme}://127.0.0.1:${port}/cluster` };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.close()));
    await this.#ports[Symbol.asyncDispose]();
  }
}
