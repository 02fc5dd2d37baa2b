import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { GraftError } from '../../src/core/errors.js';
import type { Message } from '../../src/core/messages.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import { HttpRpcDriver } from '../../src/drivers/http/index.js';
import { encodeJson } from '../../src/drivers/http/json-body.js';
import { REJECTION_STATUS } from '../../src/drivers/http/rejections.js';
import { encodeMessage } from '../../src/drivers/wire/codec.js';
import { MESSAGES } from './corpus.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Source } from './source.js';
import type { OpenTarget, Target } from './target.js';

const STATUSES = new Set<number>([200, 202, ...Object.values(REJECTION_STATUS)]);
const ROUTES = [
  ...['requestvote', 'appendentries', 'requestprevote', 'voteresponse', 'appendentriesresponse', 'timeoutnow'],
  ...['id', 'status', 'stepdown', '', 'nothing', '../id', '%2e%2e/id', 'id/', 'id?x=1', `${'x'.repeat(9_000)}`],
];
const METHODS = ['GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'CONNECT', 'BREW'];
const TYPES = [
  ...[
    'application/json',
    'application/x-protobuf',
    'application/json; charset=utf-7',
    'APPLICATION/JSON',
    'text/plain',
  ],
  ...['', 'application/json, application/x-protobuf', 'multipart/form-data; boundary=x'],
];
/** Which of Node's own, and of the driver's, a stranger might like to set. */
const HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['graft-cluster', ['orders', 'ORDERS', '', '*', 'x'.repeat(300)]],
  ['graft-from', ['a', 'b', 'z', '', '../a', '\u00e4']],
  ['graft-to', ['b', 'a', '']],
  ['origin', ['http://evil.example', 'null']],
  ['authorization', ['Bearer x', 'Basic Og==', 'x'.repeat(4_000)]],
  ['expect', ['100-continue', 'something']],
  ['connection', ['close', 'keep-alive', 'upgrade', 'host']],
  ['upgrade', ['websocket', 'h2c']],
  ['content-encoding', ['gzip', 'br']],
  ['transfer-encoding', ['chunked', 'gzip, chunked', 'identity', 'chunked, chunked']],
  ['cookie', ['x=1', 'y'.repeat(7_000)]],
];
/** For the server to end a connection whose other side has said all that it will. */
const ANSWER_LIMIT_MS = 30_000;

/** Whatever arrives at the address of a node, it is answered, counted, and the next honest request is served. */
export const httpTarget: Target = {
  name: 'http',
  purpose: "raw sockets against the HTTP driver's own server: requests, headers and bodies, changed and invented",
  inspectEvery: 200,
  open: () => OpenHttp.start(),
};

class OpenHttp implements OpenTarget {
  readonly #driver: HttpRpcDriver;
  readonly #port: number;
  readonly #errors: GraftError[] = [];
  readonly #received: Message[] = [];

  private constructor(driver: HttpRpcDriver, port: number) {
    this.#driver = driver;
    this.#port = port;
  }

