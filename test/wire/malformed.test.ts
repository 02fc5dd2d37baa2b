// End of DESIGN section 3: a message that is not whole is refused with MALFORMED_MESSAGE and nothing else happens.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Fields, type StaticType, staticProtobufjs } from '../../scripts/static-protobufjs.mjs';
import { GraftError } from '../../src/core/errors.js';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { describe as describeValue } from '../../src/core/names.js';
import {
  decodeFrame,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  MAX_PAYLOAD_BYTES,
} from '../../src/drivers/wire/codec.js';
import { arbitraryMessages, MESSAGE_KINDS } from './arbitrary-messages.js';
import { fromHex } from './fixtures.js';

const graft = await staticProtobufjs();

const WIRE_TYPE: Readonly<
  Record<MessageKind, { readonly type: StaticType; readonly good: Fields; readonly frame: string }>
> = {
  voteRequest: { type: graft.VoteRequest, frame: 'VoteRequest', good: { Term: 1, Candidate: 'a' } },
  preVoteRequest: { type: graft.VoteRequest, frame: 'VoteRequest', good: { Term: 1, Candidate: 'a', PreVote: true } },
  voteResponse: {
    type: graft.VoteResponse,
    frame: 'VoteResponse',
    good: { Term: 1, Granted: true, Voter: 'a', Round: 1 },
  },
  heartbeat: { type: graft.Heartbeat, frame: 'Heartbeat', good: { Term: 1, Leader: 'a', Round: 1, Heir: 'b' } },
  heartbeatResponse: {
    type: graft.HeartbeatResponse,
    frame: 'HeartbeatResponse',
    good: { Term: 1, Voter: 'a', Round: 1 },
  },
  timeoutNow: { type: graft.TimeoutNow, frame: 'TimeoutNow', good: { Term: 1, Leader: 'a' } },
};

/** 2^64 - 1, as protobufjs takes it. */
const HUGE = { low: -1, high: -1, unsigned: true };
const HUGE_TEXT = '18446744073709551615';

const FORBIDDEN_IDS = ['*', '>', 'a.b', 'a b', 'ä', '\u0000', 'a\n', '../etc', 'x'.repeat(129)];

function malformed(kind: MessageKind, field: string, value: string) {
  return expect.objectContaining({
    code: 'MALFORMED_MESSAGE',
    message: expect.stringContaining(`malformed ${kind}: ${field} is ${value}; expected `),
  });
}

describe.each(MESSAGE_KINDS)('%s', (kind) => {
  const { type, good, frame } = WIRE_TYPE[kind];

  function decodeBothWays(fields: Fields): readonly (() => Message)[] {
    return [
      () => decodeMessage(kind, type.encode(fields).finish()),
      () => decodeFrame(graft.Frame.encode({ [frame]: fields }).finish()),
    ];
  }

  function expectRefused(fields: Fields, field: string, value: string): void {
    for (const decode of decodeBothWays({ ...good, ...fields })) expect(decode).toThrow(malformed(kind, field, value));
  }

  function expectTaken(fields: Fields): void {
    for (const decode of decodeBothWays({ ...good, ...fields })) expect(decode).not.toThrow();
  }

  test('what the refusals below are made of is taken when nothing is wrong with it', () => {
    expectTaken({});
  });

  test.each([
    [2 ** 53, '9007199254740992'],
    [HUGE, HUGE_TEXT],
  ])('is refused with a term beyond the safe integers: %o', (Term, text) => {
    expectRefused({ Term }, 'Term', text);
  });

  test('is taken with the greatest safe term', () => {
    expectTaken({ Term: Number.MAX_SAFE_INTEGER });
  });

  const integers = Object.keys(type === graft.TimeoutNow ? {} : { Incarnation: 0, Round: 0 });
  test.each(integers)('is refused when %s is no safe integer', (field) => {
    expectRefused({ [field]: HUGE }, field, HUGE_TEXT);
  });

  const ids = ['Candidate', 'Leader', 'Voter', 'Heir'].filter((field) => field in good);
  test.each(ids.flatMap((field) => FORBIDDEN_IDS.map((id) => ({ field, id }))))(
    'is refused with $id as its $field',
    ({ field, id }) => {
      expectRefused({ [field]: id }, field, describeValue(id));
    },
  );

  test.each(ids.filter((field) => field !== 'Heir'))('is refused without a %s', (field) => {
    expectRefused({ [field]: '' }, field, '""');
  });

  test(`is refused above ${MAX_PAYLOAD_BYTES} bytes without a look at them, and taken at that length`, () => {
    const padding = (length: number) => {
      const message = type.encode(good).finish();
      // A field that nobody knows: number 1000, length-delimited.
      const header = [0xc2, 0x3e];
      const size = length - message.length - header.length - 3;
      const sizeBytes = [(size & 0x7f) | 0x80, ((size >>> 7) & 0x7f) | 0x80, size >>> 14];
      return Buffer.concat([message, Buffer.from([...header, ...sizeBytes]), Buffer.alloc(size)]);
    };
    expect(() => decodeMessage(kind, padding(MAX_PAYLOAD_BYTES))).not.toThrow();
    expect(() => decodeMessage(kind, padding(MAX_PAYLOAD_BYTES + 1))).toThrow(
      malformed(kind, 'payload length', `${MAX_PAYLOAD_BYTES + 1}`),
    );
  });
});

