import type { EventEmitter } from 'node:events';
import {
  type DriverContext,
  decodeFrame,
  encodeFrame,
  GraftError,
  type Message,
  type NodeId,
  type RpcDriver,
} from '../../../src/drivers/index.js';

/** Carries messages between the nodes of one process over an EventEmitter that they share. */
export class EventHubRpcDriver implements RpcDriver {
  readonly #hub: EventEmitter;
  #context: DriverContext | undefined;
  #isClosed = false;

  constructor(hub: EventEmitter) {
    this.#hub = hub;
  }

  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    if (this.#context !== undefined || this.#isClosed) {
      throw new GraftError('DRIVER_IN_USE', 'this driver serves or served a node: give each node a driver of its own');
    }
    if (context.interop) throw new GraftError('DRIVER_FAILED', 'this driver does not speak plain graft');
    signal?.throwIfAborted();
    this.#context = context;
    this.#hub.on(`${context.cluster}/all`, this.#hear).on(`${context.cluster}/to/${context.id}`, this.#hear);
  }

  broadcast(message: Message): void {
    this.#publish('all', message);
  }

  send(to: NodeId, message: Message): void {
    this.#publish(`to/${to}`, message);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#context === undefined) return;
    const { cluster, id } = this.#context;
    this.#hub.off(`${cluster}/all`, this.#hear).off(`${cluster}/to/${id}`, this.#hear);
  }

  #publish(channel: string, message: Message): void {
    if (this.#context === undefined || this.#isClosed) return;
    const topic = `${this.#context.cluster}/${channel}`;
    const bytes = encodeFrame(message);
    setImmediate(() => this.#hub.emit(topic, bytes));
  }

  readonly #hear = (bytes: Uint8Array): void => {
    let message: Message;
    try {
      message = decodeFrame(bytes);
    } catch (error) {
      if (error instanceof GraftError) this.#context?.report(error);
      return;
    }
    this.#context?.receive(message);
  };
}