  static async start(): Promise<OpenHttp> {
    const port = await freePort();
    const peers = { a: 'http://127.0.0.1:1', b: `http://127.0.0.1:${port}`, c: 'http://127.0.0.1:2' };
    const http = new OpenHttp(new HttpRpcDriver({ peers, bodyTimeoutMs: 1_000, allowStepDown: true }), port);
    await http.#driver.init({
      cluster: parseClusterName('orders'),
      id: parseNodeId('b'),
      interop: false,
      receive: (message) => http.#received.push(message),
      report: (error) => http.#errors.push(error),
      // That no question changes who leads is the node's own business.
      node: { heartbeatIntervalMs: 100, status: () => ({ isLeader: false }), stepDown: async () => undefined },
    });
    return http;
  }

  async feed(source: Source): Promise<string> {
    const said = source.chance(0.1) ? source.bytes(source.size(20_000)) : requests(source);
    const countedBefore = this.#counted;
    const answers = statusesIn(await this.#talk(said, source));
    for (const status of answers) {
      if (!STATUSES.has(status)) throw new Error(`a request was answered with ${status}`);
    }
    const refused = answers.filter((status) => status >= 400).length;
    // Whoever hangs up in the middle is counted, and hears nothing: more may be counted than was answered.
    const counted = this.#counted - countedBefore;
    if (counted < refused) {
      const shown = JSON.stringify(Buffer.from(said).toString('latin1', 0, 400));
      throw new Error(`${answers.join(', ')} was answered, and ${counted} refusals were counted, to ${shown}`);
    }
    this.#check();
    return answers.length === 0 ? 'no answer' : answers.map(String).slice(0, 2).join(' then ');
  }

  async inspect(): Promise<void> {
    this.#received.splice(0);
    const said =
      'POST /cluster/timeoutnow HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close\r\n';
    const body = '{"term":7,"leader_id":"a"}';
    const heard = await this.#exchange([`${said}content-length: ${body.length}\r\n\r\n${body}`]);
    if (!heard.startsWith('HTTP/1.1 202 ') || this.#received.length !== 1) {
      throw new Error(`an honest request is answered with ${JSON.stringify(heard.slice(0, 200))}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#driver.close();
  }

  get #counted(): number {
    return Object.values(this.#driver.counts.rejected).reduce((sum, count) => sum + count, 0);
  }

  #check(): void {
    for (const { term } of this.#received.splice(0)) {
      if (!Number.isSafeInteger(term) || term < 0) throw new Error(`a message of term ${term} was received`);
    }
    // That peers which are not there do not answer is reported too.
    const expected: readonly string[] = ['MALFORMED_MESSAGE', 'DRIVER_DISCONNECTED'];
    for (const error of this.#errors.splice(0)) if (!expected.includes(error.code)) throw error;
  }

  #talk(said: Uint8Array, source: Source): Promise<string> {
    const cutAt = source.below(said.length + 1);
    return this.#exchange(source.chance(0.3) ? [said.subarray(0, cutAt), said.subarray(cutAt)] : [said]);
  }

  /** Says it all, hangs up its own side, and hears the other to its end. */
  async #exchange(parts: readonly (Uint8Array | string)[]): Promise<string> {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    let heard = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      heard += chunk;
    });
    // A server that has heard enough resets the connection.
    socket.on('error', () => undefined);
    const limit = setTimeout(() => socket.destroy(new Error('no end')), ANSWER_LIMIT_MS);
    const closed = new Promise<boolean>((resolve) => socket.once('close', resolve));
    for (const part of parts) {
      if (!socket.write(part)) await Promise.race([once(socket, 'drain').catch(() => undefined), closed]);
    }
    socket.end();
    await closed;
    clearTimeout(limit);
    if (socket.errored?.message === 'no end')
      throw new Error(`a connection is open ${ANSWER_LIMIT_MS} ms after its end`);
    return heard;
  }
}

/** One to three requests on one connection, more or less well-formed. */
function requests(source: Source): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let left = source.pick([1, 1, 1, 2, 3]); left > 0; left--) parts.push(request(source));
  const whole = Buffer.concat(parts);
  return source.chance(0.25) ? mutateBytes(whole, source, 2) : whole;
}

function request(source: Source): Uint8Array {
  const message = source.pick(MESSAGES);
  const type = source.chance(0.8) ? source.pick(TYPES.slice(0, 2)) : source.pick(TYPES);
  const body = bodyOf(message, type, source);
  const route = source.pick(ROUTES);
  const lines = [
    `${source.pick(METHODS)} ${source.chance(0.95) ? '/cluster/' : '/'}${route} HTTP/${source.chance(0.95) ? '1.1' : '2.0'}`,
    `host: ${source.chance(0.9) ? '127.0.0.1' : source.pick(['evil.example', '', '127.0.0.1:99999', '[::1]'])}`,
    `content-type: ${type}`,
  ];
  if (source.chance(0.05)) lines.splice(1, 1);
  const isChunked = source.chance(0.2);
  if (isChunked) lines.push('transfer-encoding: chunked');
  else if (source.chance(0.95)) lines.push(`content-length: ${lengthOf(body, source)}`);
  for (let left = source.below(3); left > 0; left--) {
    const [name, values] = source.pick(HEADERS);
    lines.push(`${name}: ${source.pick(values)}`);
  }
  if (source.chance(0.05)) lines.push(`x: ${'x'.repeat(source.size(20_000))}`);
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, isChunked ? chunked(body, source) : body]);
}

function bodyOf(message: Message, type: string, source: Source): Uint8Array {
  if (source.chance(0.1)) return mutateJson({ v: 1, to: source.pick(['b', 'z', '', 7]) }, source);
  if (type.toLowerCase().includes('json')) return mutateJson(JSON.parse(encodeJson(message)), source);
  return mutateBytes(encodeMessage(message), source);
}

function lengthOf({ length }: Uint8Array, source: Source): string {
  if (source.chance(0.9)) return String(length);
  return source.pick([
    String(length + 1),
    String(Math.max(0, length - 1)),
    '-1',
    '0x10',
    '99999999999999999999',
    '1, 2',
  ]);
}

function chunked(body: Uint8Array, source: Source): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < body.length; ) {
    const part = body.subarray(at, at + 1 + source.size(5_000));
    at += part.length;
    const size = source.chance(0.97) ? part.length.toString(16) : source.pick(['-1', 'g', 'ffffffffffffffff', '0']);
    parts.push(Buffer.from(`${size}\r\n`), part, Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from(source.chance(0.95) ? '0\r\n\r\n' : '0\r\nx: y\r\n')]);
}

function statusesIn(heard: string): readonly number[] {
  // A body of ours is one line of JSON and holds no status line.
  return Array.from(heard.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => Number(status)).filter(
    (code) => code >= 200,
  );
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  await once(holder, 'close');
  return port;
}
