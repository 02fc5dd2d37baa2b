// DESIGN section 4: every message survives the wire, and plain graft peers read theirs out of it.
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../src/core/messages.js';
import { decodeFrame, decodeMessage, encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import { arbitraryMessages, MESSAGE_KINDS } from './arbitrary-messages.js';

describe('any message comes back as it was', () => {
  test.each(MESSAGE_KINDS)('%s, on a channel of its kind', (kind) => {
    fc.assert(
      fc.property<[Message]>(arbitraryMessages[kind], (message) => {
        expect(decodeMessage(kind, encodeMessage(message))).toStrictEqual(message);
      }),
    );
  });

  test.each(MESSAGE_KINDS)('%s, in a frame', (kind) => {
    fc.assert(
      fc.property<[Message]>(arbitraryMessages[kind], (message) => {
        expect(decodeFrame(encodeFrame(message))).toStrictEqual(message);
      }),
    );
  });
});

test('a decoded position keeps its bytes when the transport uses the memory of the payload again', () => {
  const position = new Uint8Array([1, 2, 3]);
  fc.assert(
    fc.property(arbitraryMessages.voteRequest, fc.boolean(), (request, asBuffer) => {
      const payload = encodeMessage({ ...request, position });
      // A Node Buffer takes another path through protobufjs than a plain array of bytes does.
      const memory = asBuffer ? Buffer.from(payload) : new Uint8Array(payload);
      const decoded = decodeMessage('voteRequest', memory);
      memory.fill(0xff);
      expect(decoded).toMatchObject({ position });
    }),
  );
});

test('an empty position is no position', () => {
  fc.assert(
    fc.property(arbitraryMessages.preVoteRequest, (request) => {
      const decoded = decodeMessage('preVoteRequest', encodeMessage({ ...request, position: new Uint8Array(0) }));
      expect(decoded).toStrictEqual({ ...request, position: undefined });
    }),
  );
});

describe('a decoder that knows only the three messages of plain graft reads its fields and skips ours', () => {
  const plain = protobuf.parse(
    `syntax = "proto3";
     message VoteRequest { uint64 Term = 1; string Candidate = 2; bytes CurrentState = 3; }
     message VoteResponse { uint64 Term = 1; bool Granted = 2; }
     message Heartbeat { uint64 Term = 1; string Leader = 2; }`,
    { keepCase: true },
  ).root;

  function readPlain(type: string, payload: Uint8Array): Record<string, unknown> {
    const schema = plain.lookupType(type);
    return schema.toObject(schema.decode(payload), { longs: Number, defaults: true });
  }

  test('VoteRequest', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryMessages.voteRequest, arbitraryMessages.preVoteRequest), (message) => {
        const fields = readPlain('VoteRequest', encodeMessage(message));
        expect({ ...fields, CurrentState: [...(fields['CurrentState'] as Uint8Array)] }).toEqual({
          Term: message.term,
          Candidate: message.candidate,
          CurrentState: [...(message.position ?? [])],
        });
      }),
    );
  });

  test('VoteResponse', () => {
    fc.assert(
      fc.property(arbitraryMessages.voteResponse, (message) => {
        const fields = readPlain('VoteResponse', encodeMessage(message));
        expect(fields).toEqual({ Term: message.term, Granted: message.granted });
      }),
    );
  });

  test('Heartbeat', () => {
    fc.assert(
      fc.property(arbitraryMessages.heartbeat, (message) => {
        const fields = readPlain('Heartbeat', encodeMessage(message));
        expect(fields).toEqual({ Term: message.term, Leader: message.leader });
      }),
    );
  });
});
