import { GraftError } from '../../core/errors.js';
import { parseNodeId } from '../../core/names.js';
import type { Arrival, Inquirer, Question } from '../control/inquirer.js';
import { MAX_ANSWER_BYTES } from '../control/node-report.js';
import { encodeQuestion } from '../control/question.js';
import { CLUSTER_HEADER, JSON_TYPE } from './headers.js';

export interface HttpInquirerOptions {
  /** The address of every node that is to be asked, by id, as `HttpRpcDriver` takes them. */
  readonly peers: Readonly<Record<string, string>>;
  /** Where the routes begin. Default `/cluster`. */
  readonly prefix?: string | undefined;
  /** What the nodes ask for, if they do. */
  readonly secret?: string | undefined;
}

/**
 * Asks nodes over HTTP, each at its own address, with the client that Node has built in. It shows no certificate: nodes
 * that ask for one (`tls`) do not answer it.
 */
export class HttpInquirer implements Inquirer {
  readonly #bases: ReadonlyMap<string, string>;
  readonly #headers: Readonly<Record<string, string>>;
  #obstacle: string | undefined;

  /** @throws GraftError `INVALID_ID`; `INVALID_OPTION` for an address that is none, or none at all. */
  constructor({ peers, prefix = '/cluster', secret }: HttpInquirerOptions) {
    const bases = Object.entries(peers).map(([id, address]) => {
      const url = URL.canParse(address) ? new URL(address) : undefined;
      if (url?.protocol === 'http:' || url?.protocol === 'https:') {
        return [parseNodeId(id, 'an id among peers'), url.href.replace(/\/$/, '') + prefix] as const;
      }
      throw new GraftError('INVALID_OPTION', `peers.${id} is no http: or https: address`);
    });
    if (bases.length === 0) throw new GraftError('INVALID_OPTION', 'peers is empty: give the addresses of the nodes');
    this.#bases = new Map(bases);
    this.#headers = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  }

  /** {@inheritDoc Inquirer.obstacle} */
  get obstacle(): string | undefined {
    return this.#obstacle;
  }

  /** {@inheritDoc Inquirer.open} */
  async open(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
  }

  /** {@inheritDoc Inquirer.ask} */
  ask(question: Question, hear: (arrival: Arrival) => void, signal: AbortSignal): void {
    for (const [id, base] of this.#bases) {
      if (question.of === undefined || question.of === id) void this.#askOne(base, question, hear, signal);
    }
  }

  /** {@inheritDoc Inquirer.close} */
  async close(): Promise<void> {}

  async #askOne(
    base: string,
    question: Question,
    hear: (arrival: Arrival) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const askedAtMs = performance.now();
    const { cluster, inquiry, body } = question;
    const headers = { ...this.#headers, [CLUSTER_HEADER]: cluster, 'content-type': JSON_TYPE };
    try {
      const response =
        inquiry === 'status'
          ? await fetch(`${base}/status`, { headers, signal })
          : await fetch(`${base}/stepdown`, { method: 'POST', headers, body: encodeQuestion(body), signal });
      const payload = await readSome(response);
      if (signal.aborted) return;
      if (response.status === 401) this.#obstacle = `${base} does not let this program in: status 401`;
      hear({ payload, roundTripMs: performance.now() - askedAtMs });
    } catch {
      // Nobody there, or not in time: a node that does not answer is missing.
    }
  }
}

/** The body, as far as an answer may be long: one that is longer is none. */
async function readSome(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
