// DESIGN section 4 and rule 15: what Go graft sends is read, and what plain graft would read is what it would have sent.
import { describe, expect, test } from 'vitest';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { decodeFrame, decodeMessage, encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import { fromHex, type GoFrame, readGoFrames, toHex } from './fixtures.js';

const KIND_OF_TYPE = { VoteRequest: 'voteRequest', VoteResponse: 'voteResponse', Heartbeat: 'heartbeat' } as const;

const frames = readGoFrames();
const electable = frames.filter(({ fields }) => isSafeTerm(fields.Term));
const refused = frames.filter(({ fields }) => !isSafeTerm(fields.Term));

function isSafeTerm(term: string): boolean {
  return BigInt(term) >= 1n && BigInt(term) <= BigInt(Number.MAX_SAFE_INTEGER);
}

function expectedMessage({ type, fields }: GoFrame): Partial<Message> {
  const term = Number(fields.Term);
  switch (type) {
    case 'VoteRequest': {
      const position = fields.CurrentState ? fromHex(fields.CurrentState) : undefined;
      const ours = { leadershipTransfer: false, standBy: false, incarnation: 0, round: 0 };
      return { kind: 'voteRequest', term, candidate: fields.Candidate, position, ...ours } as Message;
    }
    case 'VoteResponse': {
      const ours = { preVote: false, voter: undefined, incarnation: 0, round: 0, retryAfterMs: 0 };
      return { kind: 'voteResponse', term, granted: fields.Granted, standsBy: false, ...ours } as Message;
    }
    case 'Heartbeat': {
      const ours = { round: 0, heir: undefined, incarnation: 0 };
      return { kind: 'heartbeat', term, leader: fields.Leader, ...ours } as Message;
    }
  }
}

test('the fixture holds all three messages of Go graft, with terms that we take and terms that we refuse', () => {
  expect(new Set(electable.map(({ type }) => type))).toEqual(new Set(Object.keys(KIND_OF_TYPE)));
  expect(new Set(refused.map(({ fields }) => fields.Term))).toEqual(
    new Set(['0', '9007199254740993', '9223372036854775808', '18446744073709551615']),
  );
  expect(electable.length + refused.length).toBe(37);
});

describe('a message of Go graft decodes to its fields, ours absent, and encodes to the very same bytes', () => {
  test.each(electable.map((frame, index) => ({ ...frame, index })))(
    '$index: $type, term $fields.Term: $note',
    (frame) => {
      const message = decodeMessage(KIND_OF_TYPE[frame.type], fromHex(frame.hex));
      expect(message).toStrictEqual(expectedMessage(frame));
      expect(toHex(encodeMessage(message))).toBe(frame.hex);
      expect(decodeFrame(encodeFrame(message))).toStrictEqual(message);
    },
  );
});

describe('a term of Go graft that is no safe integer from 1 is refused with its exact value, never wrapped', () => {
  test.each(refused.map((frame, index) => ({ ...frame, index })))(
    '$index: $type, term $fields.Term: $note',
    (frame) => {
      const kind: MessageKind = KIND_OF_TYPE[frame.type];
      expect(() => decodeMessage(kind, fromHex(frame.hex))).toThrow(
        expect.objectContaining({
          code: 'MALFORMED_MESSAGE',
          message: expect.stringContaining(`${kind}: Term is ${frame.fields.Term};`),
        }),
      );
    },
  );
});
