// DESIGN section 4: the wire between languages, byte for byte. On the other side is Go's own protobuf runtime, once with
// our schema and once with all that plain graft knows of it (go/frames, go/plain-graft.proto).
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Message } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import { decodeMessage, encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import { fromHex, readGoFrames, toHex } from '../wire/fixtures.js';

interface Answer {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly unknown?: string;
  readonly hex?: string;
  readonly error?: string;
}

/** The Go program, asked one question at a time. */
class GoFrames {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #answers: AsyncIterator<string>;

  constructor(schema: string) {
    const { GRAFT_GO_FRAMES: program } = process.env;
    if (program === undefined) throw new Error('GRAFT_GO_FRAMES is not set: run these tests by `npm run test:interop`');
    const path = fileURLToPath(new URL(schema, import.meta.url));
    this.#child = spawn(program, [path], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async decode(type: string, bytes: Uint8Array): Promise<Answer> {
    return this.#ask({ do: 'decode', type, hex: toHex(bytes) });
  }

  async encode(type: string, fields: object): Promise<Answer> {
    return this.#ask({ do: 'encode', type, fields });
  }

  stop(): void {
    this.#child.kill();
  }

  async #ask(question: object): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new Error('the Go program ended');
    return JSON.parse(value);
  }
}

let ours: GoFrames;
let plain: GoFrames;
beforeAll(() => {
  ours = new GoFrames('../../proto/graft.proto');
  plain = new GoFrames('go/plain-graft.proto');
});
afterAll(() => {
  ours.stop();
  plain.stop();
});

const TYPE_OF_KIND = {
  voteRequest: 'VoteRequest',
  preVoteRequest: 'VoteRequest',
  voteResponse: 'VoteResponse',
  heartbeat: 'Heartbeat',
  heartbeatResponse: 'HeartbeatResponse',
  timeoutNow: 'TimeoutNow',
} as const;

const MOST = Number.MAX_SAFE_INTEGER;
const a = parseNodeId('a');
const b = parseNodeId('b');
const position = new Uint8Array([0, 255, 7]);

interface Sample {
  readonly message: Message;
  /** As protobuf's JSON mapping has them, defaults included. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const request = { term: MOST, candidate: a, position, incarnation: 2 ** 48 - 1, round: 3 };
const requestFields = {
  ...{ Term: `${MOST}`, Candidate: 'a', CurrentState: 'AP8H', Incarnation: '281474976710655', Round: '3' },
  ...{ PreVote: false, LeadershipTransfer: false, StandBy: false },
};
const response = { term: 7, voter: b, incarnation: 5, round: 9 };
const responseFields = {
  Term: '7',
  Voter: 'b',
  Incarnation: '5',
  Round: '9',
  PreVote: false,
  StandsBy: false,
  RetryAfterMs: 0,
};

const SAMPLES: readonly Sample[] = [
  {
    message: { kind: 'voteRequest', ...request, leadershipTransfer: true, standBy: false },
    fields: { ...requestFields, LeadershipTransfer: true },
  },
  {
    message: { kind: 'preVoteRequest', ...request, leadershipTransfer: undefined, standBy: undefined },
    fields: { ...requestFields, PreVote: true },
  },
  {
    message: { kind: 'voteResponse', ...response, preVote: true, granted: true, standsBy: false, retryAfterMs: 0 },
    fields: { ...responseFields, PreVote: true, Granted: true },
  },
  {
    message: { kind: 'voteResponse', ...response, preVote: false, granted: false, standsBy: false, retryAfterMs: 480 },
    fields: { ...responseFields, Granted: false, RetryAfterMs: 480 },
  },
  {
    message: { kind: 'heartbeat', term: 7, leader: a, round: 9, heir: b, incarnation: 5 },
    fields: { Term: '7', Leader: 'a', Round: '9', Heir: 'b', Incarnation: '5' },
  },
  {
    message: { kind: 'heartbeatResponse', term: 7, voter: b, round: 9, incarnation: 5, priority: 255 },
    fields: { Term: '7', Voter: 'b', Round: '9', Incarnation: '5', Priority: 255 },
  },
  {
    message: { kind: 'timeoutNow', term: 7, leader: a, round: undefined, heir: undefined, incarnation: undefined },
    fields: { Term: '7', Leader: 'a' },
  },
];

describe.each(SAMPLES.map((sample, index) => ({ ...sample, index, kind: sample.message.kind })))(
  'our $kind ($index)',
  ({ message, fields }) => {
    const type = TYPE_OF_KIND[message.kind];

    test('is read by Go to its fields, with nothing left over, and written by Go to the very same bytes', async () => {
      const bytes = encodeMessage(message);
      expect(await ours.decode(type, bytes)).toEqual({ fields });
      expect((await ours.encode(type, fields)).hex).toBe(toHex(bytes));
    });

    test("is read by us from Go's bytes", async () => {
      const { hex = '' } = await ours.encode(type, fields);
      expect(decodeMessage(message.kind, fromHex(hex))).toStrictEqual(message);
    });
  },
);

/** The three that plain graft knows, with its own fields and ours. */
const SHARED = SAMPLES.filter(({ message: { kind } }) => ['voteRequest', 'voteResponse', 'heartbeat'].includes(kind));

test.each(SHARED)('plain graft reads its own fields in our $message.kind, and ours as unknown ones', async (sample) => {
  const type = TYPE_OF_KIND[sample.message.kind];
  const { fields = {}, unknown } = await plain.decode(type, encodeMessage(sample.message));
  expect(Object.keys(fields).length).toBeGreaterThanOrEqual(2);
  expect(sample.fields).toMatchObject(fields);
  expect(unknown).not.toBe('');
});

test('a frame tells Go the kind and the message in it', async () => {
  const message: Message = { kind: 'timeoutNow', term: 7, leader: a };
  expect(await ours.decode('Frame', encodeFrame(message))).toEqual({
    fields: { TimeoutNow: { Term: '7', Leader: 'a' } },
  });
});

/** The fixture writes bytes in hexadecimal, protobuf's JSON in base64. */
function asJson({ CurrentState, ...fields }: { readonly CurrentState?: string }): object {
  if (CurrentState === undefined) return fields;
  return { ...fields, CurrentState: Buffer.from(CurrentState, 'hex').toString('base64') };
}

test.each(readGoFrames().map((frame, index) => ({ ...frame, index })))(
  'fixture $index, $type of Go graft, term $fields.Term: read and written by Go today as it was then',
  async ({ type, fields, hex }) => {
    expect(await plain.decode(type, fromHex(hex))).toEqual({ fields: asJson(fields) });
    expect((await plain.encode(type, asJson(fields))).hex ?? '').toBe(hex);
  },
);
