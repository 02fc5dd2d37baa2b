import { EventEmitter } from 'node:events';
import {
  type DriverContext,
  encodeFrame,
  type Message,
  type NodeId,
  type RpcDriver,
} from '../../../src/drivers/index.js';
import { EventHubRpcDriver } from './event-hub-rpc-driver.js';

/** Does what the driver within does; each broken driver below changes one thing. */
export class Wrapped implements RpcDriver {
  protected readonly inner: RpcDriver;
  protected readonly hub: EventEmitter;

  constructor(hub: EventEmitter) {
    this.hub = hub;
    this.inner = new EventHubRpcDriver(hub);
  }

  init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return this.inner.init(context, signal);
  }

  broadcast(message: Message): void {
    this.inner.broadcast(message);
  }

  send(to: NodeId, message: Message): void {
    this.inner.send(to, message);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

export class DropsResponses extends Wrapped {
  override send(to: NodeId, message: Message): void {
    if (message.kind !== 'voteResponse') super.send(to, message);
  }
}

export class SaysWhatItRehearses extends Wrapped {
  rehearse(message: Message): void {
    this.inner.broadcast(message);
  }
}

export class DropsOneInAThousand extends Wrapped {
  #sent = 0;

  override send(to: NodeId, message: Message): void {
    this.#sent += 1;
    if (this.#sent % 1000 !== 0) super.send(to, message);
  }
}

export class RepeatsEverything extends Wrapped {
  override broadcast(message: Message): void {
    super.broadcast(message);
    super.broadcast(message);
  }
}

export class SwapsNeighbours extends Wrapped {
  #waiting: (() => void) | undefined;

  override broadcast(message: Message): void {
    this.#later(() => super.broadcast(message));
  }

  override send(to: NodeId, message: Message): void {
    this.#later(() => super.send(to, message));
  }

  #later(say: () => void): void {
    if (this.#waiting === undefined) {
      this.#waiting = say;
      setImmediate(() => this.#say());
    } else {
      say();
      this.#say();
    }
  }

  #say(): void {
    this.#waiting?.();
    this.#waiting = undefined;
  }
}

export class TellsEverybody extends Wrapped {
  override send(_to: NodeId, message: Message): void {
    super.broadcast(message);
  }
}

export class FoldsCaseOfIds extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return super.init({ ...context, id: context.id.toLowerCase() as NodeId }, signal);
  }

  override send(to: NodeId, message: Message): void {
    super.send(to.toLowerCase() as NodeId, message);
  }
}

export class DeliversAtOnce extends Wrapped {
  #context: DriverContext | undefined;

  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context, signal);
    this.#context = context;
    this.hub.on(`at-once/${context.cluster}`, context.receive);
  }

  override broadcast(message: Message): void {
    this.hub.emit(`at-once/${this.#context?.cluster}`, message);
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#context) this.hub.off(`at-once/${this.#context.cluster}`, this.#context.receive);
  }
}

export class ForgetsTheCluster extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return super.init({ ...context, cluster: 'everyone' as DriverContext['cluster'] }, signal);
  }
}

export class FoldsCaseOfClusters extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return super.init({ ...context, cluster: context.cluster.toLowerCase() as DriverContext['cluster'] }, signal);
  }
}

/** Listens as the members of a queue do: one of them gets it. */
export class BroadcastsToOne extends Wrapped {
  #cluster: string | undefined;

  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    this.#cluster = context.cluster;
    return super.init(context, signal);
  }

  override broadcast(message: Message): void {
    setImmediate(() => this.hub.listeners(`${this.#cluster}/all`).at(-1)?.(encodeFrame(message)));
  }
}

/** Makes one flat topic of cluster and id, so that node b of x and the cluster x.b share it. */
export class JoinsNamesWithADot extends Wrapped {
  #context: DriverContext | undefined;

  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context, signal);
    this.#context = context;
    for (const topic of this.#topics(context)) this.hub.on(topic, context.receive);
  }

  override broadcast(message: Message): void {
    this.#publish(`${this.#context?.cluster}`, message);
  }

  override send(to: NodeId, message: Message): void {
    this.#publish(`${this.#context?.cluster}.${to}`, message);
  }

  override async close(): Promise<void> {
    await super.close();
    const context = this.#context;
    this.#context = undefined;
    if (context) for (const topic of this.#topics(context)) this.hub.off(topic, context.receive);
  }

  #topics({ cluster, id }: DriverContext): readonly string[] {
    return [cluster, `${cluster}.${id}`];
  }

  #publish(topic: string, message: Message): void {
    if (this.#context) setImmediate(() => this.hub.emit(topic, message));
  }
}

