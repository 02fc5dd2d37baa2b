import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraftError } from '../../../src/core/errors.js';
import { decodeJson, encodeJson } from '../../../src/drivers/http/json-body.js';
import { arbitraryMessages, MESSAGE_KINDS } from '../../wire/arbitrary-messages.js';

test.each(MESSAGE_KINDS)('every %s survives JSON', (kind) => {
  fc.assert(
    fc.property(arbitraryMessages[kind], (message) => {
      // Plain graft alone sends anonymous votes, and it does not speak HTTP.
      fc.pre(message.kind !== 'voteResponse' || message.voter !== undefined);
      expect(decodeJson(kind, encodeJson(message))).toEqual(message);
    }),
  );
});

test('whatever else comes is MALFORMED_MESSAGE or a message, and nothing is ever thrown but that', () => {
  const field = fc.constantFrom(
    'term',
    'node_id',
    'leader_id',
    'heir_id',
    'granted',
    'round',
    'position',
    'priority',
    '__proto__',
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(field, fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.constantFrom(...MESSAGE_KINDS), body, (kind, text) => {
      try {
        expect(decodeJson(kind, text).kind).toBe(kind);
      } catch (error) {
        expect(error).toBeInstanceOf(GraftError);
        expect(error).toMatchObject({ code: 'MALFORMED_MESSAGE' });
      }
    }),
  );
});

test('minus zero, which JSON can say and protobuf cannot, is refused in every number', () => {
  for (const name of ['term', 'round', 'incarnation', 'priority']) {
    const text = `{"term":7,"node_id":"a","${name}":-0}`;
    expect(() => decodeJson('heartbeatResponse', text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_MESSAGE', message: expect.stringContaining(`${name} is "-0"`) }),
    );
  }
});
