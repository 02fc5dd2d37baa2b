import protobuf from 'protobufjs/minimal.js';
import type { WireInteger } from './reader.js';

/** So many bytes, as a varint, hold any safe integer: 8 of 7 bits. */
const SAFE_VARINT_BYTES = 8;

/** protobufjs's writer, quicker at what every message holds: numbers that are safe integers, without an object for each. */
export class WireWriter extends protobuf.BufferWriter {
  /** A tag: the number of a field and how it is written. */
  tag(tag: number): this {
    if (tag > 0x7f || this.pos >= this.buf.length) {
      this.uint32(tag);
    } else {
      this.buf[this.pos++] = tag;
    }
    return this;
  }

  /** A uint64. */
  integer(value: WireInteger): this {
    const { buf } = this;
    let at = this.pos;
    if (typeof value === 'bigint' || !isSafe(value) || at + SAFE_VARINT_BYTES > buf.length) {
      this.raw(varint(BigInt(value)));
      return this;
    }
    let rest = value;
    // No more than 32 bits can be shifted.
    for (; rest > 0xffff_ffff; rest = Math.floor(rest / 0x80)) buf[at++] = (rest % 0x80) | 0x80;
    for (; rest > 0x7f; rest >>>= 7) buf[at++] = (rest & 0x7f) | 0x80;
    buf[at++] = rest;
    this.pos = at;
    return this;
  }

  /** All that was written: the memory itself, and no copy, so that nothing may be written any more. */
  payload(): Uint8Array {
    return this.buf.subarray(0, this.pos);
  }
}

function isSafe(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/** Any 64 bits, at leisure. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.of(...bytes, Number(rest));
}
