import { GraftError } from '../../core/errors.js';
import type { Message, MessageKind } from '../../core/messages.js';
import type { NodeId } from '../../core/names.js';
import type { Inquiry } from '../control/question.js';
import type { DriverContext } from '../rpc-driver.js';
import { decodeMessage, encodeMessage } from '../wire/codec.js';
import type { Attempt } from './attempt.js';
import type { NatsConnectionLike, NatsMessageLike, NatsSubscriptionLike } from './connection-like.js';
import { InquiryDesk } from './inquiry-desk.js';
import { Link } from './link.js';
import { ClusterSubjects, isBroadcast, isDirect } from './subjects.js';

const PERMISSIONS = 'what a node needs is in docs/driver-nats.md, permissions';

function unheard(subject: string): string {
  return `the server does not let this user subscribe to ${subject}: this node elects, and does not answer there; ${PERMISSIONS}`;
}

export interface NatsSessionStart {
  readonly connection: NatsConnectionLike;
  readonly context: DriverContext;
  readonly attempt: Attempt;
  readonly allowStepDown: boolean;
}

/** One node's life on one connection: from its subscriptions to their end. It never closes the connection. */
export class NatsSession {
  readonly #connection: NatsConnectionLike;
  readonly #context: DriverContext;
  readonly #subjects: ClusterSubjects;
  readonly #link: Link;
  readonly #subscriptions: NatsSubscriptionLike[] = [];
  readonly #refusedKinds = new Set<string>();
  readonly #attempt: Attempt;
  readonly #allowStepDown: boolean;
  #phase: 'starting' | 'open' | 'closed' = 'starting';
  #lastSendError: string | undefined;