export class ClosesTheSharedHub extends Wrapped {
  override async close(): Promise<void> {
    await super.close();
    this.hub.removeAllListeners();
  }
}

export class LosesTheHeir extends Wrapped {
  override broadcast(message: Message): void {
    super.broadcast(message.kind === 'heartbeat' ? { ...message, heir: undefined } : message);
  }
}

export class ReadsPositionsAsText extends Wrapped {
  override broadcast(message: Message): void {
    const position = 'position' in message ? message.position : undefined;
    super.broadcast(position === undefined ? message : ({ ...message, position: throughText(position) } as Message));
  }
}

function throughText(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder().decode(bytes));
}

export class ResolvesInitTooEarly extends Wrapped {
  override async init(context: DriverContext): Promise<void> {
    setTimeout(() => super.init(context).catch(() => undefined), 5);
  }
}

export class StartsTwice extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return new EventHubRpcDriver(this.hub).init(context, signal);
  }
}

export class IgnoresTheSignal extends Wrapped {
  override init(context: DriverContext): Promise<void> {
    return super.init(context);
  }
}

export class RejectsButListens extends Wrapped {
  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context);
    signal?.throwIfAborted();
  }
}

export class TakesInteropAnyway extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return super.init({ ...context, interop: false }, signal);
  }
}

export class ThrowsBeforeInit extends Wrapped {
  #isOpen = false;

  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context, signal);
    this.#isOpen = true;
  }

  override broadcast(message: Message): void {
    if (!this.#isOpen) throw new Error('not open');
    super.broadcast(message);
  }
}

export class SwallowsGarbage extends Wrapped {
  override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    return super.init({ ...context, report: () => undefined }, signal);
  }
}

/** As nats-io/graft: the second of two closes at once waits for a word that the first has taken. */
export class HangsInTheSecondClose extends Wrapped {
  #isClosing = false;

  override close(): Promise<void> {
    if (this.#isClosing) return new Promise(() => undefined);
    this.#isClosing = true;
    return super.close();
  }
}

export class RefusesCloseBeforeInit extends Wrapped {
  #isOpen = false;

  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context, signal);
    this.#isOpen = true;
  }

  override async close(): Promise<void> {
    if (!this.#isOpen) throw new Error('not open');
    await super.close();
  }
}

export class OpensAfterItsClose extends Wrapped {
  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await new EventHubRpcDriver(this.hub).init(context, signal);
  }
}

export class ForgetsItsLastWords extends Wrapped {
  #isClosed = false;

  override send(to: NodeId, message: Message): void {
    setImmediate(() => {
      if (!this.#isClosed) super.send(to, message);
    });
  }

  override close(): Promise<void> {
    this.#isClosed = true;
    return super.close();
  }
}

export class HearsAfterClose extends Wrapped {
  override async close(): Promise<void> {
    setTimeout(() => void super.close(), 20);
  }
}

export class SpeaksAfterClose extends Wrapped {
  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    await super.init(context, signal);
    this.#speak = (message) => void new Speaker(this.hub).say(context, message);
  }

  #speak: (message: Message) => void = () => undefined;

  override broadcast(message: Message): void {
    this.#speak(message);
  }
}

class Speaker extends EventHubRpcDriver {
  async say(context: DriverContext, message: Message): Promise<void> {
    await this.init({ ...context, receive: () => undefined });
    this.broadcast(message);
    await this.close();
  }
}

/** One live process per id: the latest. Rule 4 never sees the other one. */
export class KeepsOneProcessPerId extends Wrapped {
  #context: DriverContext | undefined;

  override async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    this.hub.emit(`replaced/${context.cluster}/${context.id}`);
    await super.init(context, signal);
    this.#context = context;
    this.hub.once(`replaced/${context.cluster}/${context.id}`, this.#leave);
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#context) this.hub.off(`replaced/${this.#context.cluster}/${this.#context.id}`, this.#leave);
  }

  readonly #leave = (): void => {
    void this.inner.close();
  };
}

/** A hub for any number of drivers. */
export function createHub(): EventEmitter {
  return new EventEmitter().setMaxListeners(0);
}
