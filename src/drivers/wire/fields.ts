import { GraftError } from '../../core/errors.js';
import type { Term } from '../../core/messages.js';
import { describe, isNodeId, type NodeId } from '../../core/names.js';

/** A uint64 as protobufjs reads it: a pair of 32-bit halves, or a number where an application took `Long` away. */
export type WireInteger = number | { readonly high: number; readonly low: number };

/** Highest priority of an heir (rule 10). */
const MAX_PRIORITY = 255;

/** Throws what every malformed field is answered with: the kind, the field, the value, and what is allowed. */
export function refuse(kind: string, field: string, value: unknown, expected: string): never {
  throw new GraftError('MALFORMED_MESSAGE', `malformed ${kind}: ${field} is ${describe(value)}; expected ${expected}`);
}

/** A term of at least 1: no election is held in term 0, so nobody asks, leads or grants in it. */
export function readTerm(kind: string, value: WireInteger): Term {
  const term = toNumber(value);
  return Number.isSafeInteger(term) && term > 0 ? term : refuse(kind, 'Term', exactly(value), 'a safe integer from 1');
}

/** A safe integer from 0. */
export function readInteger(kind: string, field: string, value: WireInteger): number {
  const integer = toNumber(value);
  return Number.isSafeInteger(integer) ? integer : refuse(kind, field, exactly(value), 'a safe integer');
}

export function readId(kind: string, field: string, value: string): NodeId {
  return isNodeId(value) ? value : refuse(kind, field, value, "an id: 1 to 128 letters, digits, '_' and '-'");
}

/** Absent is empty on the wire. */
export function readOptionalId(kind: string, field: string, value: string): NodeId | undefined {
  return value === '' ? undefined : readId(kind, field, value);
}

/** A copy: the bytes read are part of the payload, whose memory a transport may use again. */
export function readPosition(value: Uint8Array): Uint8Array | undefined {
  return value.length === 0 ? undefined : new Uint8Array(value);
}

export function readPriority(kind: string, value: number): number {
  return value <= MAX_PRIORITY ? value : refuse(kind, 'Priority', value, `0 to ${MAX_PRIORITY}`);
}

/** Exact up to 2^53; rounded above, and then never down to a safe integer. */
function toNumber(value: WireInteger): number {
  return typeof value === 'number' ? value : (value.high >>> 0) * 2 ** 32 + (value.low >>> 0);
}

/** All 64 bits, for the error message: the number that was refused must be the number that was sent. */
function exactly(value: WireInteger): number | bigint {
  return typeof value === 'number' ? value : (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
}
