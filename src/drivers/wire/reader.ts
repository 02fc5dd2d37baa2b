import protobuf from 'protobufjs/minimal.js';

/** A uint64: a number if that is safe, and exact also where it is not, since a refusal says what was sent. */
export type WireInteger = number | bigint;

/** So many bytes of a varint are 49 bits: whatever they hold is a safe integer. */
const SAFE_VARINT_BYTES = 7;

/** The longest string whose length is one byte on the wire. The longest id has one character more (DESIGN section 4). */
const LONGEST_SHORT_STRING = 127;

/**
 * protobufjs's reader, quicker at what every message holds: numbers that are safe integers, without an object for each,
 * and short strings of ASCII. Whatever else comes is read, or refused, by protobufjs itself.
 */
export class WireReader extends protobuf.Reader {
  constructor(payload: Uint8Array) {
    // An ArrayBuffer has no length, and would be an empty message. A Buffer is one also where the global types are others.
    const isBytes = payload instanceof Uint8Array || Buffer.isBuffer(payload);
    if (!isBytes) throw new TypeError('a payload is a Uint8Array');
    super(payload);
  }

  override tag(): number {
    const { buf, pos } = this;
    const byte = pos < this.len ? (buf[pos] as number) : 0xff;
    if (byte > 0x7f) return super.tag();
    this.pos = pos + 1;
    return byte;
  }

  /** A uint64. */
  integer(): WireInteger {
    const { buf, pos } = this;
    const end = Math.min(this.len, pos + SAFE_VARINT_BYTES);
    let value = 0;
    let weight = 1;
    for (let at = pos; at < end; at++) {
      const byte = buf[at] as number;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        this.pos = at + 1;
        return value;
      }
      weight *= 0x80;
    }
    // protobufjs refuses what is no varint; the value comes of the bytes, since it would round where there is no `Long`.
    this.uint64();
    return longInteger(buf.subarray(pos, this.pos));
  }

  /** A string; what is no UTF-8 is refused. */
  text(): string {
    const { buf, pos } = this;
    const length = pos < this.len ? (buf[pos] as number) : 0xff;
    let at = pos + 1;
    const end = at + length;
    if (length > LONGEST_SHORT_STRING || end > this.len) return this.stringVerify();
    let text = '';
    let bits = 0;
    for (; end - at >= 4; at += 4) {
      const a = buf[at] as number;
      const b = buf[at + 1] as number;
      const c = buf[at + 2] as number;
      const d = buf[at + 3] as number;
      bits |= a | b | c | d;
      text += String.fromCharCode(a, b, c, d);
    }
    if (end - at >= 2) {
      const a = buf[at++] as number;
      const b = buf[at++] as number;
      bits |= a | b;
      text += String.fromCharCode(a, b);
    }
    if (end - at === 1) {
      const a = buf[at] as number;
      bits |= a;
      text += String.fromCharCode(a);
    }
    if (bits > 0x7f) return this.stringVerify();
    this.pos = end;
    return text;
  }

  /** What `read` makes, of `before`, out of as many bytes as the number before them says. */
  nested<Fields>(read: (reader: this, before: Fields | undefined) => Fields, before: Fields | undefined): Fields {
    const length = this.size();
    const end = this.pos + length;
    const outer = this.len;
    if (end > outer) throw new RangeError(`index out of range: ${this.pos} + ${length} > ${outer}`);
    this.len = end;
    const fields = read(this, before);
    this.len = outer;
    return fields;
  }
}

function longInteger(varint: Uint8Array): WireInteger {
  const bits = varint.reduceRight((value, byte) => (value << 7n) | BigInt(byte & 0x7f), 0n);
  const value = BigInt.asUintN(64, bits);
  return value > Number.MAX_SAFE_INTEGER ? value : Number(value);
}