describe('term 0', () => {
  test.each(['voteRequest', 'preVoteRequest', 'heartbeat', 'timeoutNow'] as const)('is refused in a %s', (kind) => {
    const { type, good } = WIRE_TYPE[kind];
    expect(() => decodeMessage(kind, type.encode({ ...good, Term: 0 }).finish())).toThrow(malformed(kind, 'Term', '0'));
  });

  test('is refused in a grant, which repeats the term of an election', () => {
    const grant = graft.VoteResponse.encode({ Term: 0, Granted: true, Voter: 'a', Round: 1 }).finish();
    expect(() => decodeMessage('voteResponse', grant)).toThrow(malformed('voteResponse', 'Term', '0'));
  });

  test('is taken in the answers of a new node: its refusal, its response to a heartbeat', () => {
    const refusal = graft.VoteResponse.encode({ Voter: 'a', Round: 1 }).finish();
    expect(decodeMessage('voteResponse', refusal)).toMatchObject({ term: 0, granted: false });
    const response = graft.HeartbeatResponse.encode({ Voter: 'a', Round: 1 }).finish();
    expect(decodeMessage('heartbeatResponse', response)).toMatchObject({ term: 0 });
  });

  test('is what an empty payload would mean in a heartbeat: Go graft takes it, and such a node never stands', () => {
    expect(() => decodeMessage('heartbeat', new Uint8Array(0))).toThrow(malformed('heartbeat', 'Term', '0'));
  });
});

describe('an anonymous vote', () => {
  test('is taken from plain graft, which counts no rounds (rule 15)', () => {
    const answer = graft.VoteResponse.encode({ Term: 7, Granted: true }).finish();
    expect(decodeMessage('voteResponse', answer)).toMatchObject({ voter: undefined, granted: true });
  });

  test.each([{ Round: 1 }, { PreVote: true }])(
    'is refused from a peer that knows rounds or pre-votes: %o',
    (fields) => {
      const answer = graft.VoteResponse.encode({ Term: 7, Granted: true, ...fields }).finish();
      expect(() => decodeMessage('voteResponse', answer)).toThrow(malformed('voteResponse', 'Voter', '""'));
    },
  );
});

