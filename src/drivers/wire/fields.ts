import { GraftError } from '../../core/errors.js';
import type { Term } from '../../core/messages.js';
import { describe, isNodeId, type NodeId } from '../../core/names.js';
import type { WireInteger } from './reader.js';

/** Highest priority of an heir (rule 10). */
const MAX_PRIORITY = 255;

/** Throws what every malformed field is answered with: the kind, the field, the value, and what is allowed. */
export function refuse(kind: string, field: string, value: unknown, expected: string): never {
  throw new GraftError('MALFORMED_MESSAGE', `malformed ${kind}: ${field} is ${describe(value)}; expected ${expected}`);
}

/** A term of at least 1: no election is held in term 0, so nobody asks, leads or grants in it. */
export function readTerm(kind: string, value: WireInteger): Term {
  return isSafe(value) && value > 0 ? value : refuse(kind, 'Term', value, 'a safe integer from 1');
}

/** A safe integer from 0. */
export function readInteger(kind: string, field: string, value: WireInteger): number {
  return isSafe(value) ? value : refuse(kind, field, value, 'a safe integer');
}

export function readId(kind: string, field: string, value: string): NodeId {
  return isNodeId(value) ? value : refuse(kind, field, value, "an id: 1 to 128 letters, digits, '_' and '-'");
}

/** Absent is empty on the wire. */
export function readOptionalId(kind: string, field: string, value: string): NodeId | undefined {
  return value === '' ? undefined : readId(kind, field, value);
}

/** A copy: the bytes read are part of the payload, whose memory a transport may use again. */
export function readPosition(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined || value.length === 0 ? undefined : new Uint8Array(value);
}

export function readPriority(kind: string, value: number): number {
  return value <= MAX_PRIORITY ? value : refuse(kind, 'Priority', value, `0 to ${MAX_PRIORITY}`);
}

/** A bigint never is: it is what a reader makes of a greater one. JSON may hold any number. */
function isSafe(value: WireInteger): value is number {
  return Number.isSafeInteger(value);
}
