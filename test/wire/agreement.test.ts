// The wire code that we generate reads and writes what protobufjs's own does, byte for byte, whatever the fields or bytes.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { type Fields, staticProtobufjs } from '../../scripts/static-protobufjs.mjs';
import type { Message } from '../../src/core/messages.js';
import { encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import {
  readFrame,
  readHeartbeat,
  readHeartbeatResponse,
  readTimeoutNow,
  readVoteRequest,
  readVoteResponse,
  writeFrame,
  writeHeartbeat,
  writeHeartbeatResponse,
  writeTimeoutNow,
  writeVoteRequest,
  writeVoteResponse,
} from '../../src/drivers/wire/graft.pb.js';
import { WireReader } from '../../src/drivers/wire/reader.js';
import { WireWriter } from '../../src/drivers/wire/writer.js';
import { arbitraryMessages, MESSAGE_KINDS } from './arbitrary-messages.js';

const graft = await staticProtobufjs();

const edges = [0n, 1n, 127n, 128n, 2n ** 32n, 2n ** 49n - 1n, 2n ** 49n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 64n - 1n];
const bits = fc.oneof(fc.constantFrom(...edges), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
/** As it is read: a number where that is safe. */
const uint64 = bits.map((value) => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : value));
const uint32 = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 }));
const string = fc.oneof(
  fc.stringMatching(/^[a-z0-9-]{0,20}$/),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.stringMatching(/^[a-z]{120,300}$/),
);
const bytes = fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 }), { nil: undefined });

const ARBITRARY: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  ...{ uint64, uint32, string, bytes, bool: fc.boolean() },
};

const proto = readFileSync(new URL('../../proto/graft.proto', import.meta.url), 'utf8');
const { root } = protobuf.parse(proto, { keepCase: true });
const NAMES = ['VoteRequest', 'VoteResponse', 'Heartbeat', 'HeartbeatResponse', 'TimeoutNow', 'Frame'] as const;
type Name = (typeof NAMES)[number];

/** All fields of a message, or the one message of a frame. */
function arbitraryFields(name: string): fc.Arbitrary<Fields> {
  const { fieldsArray, oneofsArray } = root.lookupType(`graft.${name}`);
  const arbitraries = fieldsArray.map((field) => [field.name, ARBITRARY[field.type] ?? arbitraryFields(field.type)]);
  const isFrame = oneofsArray.length > 0;
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(arbitraries);
  if (!isFrame) return fc.record(model, { noNullPrototype: true });
  return fc.oneof(...Object.entries(model).map(([choice, fields]) => fields.map((value) => ({ [choice]: value }))));
}

test('every message of the .proto is held against protobufjs here', () => {
  expect(Object.keys(root.lookup('graft', [protobuf.Namespace])?.toJSON()['nested'] ?? {})).toEqual(NAMES);
});

/** Typed for one message each, and asked here for any. */
type Read = (reader: WireReader) => Fields;
type Write = (writer: WireWriter, fields: Fields) => void;

const READ = { readVoteRequest, readVoteResponse, readHeartbeat, readHeartbeatResponse, readTimeoutNow, readFrame };
const WRITE = {
  ...{ writeVoteRequest, writeVoteResponse, writeHeartbeat, writeHeartbeatResponse, writeTimeoutNow, writeFrame },
};

function read(name: Name, payload: Uint8Array): Fields {
  return comparable((READ[`read${name}`] as Read)(new WireReader(payload)));
}

function write(name: Name, fields: Fields): Uint8Array {
  const writer = new WireWriter();
  (WRITE[`write${name}`] as Write)(writer, fields);
  return writer.payload();
}

/** As protobufjs takes them: 64 bits in two halves. */
function forProtobufjs(fields: Fields): Fields {
  return mapped(fields, (value) => {
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return value;
    const all = BigInt(value as number | bigint);
    if (all < 2n ** 32n) return value;
    return { low: Number(BigInt.asIntN(32, all)), high: Number(BigInt.asIntN(32, all >> 32n)), unsigned: true };
  });
}

function readByProtobufjs(name: Name, payload: Uint8Array): Fields {
  const type = graft[name];
  return comparable(type.toObject(type.decode(payload), { defaults: true, longs: String }));
}

/** Numbers of any kind as text, bytes as arrays, and nothing that is absent. */
function comparable(fields: Fields): Fields {
  return mapped(fields, (value) => {
    if (value instanceof Uint8Array) return value.length > 0 ? [...value] : undefined;
    return typeof value === 'number' || typeof value === 'bigint' ? String(value) : value;
  });
}

function mapped(fields: Fields, change: (value: unknown) => unknown): Fields {
  const isMessage = (value: unknown): value is Fields =>
    typeof value === 'object' && value !== null && !(value instanceof Uint8Array);
  const entries = Object.entries(fields)
    .map(([name, value]) => [name, isMessage(value) ? mapped(value, change) : change(value)] as const)
    .filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(entries);
}

describe.each(NAMES)('%s', (name) => {
  test('with any fields is written and read as protobufjs writes and reads it', () => {
    fc.assert(
      fc.property(arbitraryFields(name), (fields) => {
        const payload = graft[name].encode(forProtobufjs(fields)).finish();
        expect(Buffer.from(write(name, fields))).toEqual(Buffer.from(payload));
        for (const memory of [Buffer.from(payload), new Uint8Array(payload)]) {
          expect(read(name, memory)).toEqual(readByProtobufjs(name, memory));
        }
      }),
      { numRuns: 500 },
    );
  });

  const changes = fc.array(
    fc.record({ at: fc.nat({ max: 600 }), gone: fc.nat({ max: 3 }), put: fc.uint8Array({ maxLength: 4 }) }),
    { maxLength: 3 },
  );
  const changed = fc.tuple(arbitraryFields(name), arbitraryFields(name), changes).map(([first, second, places]) => {
    // Twice in a row: fields that are there again, and messages in a frame that are merged.
    let payload = Buffer.concat([first, second].map((fields) => graft[name].encode(forProtobufjs(fields)).finish()));
    for (const { at, gone, put } of places) {
      const start = at % (payload.length + 1);
      payload = Buffer.concat([payload.subarray(0, start), put, payload.subarray(start + gone)]);
    }
    return payload;
  });

  test('of any bytes is read or refused as protobufjs reads or refuses it', () => {
    const outcomes = new Set<string>();
    fc.assert(
      fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 60 })), (payload) => {
        const outcome = (readWith: typeof read) => {
          try {
            return readWith(name, payload);
          } catch {
            return 'refused';
          }
        };
        const expected = outcome(readByProtobufjs);
        outcomes.add(typeof expected);
        expect(outcome(read)).toEqual(expected);
      }),
      { numRuns: 2_000 },
    );
    // Bytes that are always refused, or never, would prove nothing.
    expect(outcomes).toEqual(new Set(['object', 'string']));
  });
});

test.each(MESSAGE_KINDS)('a %s of the core is what protobufjs would write of its fields', (kind) => {
  const type = graft[`${kind[0]?.toUpperCase()}${kind.slice(1)}`.replace('PreVote', 'Vote') as Name];
  fc.assert(
    fc.property<[Message]>(arbitraryMessages[kind], (message) => {
      for (const [payload, of] of [
        [encodeMessage(message), type],
        [encodeFrame(message), graft.Frame],
      ] as const) {
        expect(Buffer.from(of.encode(of.decode(payload)).finish())).toEqual(Buffer.from(payload));
      }
    }),
  );
});
