import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Ports that are kept until somebody takes them, so that addresses are known before their nodes are there. */
export class ReservedPorts implements AsyncDisposable {
  readonly #holders = new Map<number, Server>();

  /** The ports; whoever dials one that is not taken is hung up on. */
  static async reserve(count: number): Promise<ReservedPorts> {
    const reserved = new ReservedPorts();
    await Promise.all(Array.from({ length: count }, () => reserved.#hold()));
    return reserved;
  }

  get all(): readonly number[] {
    return [...this.#holders.keys()];
  }

  isTaken(port: number): boolean {
    return this.#holders.get(port)?.listening === false;
  }

  /** Frees `port` for who is about to listen there; once more does nothing. */
  async take(port: number): Promise<void> {
    const holder = this.#holders.get(port);
    if (!holder?.listening) return;
    holder.close();
    await once(holder, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#holders.keys()].map((port) => this.take(port)));
  }

  async #hold(): Promise<void> {
    const holder = createServer((socket) => socket.on('error', () => undefined).destroy()).listen(0, '127.0.0.1');
    await once(holder, 'listening');
    this.#holders.set((holder.address() as AddressInfo).port, holder);
  }
}