  private constructor({ connection, context, attempt, allowStepDown }: NatsSessionStart) {
    this.#attempt = attempt;
    this.#connection = connection;
    this.#context = context;
    this.#allowStepDown = allowStepDown;
    this.#subjects = new ClusterSubjects(context.cluster, { interop: context.interop });
    this.#link = new Link(connection, {
      lost: () => this.#lost(),
      gone: (reason) => this.#gone(reason),
      publishRefused: (subject) => this.#publishRefused(subject),
      complained: (complaint) => this.#complained(complaint),
    });
  }

  /**
   * Resolves when the server has every subscription.
   * @throws GraftError `DRIVER_FAILED`, or what `attempt` was broken off with; nothing is left subscribed then.
   */
  static async open(start: NatsSessionStart): Promise<NatsSession> {
    const session = new NatsSession(start);
    try {
      await session.#start();
      return session;
    } catch (error) {
      session.#end();
      throw error;
    }
  }

  broadcast(message: Message): void {
    if (isBroadcast(message)) {
      const reply = this.#subjects.replyTo(this.#context.id, message.kind);
      this.#publish(this.#subjects.toAll(message.kind), message, reply);
    } else {
      this.#report(new GraftError('INTERNAL', `a ${message.kind} is said to one node, and was broadcast`));
    }
  }

  send(to: NodeId, message: Message): void {
    if (isDirect(message)) {
      this.#publish(this.#subjects.toNode(to, message.kind), message, undefined);
    } else {
      this.#report(new GraftError('INTERNAL', `a ${message.kind} is said to all, and was sent to ${to}`));
    }
  }

  /** Ends the subscriptions, then waits until what was sent has left. Never rejects. */
  async close(attempt: Attempt): Promise<void> {
    const hasSent = this.#link.isUp;
    this.#end();
    if (!hasSent) return;
    try {
      await attempt.settle(this.#connection.flush());
    } catch {
      // The server is silent or gone: what is still under way is lost, as any message may be.
    }
  }

  async #start(): Promise<void> {
    this.#attempt.check();
    if (this.#connection.isClosed()) {
      throw new GraftError('DRIVER_FAILED', 'the NATS connection is closed: hand the driver an open one');
    }
    this.#subscribe();
    await this.#attempt.settle(this.#roundTrip());
    // A complaint may come in one packet with the answer to the round trip, and takes a few promises longer.
    await this.#attempt.settle(new Promise((resolve) => setImmediate(resolve)));
    this.#phase = 'open';
  }

  #subscribe(): void {
    try {
      for (const { subject, kind } of this.#subjects.heardBy(this.#context.id)) {
        const callback = (error: Error | null, message: NatsMessageLike) => {
          if (error === null) this.#hear(kind, message.data);
          else this.#fail(`the server does not let this user subscribe to ${subject}; ${PERMISSIONS}`, error);
        };
        this.#subscriptions.push(this.#connection.subscribe(subject, { callback }));
      }
      this.#openInquiries();
    } catch (cause) {
      throw new GraftError('DRIVER_FAILED', `the NATS connection takes no subscription: ${String(cause)}`, { cause });
    }
  }

  /** People are answered where there is a node to ask about; a node that may not hear them elects all the same. */
  #openInquiries(): void {
    const { id, cluster, node } = this.#context;
    if (node === undefined) return;
    const desk = new InquiryDesk({
      asked: { id, cluster, node },
      subjects: this.#subjects,
      allowStepDown: this.#allowStepDown,
      publish: (subject, payload) => this.#answer(subject, payload),
      report: (error) => this.#report(error),
    });
    for (const { subject, inquiry } of this.#subjects.askedAt(id)) {
      const callback = (error: Error | null, message: NatsMessageLike) => {
        if (error === null) this.#hearInquiry(desk, inquiry, message);
        else this.#report(new GraftError('DRIVER_FAILED', unheard(subject), { cause: error }));
      };
      this.#subscriptions.push(this.#connection.subscribe(subject, { callback }));
    }
  }

  /** As {@link #hear}, it runs within the client's reader. */
  #hearInquiry(desk: InquiryDesk, inquiry: Inquiry, message: NatsMessageLike): void {
    if (this.#phase !== 'open') return;
    try {
      desk.hear(inquiry, message);
    } catch (cause) {
      this.#report(new GraftError('INTERNAL', `a question for ${inquiry} was not taken`, { cause }));
    }
  }

  #answer(subject: string, payload: Uint8Array): void {
    if (this.#phase !== 'open' || !this.#link.isUp) return;
    try {
      this.#connection.publish(subject, payload);
    } catch {
      // The connection drains, or the answer is too long for the server: whoever asked takes this node for missing.
    }
  }

  /** The server takes things in order: when it answers this, it has taken or refused every subscription. */
  async #roundTrip(): Promise<void> {
    for (;;) {
      const reconnected = this.#link.nextReconnect();
      try {
        return await this.#connection.flush();
      } catch {
        // A flush in flight fails when the client dials anew; the subscriptions are then sent anew as well.
        await reconnected;
      }
    }
  }

  #publish(subject: string, message: Message, reply: string | undefined): void {
    if (this.#phase !== 'open' || !this.#link.isUp) return;
    try {
      const payload = encodeMessage(message);
      if (reply === undefined) this.#connection.publish(subject, payload);
      else this.#connection.publish(subject, payload, { reply });
      this.#lastSendError = undefined;
    } catch (cause) {
      // A draining connection refuses every heartbeat: told once, not ten times a second.
      const text = `a ${message.kind} could not be sent on ${subject}: ${String(cause)}`;
      if (text !== this.#lastSendError) this.#report(new GraftError('DRIVER_FAILED', text, { cause }));
      this.#lastSendError = text;
    }
  }

  /** Runs within the client's reader: an error that leaves this function ends all reading on the connection. */
  #hear(kind: MessageKind, data: Uint8Array): void {
    if (this.#phase === 'closed') return;
    try {
      this.#context.receive(decodeMessage(kind, data));
    } catch (error) {
      this.#report(
        error instanceof GraftError ? error : new GraftError('INTERNAL', `a ${kind} was not taken`, { cause: error }),
      );
    }
  }

  #publishRefused(subject: string): void {
    // On a shared connection it may be somebody else's.
    if (!this.#subjects.covers(subject)) return;
    // Once a kind, of which there are few: ids are without number.
    const kind = subject.slice(subject.lastIndexOf('.') + 1);
    if (this.#refusedKinds.has(kind)) return;
    this.#refusedKinds.add(kind);
    this.#fail(`the server does not let this user publish to ${subject}; ${PERMISSIONS}`);
  }

  #complained(complaint: string): void {
    // Once open, what matters of these ends the connection, and that is reported.
    if (this.#phase === 'starting') this.#fail(`the NATS server refused the subscriptions: ${complaint}`);
  }

  #lost(): void {
    // While starting it is waited for.
    if (this.#phase === 'starting') return;
    const text = `the connection to NATS at ${this.#connection.getServer()} is lost; nothing is sent until it is back`;
    this.#report(new GraftError('DRIVER_DISCONNECTED', text));
  }

  #gone(reason: Error | undefined): void {
    const why = reason === undefined ? 'it was closed' : `the client gave up for good: ${reason.message}`;
    const text = `the NATS connection is closed (${why})`;
    if (this.#phase === 'starting') {
      this.#fail(text, reason);
      return;
    }
    const advice =
      'this node hears and says nothing until it is started anew; connect with maxReconnectAttempts: -1, and close a ' +
      'node before its connection';
    this.#report(new GraftError('DRIVER_DISCONNECTED', `${text}: ${advice}`, { cause: reason }));
  }

  /** What keeps this node from its subjects: ends a start that goes on, and is reported later. */
  #fail(text: string, cause?: Error): void {
    const error = new GraftError('DRIVER_FAILED', text, { cause });
    if (this.#phase === 'starting') this.#attempt.breakOff(error);
    else this.#report(error);
  }

  #report(error: GraftError): void {
    if (this.#phase === 'closed') return;
    try {
      this.#context.report(error);
    } catch {
      // It promised not to throw, and this may be the client's reader: one node's broken promise must not deafen the
      // others on the connection.
    }
  }

  #end(): void {
    this.#phase = 'closed';
    this.#link.stop();
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions.length = 0;
  }
}
