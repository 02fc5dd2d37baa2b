// A stranger's driver for a transport of their own: what `graft-election/driver` gives is enough to write one.
import {
  type DriverContext,
  decodeFrame,
  encodeFrame,
  GraftError,
  type Message,
  type NodeId,
  type RpcDriver,
} from 'graft-election/driver';

interface Channel {
  publish(to: string, payload: Uint8Array): void;
  subscribe(at: string, listener: (payload: Uint8Array) => void): () => void;
}

export class ChannelDriver implements RpcDriver {
  readonly #channel: Channel;
  #context: DriverContext | undefined;
  #unsubscribe: readonly (() => void)[] = [];

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#context = context;
    const receive = (payload: Uint8Array): void => {
      try {
        context.receive(decodeFrame(payload));
      } catch (error) {
        if (error instanceof GraftError) context.report(error);
      }
    };
    this.#unsubscribe = [context.cluster, `${context.cluster}/${context.id}`].map((at) =>
      this.#channel.subscribe(at, receive),
    );
  }

  broadcast(message: Message): void {
    if (this.#context) this.#channel.publish(this.#context.cluster, encodeFrame(message));
  }

  send(to: NodeId, message: Message): void {
    if (this.#context) this.#channel.publish(`${this.#context.cluster}/${to}`, encodeFrame(message));
  }

  async close(): Promise<void> {
    for (const stop of this.#unsubscribe) stop();
    this.#unsubscribe = [];
  }
}
