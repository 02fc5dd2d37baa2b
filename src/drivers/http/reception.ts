import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraftError } from '../../core/errors.js';
import type { Message, MessageKind } from '../../core/messages.js';
import { describe, isNodeId } from '../../core/names.js';
import { answerStatus, answerStepDown } from '../control/answer.js';
import { decodeQuestion, MAX_QUESTION_BYTES } from '../control/question.js';
import type { DriverContext } from '../rpc-driver.js';
import { decodeMessage, MAX_PAYLOAD_BYTES } from '../wire/codec.js';
import { answerJson, answerRefusal, answerTaken, type Refusal } from './answer.js';
import { Gate, type GateRejection } from './gate.js';
import { CLUSTER_HEADER, FROM_HEADER, JSON_TYPE, PROTOBUF_TYPE, TO_HEADER } from './headers.js';
import { decodeJson, MAX_JSON_BYTES } from './json-body.js';
import type { HttpSettings } from './options.js';
import { type BodyRejection, readBody } from './read-body.js';
import { REJECTION_STATUS, type RejectionCounts } from './rejections.js';
import { type Inquiry, type Route, routeOf, senderOf } from './routes.js';

/** Requests of one sender that may be open at once. Nodes have one; who has more keeps nobody else out. */
const MAX_OPEN_PER_SENDER = 8;

/** Node's own request handler, and Express's. */
export type HttpHandler = (
  request: IncomingMessage & { readonly originalUrl?: string | undefined },
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => void;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What a {@link Reception} serves while it is open. */
export interface Served {
  readonly context: DriverContext;
  /** What `GET /status` tells of the driver. */
  readonly transport: () => object;
}

/** Takes requests: each is answered, and what is turned away is counted. Nothing that arrives throws. */
export class Reception {
  readonly #settings: HttpSettings;
  readonly #gate: Gate;
  readonly #rejections: RejectionCounts;
  readonly #open = new Map<string, number>();
  #served: Served | undefined;

  constructor(settings: HttpSettings, rejections: RejectionCounts) {
    this.#settings = settings;
    this.#gate = new Gate(settings);
    this.#rejections = rejections;
  }

  open(served: Served): void {
    this.#served = served;
  }

  /** Nothing is received once this has returned, requests under way included. */
  close(): void {
    this.#served = undefined;
  }

  readonly handle: HttpHandler = (request, response, next) => {
    const name = this.#routeName(request);
    if (name === undefined && next !== undefined) {
      next();
      return;
    }
    this.#take(name ?? '', request, response).catch((cause: unknown) => {
      // Not even a bug here may end the process or leave a peer without an answer.
      this.#served?.context.report(new GraftError('INTERNAL', `a request was not served: ${String(cause)}`, { cause }));
      response.destroy();
    });
  };

  /**
   * What stands after the prefix. Express takes off the path that a handler is mounted at, and keeps the whole
   * elsewhere.
   */
  #routeName({ url = '', originalUrl = '' }: Parameters<HttpHandler>[0]): string | undefined {
    const prefix = `${this.#settings.prefix}/`;
    const whole = [url, originalUrl].find((path) => path.startsWith(prefix));
    return whole?.slice(prefix.length).replace(/\?.*$/s, '');
  }

  async #take(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const served = this.#served;
    if (served === undefined) {
      this.#refuse(response, NOT_SERVING);
      return;
    }
    const rejection = this.#gate.check(request);
    if (rejection !== undefined) {
      this.#refuse(response, { rejection, ...AT_THE_GATE[rejection] });
      return;
    }
    const route = routeOf(name);
    const refusal =
      this.#checkRoute(name, route, request) ??
      this.#checkAddress(request, served.context) ??
      this.#checkSite(route, request, served.context);
    if (refusal !== undefined || route === undefined) {
      if (refusal !== undefined) this.#refuse(response, refusal);
    } else if ('inquiry' in route) {
      await this.#bounded(request, response, () => this.#answerInquiry(route.inquiry, served, { request, response }));
    } else {
      await this.#bounded(request, response, () => this.#takeMessage(route.kind, served.context, request, response));
    }
  }

  /**
   * What waits, for a body or for the node to step down, could otherwise be made to wait without number on one
   * connection.
   */
  async #bounded(request: IncomingMessage, response: ServerResponse, serve: () => Promise<void>): Promise<void> {
    // Only checked senders come here, so there are no more entries than peers, and one for people.
    const sender = String(request.headers[FROM_HEADER] ?? '');
    const openBefore = this.#open.get(sender) ?? 0;
    if (openBefore >= MAX_OPEN_PER_SENDER) {
      this.#refuse(response, { rejection: 'tooManyAtOnce', message: `${openBefore} requests of this sender are open` });
      return;
    }
    this.#open.set(sender, openBefore + 1);
    try {
      await serve();
    } finally {
      this.#open.set(sender, (this.#open.get(sender) ?? 1) - 1);
    }
  }

  #checkRoute(name: string, route: Route | undefined, { method }: IncomingMessage): Refusal | undefined {
    if (route === undefined) {
      return { rejection: 'unknownRoute', message: `there is no ${describe(name)} under ${this.#settings.prefix}` };
    }
    if (route.method === method) return undefined;
    return { rejection: 'wrongMethod', message: `/${name} is for ${route.method}`, headers: { allow: route.method } };
  }

  /** Nodes always say whom they mean. People need not. */
  #checkAddress(request: IncomingMessage, { cluster, id }: DriverContext): Refusal | undefined {
    const { [CLUSTER_HEADER]: toCluster = cluster, [TO_HEADER]: to = id, [FROM_HEADER]: from } = request.headers;
    if (toCluster !== cluster || to !== id) {
      const meant = `node ${describe(to)} of cluster ${describe(toCluster)}`;
      return { rejection: 'misdirected', message: `this is node ${id} of cluster ${cluster}, and ${meant} was meant` };
    }
    if (from === undefined || (isNodeId(from) && this.#gate.maySpeakAs(from, request))) return undefined;
    return forged(from);
  }

  #checkSite(route: Route | undefined, request: IncomingMessage, { id }: DriverContext): Refusal | undefined {
    const isOrder = route !== undefined && 'inquiry' in route && route.inquiry === 'stepdown';
    if (!isOrder || !this.#gate.isAnotherSites(request, id)) return undefined;
    return { rejection: 'webPage', message: `a page of ${describe(request.headers.origin)} may give no orders here` };
  }

  // ---------------------------------------------------------------- people

  async #answerInquiry(
    inquiry: Inquiry,
    { context, transport }: Served,
    { request, response }: Exchange,
  ): Promise<void> {
    const { id, cluster, node } = context;
    if (inquiry === 'id') {
      answerJson(response, { id, cluster });
      return;
    }
    if (node === undefined) {
      if (inquiry === 'status') answerJson(response, { id, cluster, transport: transport() });
      else this.#refuse(response, { rejection: 'stepDownOff', message: 'no node is served here' });
      return;
    }
    const asked = { id, cluster, node };
    if (inquiry === 'status') {
      answerJson(response, { ...answerStatus(asked), transport: transport() });
      return;
    }
    const bytes = await this.#bodyOf({ request, response }, MAX_QUESTION_BYTES);
    if (bytes === undefined) return;
    const question = decodeQuestion(bytes);
    if ('error' in question) {
      this.#refuse(response, { rejection: question.error, message: question.message });
      return;
    }
    const answer = await answerStepDown(asked, { allowStepDown: this.#settings.allowStepDown, to: question.to });
    if ('error' in answer) this.#rejections.count(answer.error);
    answerJson(response, answer, 'error' in answer ? REJECTION_STATUS[answer.error] : 200);
  }

  // ---------------------------------------------------------------- nodes

  async #takeMessage(
    kind: MessageKind,
    context: DriverContext,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const type = bodyType(request);
    if (type === undefined) {
      const message = `give content-type ${JSON_TYPE} or ${PROTOBUF_TYPE}`;
      this.#refuse(response, { rejection: 'unknownType', message });
      return;
    }
    const bytes = await this.#bodyOf({ request, response }, type === 'json' ? MAX_JSON_BYTES : MAX_PAYLOAD_BYTES);
    if (bytes !== undefined) this.#deliver(() => decode(kind, type, bytes), context, request, response);
  }

  #deliver(decoded: () => Message, context: DriverContext, request: IncomingMessage, response: ServerResponse): void {
    let message: Message;
    try {
      message = decoded();
    } catch (error) {
      const malformed =
        error instanceof GraftError ? error : new GraftError('INTERNAL', String(error), { cause: error });
      if (this.#served !== undefined) context.report(malformed);
      this.#refuse(response, { rejection: 'malformed', message: malformed.message });
      return;
    }
    const sender = senderOf(message);
    if (sender === undefined || !this.#gate.maySpeakAs(sender, request)) {
      this.#refuse(response, forged(sender));
    } else if (this.#served === undefined) {
      this.#refuse(response, NOT_SERVING);
    } else {
      context.receive(message);
      answerTaken(response);
    }
  }

  /** Nothing where the request had to be turned away, which has been done then. */
  async #bodyOf({ request, response }: Exchange, maxBytes: number): Promise<Buffer | undefined> {
    const body = await readBody(request, { maxBytes, timeoutMs: this.#settings.bodyTimeoutMs });
    if ('bytes' in body) return body.bytes;
    const message =
      body.rejection === 'bodyTooLarge' ? `a body is ${maxBytes} bytes at most here` : NO_BODY[body.rejection];
    this.#refuse(response, { rejection: body.rejection, message });
    return undefined;
  }

  #refuse(response: ServerResponse, refusal: Refusal): void {
    this.#rejections.count(refusal.rejection);
    answerRefusal(response, refusal);
  }
}

