import type { Source } from './source.js';

type Mutation = (bytes: Uint8Array, source: Source) => Uint8Array;

const MOST_BYTES = 100_000;

/** Values at which readers of varints, lengths and tags go wrong. */
const EDGES: readonly (readonly number[])[] = [
  [0x00],
  [0x7f],
  [0x80],
  [0xff],
  // 2^53, 2^63, 2^64 - 1 as varints, one that is too long, and one that never ends.
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10],
  [...Array<number>(9).fill(0x80), 0x01],
  [...Array<number>(9).fill(0xff), 0x01],
  [...Array<number>(10).fill(0xff), 0x01],
  Array<number>(64).fill(0xff),
  // Lengths: 2^31 - 1, 2^32 - 1.
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
];

const MUTATIONS: readonly Mutation[] = [
  function flipBit(bytes, source) {
    const at = source.below(bytes.length);
    return spliced(bytes, at, 1, Uint8Array.of((bytes[at] ?? 0) ^ (1 << source.below(8))));
  },
  function setByte(bytes, source) {
    return spliced(bytes, source.below(bytes.length), 1, Uint8Array.of(source.below(256)));
  },
  function insertEdge(bytes, source) {
    return spliced(bytes, source.below(bytes.length + 1), source.below(2), Uint8Array.from(source.pick(EDGES)));
  },
  function cut(bytes, source) {
    return bytes.slice(0, source.below(bytes.length + 1));
  },
  function drop(bytes, source) {
    return spliced(bytes, source.below(bytes.length), source.size(16), new Uint8Array());
  },
  function repeat(bytes, source) {
    const at = source.below(bytes.length);
    const part = bytes.slice(at, at + 1 + source.size(32));
    const times = 1 + source.size(64);
    return spliced(bytes, at, 0, Buffer.concat(Array<Uint8Array>(times).fill(part)));
  },
  function append(bytes, source) {
    return spliced(bytes, bytes.length, 0, source.bytes(source.size(32)));
  },
  // Of protobuf: a field of any number and wire type, with a length that may lie.
  function insertField(bytes, source) {
    const tag = varint((1 + source.size(2000)) * 8 + source.below(8));
    const body = source.bytes(source.size(64));
    const length = source.chance(0.5) ? varint(body.length) : source.pick(EDGES);
    return spliced(bytes, source.below(bytes.length + 1), 0, Uint8Array.from([...tag, ...length, ...body]));
  },
  // Groups within groups: readers that recurse for each are at their end first.
  function nest(bytes, source) {
    return spliced(bytes, source.below(bytes.length + 1), 0, Buffer.alloc(source.size(60_000), 0x0b));
  },
  function lengthen(bytes, source) {
    const length = source.size(70_000);
    const field = Buffer.concat([Uint8Array.of(0x12, ...varint(length)), Buffer.alloc(length, 'a')]);
    return spliced(bytes, source.below(bytes.length + 1), 0, field);
  },
];

/** `bytes`, changed up to `most` times. */
export function mutateBytes(bytes: Uint8Array, source: Source, most = 4): Uint8Array {
  let changed = bytes;
  for (let left = source.below(most + 1); left > 0; left--) changed = source.pick(MUTATIONS)(changed, source);
  return changed.length > MOST_BYTES ? changed.slice(0, MOST_BYTES) : changed;
}

export function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function spliced(bytes: Uint8Array, at: number, drop: number, insert: Uint8Array): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
}
