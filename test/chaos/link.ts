import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Flow, Pump } from './pump.js';

/** What is wrong with bytes on their way. Several may be wrong at once: the worst of each holds. */
export type Trouble =
  | { readonly kind: 'silence' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** One direction of a {@link Link}. */
export class Way implements Flow {
  readonly #troubles = new Set<Trouble>();
  readonly #pumps = new Set<Pump>();

  /** @returns what ends the trouble. */
  add(trouble: Trouble): () => void {
    // A copy: two troubles that are alike end one after the other.
    const own = { ...trouble };
    this.#troubles.add(own);
    return () => {
      this.#troubles.delete(own);
      for (const pump of this.#pumps) pump.flow();
    };
  }

  get isSilent(): boolean {
    return [...this.#troubles].some(({ kind }) => kind === 'silence');
  }

  get delayMs(): number {
    return Math.max(0, ...[...this.#troubles].map((trouble) => (trouble.kind === 'delay' ? trouble.delayMs : 0)));
  }

  get bytesPerSecond(): number {
    return Math.min(
      ...[...this.#troubles].map((trouble) =>
        trouble.kind === 'throttle' ? trouble.bytesPerSecond : Number.POSITIVE_INFINITY,
      ),
    );
  }

  /** Carries what `source` says to `sink`, until {@link Pump.stop}. */
  carry(source: Socket, sink: Socket): Pump {
    const pump = new Pump(this, { source, sink, onStop: () => this.#pumps.delete(pump) });
    this.#pumps.add(pump);
    return pump;
  }
}

/** A TCP proxy of one line between two programs, which can break it, and hold up what either side says. */
export class Link implements AsyncDisposable {
  readonly name: string;
  /** From whoever dials. */
  readonly up = new Way();
  /** To whoever dials. */
  readonly down = new Way();
  readonly #targetPort: () => number;
  readonly #listener: Server;
  readonly #lines = new Set<() => void>();
  #cuts = 0;

  private constructor(name: string, targetPort: () => number) {
    this.name = name;
    this.#targetPort = targetPort;
    // One side may end its words before the other does.
    this.#listener = createServer({ allowHalfOpen: true, noDelay: true }, (dialler) => this.#join(dialler));
  }

  /** @param targetPort on this machine, asked at each dial: it may not be known yet. */
  static async open(name: string, targetPort: () => number): Promise<Link> {
    const link = new Link(name, targetPort);
    link.#listener.listen(0, '127.0.0.1');
    await once(link.#listener, 'listening');
    return link;
  }

  /** Where to dial instead of the target. */
  get port(): number {
    return (this.#listener.address() as AddressInfo).port;
  }

  /** How many connections there are now. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Breaks every line; each new one breaks at once. @returns what ends the cut. */
  cut(): () => void {
    this.#cuts += 1;
    for (const end of this.#lines) end();
    return () => {
      this.#cuts -= 1;
    };
  }

  #join(dialler: Socket): void {
    if (this.#cuts > 0) {
      dialler.on('error', () => undefined).destroy();
      return;
    }
    const target = connect({ port: this.#targetPort(), host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const pumps = [this.up.carry(dialler, target), this.down.carry(target, dialler)];
    const end = () => {
      if (!this.#lines.delete(end)) return;
      for (const pump of pumps) pump.stop();
      // Not resetAndDestroy: Node then waits until all that was written is read, which who stands still never does.
      for (const socket of [dialler, target]) socket.destroy();
    };
    this.#lines.add(end);
    // 'close' without an error comes when both sides have said all.
    for (const socket of [dialler, target]) socket.on('error', end).on('close', end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.#lines) end();
    if (!this.#listener.listening) return;
    this.#listener.close();
    await Promise.race([once(this.#listener, 'close'), sleep(1000, undefined, { ref: false })]);
  }
}
