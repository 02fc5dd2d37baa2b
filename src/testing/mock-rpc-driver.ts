import { GraftError } from '../core/errors.js';
import type { Message } from '../core/messages.js';
import type { NodeId } from '../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../core/option-names.js';
import type { DriverContext, RpcDriver } from '../drivers/rpc-driver.js';
import { decodeFrame, encodeFrame } from '../drivers/wire/codec.js';
import type { Endpoint, MemoryNetwork } from './memory-network.js';
import type { NodeClock } from './node-clock.js';

/** Settings of a {@link MockRpcDriver}. */
export interface MockRpcDriverOptions {
  /** The clock of the process that this driver is part of: while it is paused, what arrives waits. Default: never. */
  readonly clock?: NodeClock;
  /** Hears which bytes stand for which message, before they leave: spares whoever watches the network the decoding. */
  readonly onEncoded?: (bytes: Uint8Array, message: Message) => void;
}

const GROUP: OptionGroup = {
  prefix: '',
  names: { clock: true, onEncoded: true } satisfies OptionNames<MockRpcDriverOptions>,
};

/**
 * Carries messages over a {@link MemoryNetwork}, really encoded. Promises nothing beyond `RpcDriver` once the network
 * has faults; without any it loses, repeats and reorders nothing. Interop mode needs nothing special: the frames are
 * the same, and a node in that mode says only what plain graft knows.
 */
export class MockRpcDriver implements RpcDriver {
  readonly #network: MemoryNetwork;
  readonly #clock: NodeClock | undefined;
  readonly #onEncoded: MockRpcDriverOptions['onEncoded'];
  #state: 'new' | 'open' | 'closed' = 'new';
  #endpoint: Endpoint | undefined;

  /** @throws GraftError `INVALID_OPTION` for an option that does not exist. */
  constructor(network: MemoryNetwork, options: MockRpcDriverOptions = {}) {
    checkNames(options, GROUP);
    this.#network = network;
    this.#clock = options.clock;
    this.#onEncoded = options.onEncoded;
  }

  /** @throws GraftError `DRIVER_IN_USE` when this driver has served a node before or was closed; the signal's reason. */
  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    if (this.#state !== 'new') {
      throw new GraftError('DRIVER_IN_USE', `this driver is ${this.#state}: give every node a driver of its own`);
    }
    signal?.throwIfAborted();
    this.#state = 'open';
    const { cluster, id } = context;
    this.#endpoint = this.#network.attach({ cluster, id, receive: (bytes) => this.#admit(context, bytes) });
  }

  broadcast(message: Message): void {
    this.#endpoint?.broadcast(this.#encode(message));
  }

  send(to: NodeId, message: Message): void {
    this.#endpoint?.send(to, this.#encode(message));
  }

  async close(): Promise<void> {
    this.#state = 'closed';
    this.#endpoint?.detach();
  }

  #encode(message: Message): Uint8Array {
    const bytes = encodeFrame(message);
    this.#onEncoded?.(bytes, message);
    return bytes;
  }

  #admit(context: DriverContext, bytes: Uint8Array): void {
    if (this.#clock === undefined) this.#deliver(context, bytes);
    else this.#clock.admit(() => this.#deliver(context, bytes));
  }

  #deliver({ receive, report }: DriverContext, bytes: Uint8Array): void {
    if (this.#state === 'closed') return;
    let message: Message;
    try {
      message = decodeFrame(bytes);
    } catch (error) {
      report(
        error instanceof GraftError
          ? error
          : new GraftError('MALFORMED_MESSAGE', 'a frame made no message', { cause: error }),
      );
      return;
    }
    receive(message);
  }
}
