import { GraftError } from '../../core/errors.js';
import type { Message } from '../../core/messages.js';
import { describe, type NodeId } from '../../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../../core/option-names.js';
import type { DriverContext, RpcDriver } from '../rpc-driver.js';
import { decodeMessage, encodeMessage } from '../wire/codec.js';
import { Attempt } from './attempt.js';
import { checkLimit, checkSource } from './check-options.js';
import { isNatsConnection, type NatsConnectionLike, type NatsConnectOptions } from './connection-like.js';
import { openConnection } from './open-connection.js';
import { NatsSession } from './session.js';

/**
 * Limits of the driver's own, since the clients wait for a silent server far longer than an election lasts; and
 * control.
 */
export interface NatsDriverOptions {
  /** Whether the node steps down when somebody asks for it on its cluster's subjects (docs/wire.md). Default false. */
  readonly allowStepDown?: boolean;
  /** Milliseconds that `init` may take, a connection of its own included. 1 to 2^31 - 1, default 5000. */
  readonly initTimeoutMs?: number;
  /** Milliseconds that `close` waits for what was sent to leave. 1 to 2^31 - 1, default 1000. */
  readonly closeTimeoutMs?: number;
}

const GROUP: OptionGroup = {
  prefix: '',
  names: { allowStepDown: true, initTimeoutMs: true, closeTimeoutMs: true } satisfies OptionNames<NatsDriverOptions>,
};

interface Opened {
  readonly session: NatsSession;
  /** The connection, if the driver opened it and so closes it. */
  readonly own: NatsConnectionLike | undefined;
}

/**
 * Carries a node's messages over NATS (docs/driver-nats.md; subjects in docs/wire.md).
 *
 * Takes a connection of `nats` 2.x or `@nats-io/transport-node` 3.x, which stays its giver's: several nodes may share
 * it, and the driver never closes, drains or reconfigures it. Or takes the options to open one of its own.
 */
export class NatsRpcDriver implements RpcDriver {
  readonly #source: NatsConnectionLike | NatsConnectOptions;
  readonly #initTimeoutMs: number;
  readonly #closeTimeoutMs: number;
  readonly #allowStepDown: boolean;
  #attempt: Attempt | undefined;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @throws GraftError `INVALID_OPTION` when `source` is neither a connection nor options, or an option is out of
   *   range, or none.
   */
  constructor(source: NatsConnectionLike | NatsConnectOptions, options: NatsDriverOptions = {}) {
    checkNames(options, GROUP);
    const { initTimeoutMs = 5_000, closeTimeoutMs = 1_000, allowStepDown = false } = options;
    this.#source = checkSource(source);
    this.#initTimeoutMs = checkLimit('initTimeoutMs', initTimeoutMs);
    this.#closeTimeoutMs = checkLimit('closeTimeoutMs', closeTimeoutMs);
    if (typeof allowStepDown !== 'boolean') {
      throw new GraftError('INVALID_OPTION', `allowStepDown is ${describe(allowStepDown)}: give true or false`);
    }
    this.#allowStepDown = allowStepDown;
  }

  /**
   * Resolves when the server has the node's subscriptions. Waits for a connection that is down to come back, within
   * `initTimeoutMs`. After a rejection it may be called again.
   * @throws GraftError `DRIVER_FAILED` with what to do: no client installed, no server, no permission (names the
   *   subject), no answer in time; `DRIVER_IN_USE` when the driver serves, or served, a node; the reason of `signal`.
   */
  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    if (this.#opening !== undefined || this.#closing !== undefined) {
      throw new GraftError(
        'DRIVER_IN_USE',
        'this NatsRpcDriver serves or served a node: give each node its own driver',
      );
    }
    const limitMs = this.#initTimeoutMs;
    const attempt = new Attempt({
      limitMs,
      expired: () => new GraftError('DRIVER_FAILED', `the NATS server did not answer within ${limitMs} ms`),
      signal,
    });
    this.#attempt = attempt;
    this.#opening = this.#open(context, attempt);
    try {
      this.#opened = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    } finally {
      attempt.end();
      this.#attempt = undefined;
    }
  }

  broadcast(message: Message): void {
    this.#opened?.session.broadcast(message);
  }

  send(to: NodeId, message: Message): void {
    this.#opened?.session.send(to, message);
  }

  rehearse(message: Message): void {
    decodeMessage(message.kind, encodeMessage(message));
  }

  /**
   * Ends the subscriptions, and the connection if it is the driver's own, within `closeTimeoutMs` even if the server is
   * silent. Breaks off an `init` that still goes on. Never rejects.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(context: DriverContext, attempt: Attempt): Promise<Opened> {
    attempt.check();
    if (isNatsConnection(this.#source)) {
      return { session: await this.#join(this.#source, context, attempt), own: undefined };
    }
    const own = await openConnection(this.#source, attempt);
    try {
      return { session: await this.#join(own, context, attempt), own };
    } catch (error) {
      await this.#withinCloseTimeout((closing) => closing.settle(own.close()));
      throw error;
    }
  }

  #join(connection: NatsConnectionLike, context: DriverContext, attempt: Attempt): Promise<NatsSession> {
    return NatsSession.open({ connection, context, attempt, allowStepDown: this.#allowStepDown });
  }

  async #close(): Promise<void> {
    this.#attempt?.breakOff(new GraftError('DRIVER_FAILED', 'the driver was closed while it started'));
    const opened = await this.#opening?.catch(() => undefined);
    this.#opened = undefined;
    if (opened === undefined) return;
    await this.#withinCloseTimeout(async (closing) => {
      await opened.session.close(closing);
      await closing.settle(opened.own?.close() ?? Promise.resolve());
    });
  }

  /** Whatever a silent server leaves undone then, nobody waits for it. */
  async #withinCloseTimeout(work: (closing: Attempt) => Promise<void>): Promise<void> {
    const limitMs = this.#closeTimeoutMs;
    const closing = new Attempt({
      limitMs,
      expired: () => new GraftError('DRIVER_FAILED', `the NATS server did not answer within ${limitMs} ms`),
    });
    await work(closing).catch(() => undefined);
    closing.end();
  }
}
