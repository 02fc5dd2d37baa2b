import type { Message, MessageKind } from '../../core/messages.js';
import { encodeMessage } from '../wire/codec.js';
import { JSON_TYPE, PROTOBUF_TYPE } from './headers.js';
import { encodeJson } from './json-body.js';

/** A message that is ready to be posted; one for all peers that it goes to. */
export interface Parcel {
  readonly kind: MessageKind;
  readonly contentType: string;
  readonly body: Uint8Array | string;
  /** When it was sent, in milliseconds of `performance.now()`. */
  readonly sentAtMs: number;
}

export function pack(message: Message, body: 'protobuf' | 'json'): Parcel {
  const { kind } = message;
  const sentAtMs = performance.now();
  if (body === 'json') return { kind, contentType: JSON_TYPE, body: encodeJson(message), sentAtMs };
  return { kind, contentType: PROTOBUF_TYPE, body: encodeMessage(message), sentAtMs };
}