const NOT_SERVING: Refusal = {
  rejection: 'notServing',
  message: 'no node is started on this driver',
  headers: { 'retry-after': '1' },
};

function forged(id: unknown): Refusal {
  return {
    rejection: 'forgedId',
    message: `${describe(id)} is not among the peers, or not the name in the certificate`,
  };
}

const AT_THE_GATE: Readonly<Record<GateRejection, Omit<Refusal, 'rejection'>>> = {
  notLoopback: { message: 'without secret or tls only this machine is served: give the nodes a secret, or tls' },
  webPage: { message: 'without secret or tls no browser is served, and no host but 127.0.0.1, [::1] and localhost' },
  wrongSecret: { message: 'give the header authorization: Bearer <secret>', headers: { 'www-authenticate': 'Bearer' } },
  noCertificate: { message: "show a certificate that the cluster's ca has signed" },
};

const NO_BODY: Readonly<Record<Exclude<BodyRejection, 'bodyTooLarge'>, string>> = {
  slowBody: 'the body did not come in time',
  cutBody: 'the body did not come whole',
  bodyTaken: 'the body was read before the driver saw the request: mount its handler before any body parser',
};

function bodyType({ headers }: IncomingMessage): 'json' | 'protobuf' | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === JSON_TYPE) return 'json';
  return type === PROTOBUF_TYPE ? 'protobuf' : undefined;
}

function decode(kind: MessageKind, type: 'json' | 'protobuf', bytes: Buffer): Message {
  return type === 'json' ? decodeJson(kind, bytes.toString('utf8')) : decodeMessage(kind, bytes);
}
