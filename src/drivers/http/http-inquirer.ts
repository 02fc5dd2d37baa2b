import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { GraftError } from '../../core/errors.js';
import { type NodeId, parseNodeId } from '../../core/names.js';
import { checkNames, type OptionGroup, type OptionNames } from '../../core/option-names.js';
import type { Arrival, AskFailure, Inquirer, Question } from '../control/inquirer.js';
import { MAX_ANSWER_BYTES } from '../control/node-report.js';
import { encodeQuestion } from '../control/question.js';
import { toPeerNamed } from './certificate-names.js';
import { CLUSTER_HEADER, JSON_TYPE } from './headers.js';
import { certificateNameOf, type HttpTlsOptions } from './options.js';
import { createTlsContext } from './tls-context.js';

export interface HttpInquirerOptions {
  /** The address of every node that is to be asked, by id, as `HttpRpcDriver` takes them. */
  readonly peers: Readonly<Record<string, string>>;
  /** Where the routes begin. Default `/cluster`. */
  readonly prefix?: string | undefined;
  /** What the nodes ask for, if they do. */
  readonly secret?: string | undefined;
  /** As the nodes have it; the certificate may be for any name. */
  readonly tls?: HttpTlsOptions | undefined;
}

interface Peer {
  readonly base: string;
  readonly agent: HttpAgent | HttpsAgent;
}

const OPTIONS: OptionNames<HttpInquirerOptions> = { peers: true, prefix: true, secret: true, tls: true };
const GROUP: OptionGroup = { prefix: '', names: OPTIONS };

type Reply =
  | { readonly status: number; readonly payload: Uint8Array }
  /** None came. The question may have been taken all the same, once it was sent. */
  | { readonly cause: unknown; readonly mayBeTaken: boolean };

/** Asks nodes over HTTP, each at its own address; with mutual TLS, each by its own name. Tells why they do not answer. */
export class HttpInquirer implements Inquirer {
  readonly #peers: ReadonlyMap<NodeId, Peer>;
  readonly #headers: Readonly<Record<string, string>>;
  /** Of addresses that ask for TLS, whose nodes may ask for a certificate. */
  readonly #showsNone: boolean;
  /** Why there was no answer to the newest question for the status, by id. */
  #failures: ReadonlyMap<NodeId, string> = new Map();

  /**
   * @throws GraftError `INVALID_ID`; `INVALID_OPTION` for an option that does not exist, an address that is none, or is not
   *   `https:` though `tls` is given, or none at all; `DRIVER_FAILED` when the certificate, the key or the authority
   *   cannot be used.
   */
  constructor(options: HttpInquirerOptions) {
    checkNames(options, GROUP);
    const { peers, prefix = '/cluster', secret, tls } = options;
    const secureContext = tls && createTlsContext(tls);
    const parsed = Object.entries(peers).map(([key, address]) => {
      const id = parseNodeId(key, 'an id among peers');
      const base = parseBase(id, address, tls !== undefined) + prefix;
      // Connections are kept: to follow a cluster would otherwise cost its nodes a handshake each time.
      const agent = base.startsWith('https:')
        ? new HttpsAgent({ keepAlive: true, secureContext, ...(tls && toPeerNamed(certificateNameOf(id, tls))) })
        : new HttpAgent({ keepAlive: true });
      return [id, { base, agent }] as const;
    });
    if (parsed.length === 0) throw new GraftError('INVALID_OPTION', 'peers is empty: give the addresses of the nodes');
    this.#peers = new Map(parsed);
    this.#headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    this.#showsNone = tls === undefined && parsed.some(([, { base }]) => base.startsWith('https:'));
  }