describe('a question is never taken for the other one (rule 6)', () => {
  test('a pre-vote request on the channel of votes is refused', () => {
    const question = graft.VoteRequest.encode({ Term: 1, Candidate: 'a', PreVote: true }).finish();
    expect(() => decodeMessage('voteRequest', question)).toThrow(malformed('voteRequest', 'PreVote', 'true'));
  });

  test('a vote request on the channel of pre-votes is refused', () => {
    const question = graft.VoteRequest.encode({ Term: 1, Candidate: 'a' }).finish();
    expect(() => decodeMessage('preVoteRequest', question)).toThrow(malformed('preVoteRequest', 'PreVote', 'false'));
  });
});

test('a priority above 255 is refused', () => {
  const response = graft.HeartbeatResponse.encode({ Term: 1, Voter: 'a', Round: 1, Priority: 256 }).finish();
  expect(() => decodeMessage('heartbeatResponse', response)).toThrow(malformed('heartbeatResponse', 'Priority', '256'));
});

test.each([
  ['empty', ''],
  ['of a kind that a later version may add', 'fa0100'],
])('a frame %s is refused', (_, hex) => {
  expect(() => decodeFrame(fromHex(hex))).toThrow(
    expect.objectContaining({
      code: 'MALFORMED_MESSAGE',
      message: expect.stringContaining('malformed frame: Message'),
    }),
  );
});

test('a kind that does not exist is refused, whatever the caller says', () => {
  const kind: string = 'appendEntries';
  expect(() => decodeMessage(kind as MessageKind, new Uint8Array(0))).toThrow(
    expect.objectContaining({ code: 'MALFORMED_MESSAGE', message: expect.stringContaining('"appendEntries"') }),
  );
});

test('bytes that are no protobuf are refused with their length and the reason', () => {
  expect(() => decodeMessage('heartbeat', fromHex('ffffffffffffffffffff'))).toThrow(
    expect.objectContaining({
      code: 'MALFORMED_MESSAGE',
      message: expect.stringMatching(/malformed heartbeat: its 10 bytes/),
      cause: expect.any(Error),
    }),
  );
});

test.each([
  ['an ArrayBuffer, as a WebSocket gives it', new ArrayBuffer(2)],
  ['a string', '81'],
])('%s is no payload, and is refused rather than taken for an empty one', (_, payload) => {
  expect(() => decodeMessage('voteResponse', payload as unknown as Uint8Array)).toThrow(
    expect.objectContaining({ code: 'MALFORMED_MESSAGE', cause: expect.any(TypeError) }),
  );
});

describe('whatever the bytes, a decoder returns a message or throws MALFORMED_MESSAGE', () => {
  /** Whether the bytes were taken; fails on any other end. */
  function survives(decode: () => Message): boolean {
    try {
      decode();
      return true;
    } catch (error) {
      if (error instanceof GraftError && error.code === 'MALFORMED_MESSAGE') return false;
      throw error;
    }
  }

  test.each(MESSAGE_KINDS)('random bytes for a %s', (kind) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        survives(() => decodeMessage(kind, bytes));
        survives(() => decodeFrame(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test.each(MESSAGE_KINDS)('a %s that was changed, cut or lengthened on its way', (kind) => {
    const outcomes = new Set<boolean>();
    const damage = fc.record({
      at: fc.nat({ max: 400 }),
      bit: fc.nat({ max: 7 }),
      cut: fc.nat({ max: 10 }),
      tail: fc.uint8Array({ maxLength: 10 }),
    });
    fc.assert(
      fc.property<[Message, { at: number; bit: number; cut: number; tail: Uint8Array }]>(
        arbitraryMessages[kind],
        damage,
        (message, { at, bit, cut, tail }) => {
          for (const whole of [encodeMessage(message), encodeFrame(message)]) {
            const bytes = Buffer.concat([whole.subarray(0, Math.max(1, whole.length - cut)), tail]);
            bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ (1 << bit), at % bytes.length);
            outcomes.add(survives(() => decodeMessage(kind, bytes)));
            outcomes.add(survives(() => decodeFrame(bytes)));
          }
        },
      ),
      { numRuns: 500 },
    );
    // Damage that is always refused, or never, would prove nothing.
    expect(outcomes).toEqual(new Set([true, false]));
  });
});
