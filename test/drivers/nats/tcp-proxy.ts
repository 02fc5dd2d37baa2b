import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between a client and a server, so that a test can cut the line or hold back what the server says. */
export class TcpProxy implements AsyncDisposable {
  readonly #listener: Server;
  readonly #lines = new Set<{ readonly client: Socket; readonly server: Socket }>();
  #isHeld = false;

  private constructor(targetPort: number) {
    this.#listener = createServer((client) => {
      const server = connect(targetPort, '127.0.0.1');
      const line = { client, server };
      this.#lines.add(line);
      client.pipe(server);
      server.pipe(client);
      if (this.#isHeld) server.unpipe(client).pause();
      const end = () => {
        this.#lines.delete(line);
        client.destroy();
        server.destroy();
      };
      for (const socket of [client, server]) socket.on('error', end).on('close', end);
    });
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    proxy.#listener.listen(0, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    return proxy;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#listener.address() as AddressInfo).port}`;
  }

  /** How many clients are on the line now. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Ends every line there is; new ones may come. */
  cut(): void {
    for (const { client, server } of this.#lines) {
      client.destroy();
      server.destroy();
    }
  }

  /** From now on, what the server says waits: clients get through, and hear nothing. */
  hold(): void {
    this.#isHeld = true;
    for (const { client, server } of this.#lines) server.unpipe(client).pause();
  }

  /** Lets go of what waited. */
  release(): void {
    this.#isHeld = false;
    for (const { client, server } of this.#lines) server.pipe(client);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, 'close');
  }
}
