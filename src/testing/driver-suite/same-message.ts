import { isDeepStrictEqual } from 'node:util';
import type { Message } from '../../core/messages.js';

/**
 * Whether two messages say the same. A position may come as any kind of byte array (a Buffer is one), an absent field
 * may be missing or undefined, and an empty position is an absent one: protobuf does not tell them apart.
 */
export function isSame(one: Message, other: Message): boolean {
  return one.kind === other.kind && isDeepStrictEqual(comparable(one), comparable(other));
}

function comparable(message: Message): Record<string, unknown> {
  const entries = Object.entries(message).map(([name, value]) => [name, plain(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function plain(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  return value.length === 0 ? undefined : Uint8Array.from(value);
}
