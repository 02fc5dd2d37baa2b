import { randomUUID } from 'node:crypto';
import { GraftError } from '../../core/errors.js';
import { parseNodeId } from '../../core/names.js';
import type { Arrival, AskFailure, Inquirer, Question } from '../control/inquirer.js';
import { encodeQuestion } from '../control/question.js';
import { Attempt } from './attempt.js';
import { checkLimit, checkSource } from './check-options.js';
import { isNatsConnection, type NatsConnectionLike, type NatsConnectOptions } from './connection-like.js';
import { Link } from './link.js';
import { openConnection } from './open-connection.js';
import { ClusterSubjects } from './subjects.js';

interface Opened {
  readonly connection: NatsConnectionLike;
  readonly link: Link;
  /** Whether the inquirer opened the connection, and so closes it. */
  readonly isOwn: boolean;
}

/**
 * Asks nodes over NATS, on a connection that is handed over and stays its giver's, or on one of its own. Needs to publish
 * to the cluster's `status` and `*.step_down`, and to subscribe to its `*.answer`, and nothing else (docs/driver-nats.md).
 */
export class NatsInquirer implements Inquirer {
  readonly #source: NatsConnectionLike | NatsConnectOptions;
  readonly #openTimeoutMs: number;
  #opening: Promise<Opened> | undefined;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;
  #obstacle: string | undefined;
  /** By subject: whom to tell when the server refuses what was published there. */
  readonly #refused = new Map<string, (reason: string) => void>();

  /**
   * @param source as a `NatsRpcDriver` takes it.
   * @param limits `openTimeoutMs`: milliseconds that `open` may take, 1 to 2^31 - 1, default 5000.
   * @throws GraftError `INVALID_OPTION`.
   */
  constructor(source: NatsConnectionLike | NatsConnectOptions, limits: { readonly openTimeoutMs?: number } = {}) {
    this.#source = checkSource(source);
    this.#openTimeoutMs = checkLimit('openTimeoutMs', limits.openTimeoutMs ?? 5_000);
  }

  /** {@inheritDoc Inquirer.open} */
  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#closing !== undefined) throw new GraftError('DRIVER_FAILED', 'this NatsInquirer is closed: make another');
    this.#opening ??= this.#open(signal);
    try {
      this.#opened = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** {@inheritDoc Inquirer.ask} */
  ask(
    { cluster, inquiry, of, body }: Question,
    hear: (arrival: Arrival) => void,
    signal: AbortSignal,
    fail: (failure: AskFailure) => void = () => undefined,
  ): void {
    const { connection } = this.#assertUp();
    const subjects = new ClusterSubjects(cluster, { interop: false });
    // A question has a place of its own for its answers, so that a late answer to an earlier one is none to this.
    const reply = subjects.answerTo(parseNodeId(randomUUID()));
    const askedAtMs = performance.now();
    const callback = (error: Error | null, message: { readonly data: Uint8Array }) => {
      if (error !== null) {
        this.#obstacle = `the server does not let this user subscribe to ${reply}`;
        if (of !== undefined) fail({ of, reason: this.#obstacle, mayBeTaken: true });
      } else if (!signal.aborted) hear({ payload: message.data, roundTripMs: performance.now() - askedAtMs });
    };
    try {
      const subscription = connection.subscribe(reply, { callback });
      signal.addEventListener('abort', () => subscription.unsubscribe(), { once: true });
      if (inquiry === 'status') connection.publish(subjects.inquiryOfAll(inquiry), encodeQuestion(body), { reply });
      else if (of !== undefined) {
        const subject = subjects.inquiryOf(of, inquiry);
        this.#refused.set(subject, (reason) => fail({ of, reason, mayBeTaken: false }));
        signal.addEventListener('abort', () => this.#refused.delete(subject), { once: true });
        connection.publish(subject, encodeQuestion(body), { reply });
      }
    } catch (cause) {
      throw new GraftError('DRIVER_FAILED', `the NATS connection takes no question: ${String(cause)}`, { cause });
    }
  }

  /** {@inheritDoc Inquirer.obstacle} */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** {@inheritDoc Inquirer.close} */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #open(signal: AbortSignal | undefined): Promise<Opened> {
    if (isNatsConnection(this.#source)) return this.#follow(this.#source, { isOwn: false });
    const limitMs = this.#openTimeoutMs;
    const expired = () => new GraftError('DRIVER_FAILED', `the NATS server did not answer within ${limitMs} ms`);
    const attempt = new Attempt({ limitMs, expired, signal });
    try {
      return this.#follow(await openConnection(this.#source, attempt), { isOwn: true });
    } finally {
      attempt.end();
    }
  }

  #follow(connection: NatsConnectionLike, { isOwn }: Pick<Opened, 'isOwn'>): Opened {
    // What is lost shows in the answers that do not come.
    const ignore = () => undefined;
    const publishRefused = (subject: string) => {
      // On a shared connection it may be somebody else's.
      if (!/^graft\..*\.(?:status|step_down)$/.test(subject)) return;
      this.#obstacle = `the server does not let this user publish to ${subject}`;
      this.#refused.get(subject)?.(this.#obstacle);
    };
    const link = new Link(connection, { lost: ignore, gone: ignore, publishRefused, complained: ignore });
    return { connection, link, isOwn };
  }

  /** A question to a connection that is down would be sent when it is back, and its answers come to nobody. */
  #assertUp(): Opened {
    if (this.#opened === undefined) throw new GraftError('DRIVER_FAILED', 'open() this NatsInquirer before it asks');
    if (this.#opened.link.isUp) return this.#opened;
    const server = this.#opened.connection.getServer();
    throw new GraftError('DRIVER_DISCONNECTED', `the connection to NATS at ${server} is down; nobody can be asked`);
  }

  async #close(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    opened?.link.stop();
    if (opened?.isOwn !== true) return;
    const limitMs = this.#openTimeoutMs;
    const closing = new Attempt({ limitMs, expired: () => new GraftError('DRIVER_FAILED', 'the server is silent') });
    await closing.settle(opened.connection.close()).catch(() => undefined);
    closing.end();
  }
}