  /** {@inheritDoc Inquirer.obstacle} */
  get obstacle(): string | undefined {
    const failures = this.#failures;
    if (failures.size === 0) return undefined;
    const reasons = [...new Set(failures.values())].map((reason) => {
      const ids = [...this.#peers.keys()].filter((id) => failures.get(id) === reason);
      return `${ids.join(', ')} cannot be asked: ${reason}`;
    });
    return reasons.join('; ') + (this.#showsNone ? '; no certificate was shown' : '');
  }

  /** {@inheritDoc Inquirer.open} */
  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
  }

  /** {@inheritDoc Inquirer.ask} */
  ask(
    question: Question,
    hear: (arrival: Arrival) => void,
    signal: AbortSignal,
    fail: (failure: AskFailure) => void = () => undefined,
  ): void {
    const asked = [...this.#peers].filter(([id]) => question.of === undefined || question.of === id);
    // A question that has ended may still fail; that is nothing to the one after it.
    const failures = new Map<NodeId, string>();
    const silent = new Set(asked.map(([id]) => id));
    // Who is asked to step down, and takes its time, can be asked all the same.
    if (question.inquiry === 'status') {
      this.#failures = failures;
      const end = (): void => {
        for (const id of silent) failures.set(id, 'no answer in time');
      };
      signal.addEventListener('abort', end, { once: true });
    }
    for (const [id, peer] of asked) {
      const askedAtMs = performance.now();
      this.#exchange(peer, question, signal).then((reply) => {
        if (signal.aborted) return;
        silent.delete(id);
        const failure = failureIn(reply);
        if (failure !== undefined) failures.set(id, failure.reason);
        if ('payload' in reply) hear({ payload: reply.payload, roundTripMs: performance.now() - askedAtMs });
        // Only now: a refusal that can be read is an answer.
        if (failure !== undefined && !signal.aborted) fail({ of: id, ...failure });
      });
    }
  }

  /** {@inheritDoc Inquirer.close} */
  async close(): Promise<void> {
    for (const { agent } of this.#peers.values()) agent.destroy();
  }

  #exchange({ base, agent }: Peer, { cluster, inquiry, body }: Question, signal: AbortSignal): Promise<Reply> {
    const headers = { ...this.#headers, [CLUSTER_HEADER]: cluster, 'content-type': JSON_TYPE };
    const shared = { agent, headers, signal };
    if (inquiry === 'status') return exchange(`${base}/status`, shared, '');
    return exchange(`${base}/stepdown`, { ...shared, method: 'POST' }, encodeQuestion(body));
  }
}

function parseBase(id: NodeId, address: string, isTls: boolean): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new GraftError('INVALID_OPTION', `peers.${id} is no http: or https: address`);
  }
  if (isTls && url.protocol !== 'https:') {
    throw new GraftError('INVALID_OPTION', `peers.${id} is no https: address, and tls is given`);
  }
  return url.href.replace(/\/$/, '');
}

function exchange(url: string, options: RequestOptions, body: string | Uint8Array): Promise<Reply> {
  return new Promise((resolve) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    let isSent = false;
    const fail = (cause: unknown): void => resolve({ cause, mayBeTaken: isSent });
    const asked = request(url, options, (response) => {
      const { statusCode: status = 0 } = response;
      readSome(response).then((payload) => resolve({ status, payload }), fail);
    });
    // Not before the connection is there, and the certificate good.
    asked.on('finish', () => {
      isSent = true;
    });
    asked.on('error', fail).end(body);
  });
}

function failureIn(reply: Reply): Omit<AskFailure, 'of'> | undefined {
  if ('cause' in reply) return { reason: reasonOf(reply.cause), mayBeTaken: reply.mayBeTaken };
  const { status } = reply;
  if (status >= 200 && status <= 299) return undefined;
  // A gateway may have passed it on, and tired of waiting.
  return { reason: statusText(status), mayBeTaken: status >= 500 };
}

/** The body, as far as an answer may be long: one that is longer is none. */
async function readSome(response: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function statusText(status: number): string {
  return status === 401 ? 'the node does not let this program in: status 401' : `status ${status}`;
}

/** OpenSSL's own texts name its source files; a name with several addresses fails with all of theirs, and no text. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0]);
  if (!(cause instanceof Error)) return String(cause);
  return 'reason' in cause && typeof cause.reason === 'string' ? cause.reason : cause.message;
}
