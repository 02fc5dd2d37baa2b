import { deepStrictEqual } from 'node:assert';
import { GraftError } from '../../src/core/errors.js';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { decodeJson, encodeJson } from '../../src/drivers/http/json-body.js';
import { decodeFrame, decodeMessage, encodeFrame, encodeMessage } from '../../src/drivers/wire/codec.js';
import { MESSAGES, payloads } from './corpus.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Source } from './source.js';
import type { OpenTarget, Target } from './target.js';

const KINDS: readonly MessageKind[] = [...new Set(MESSAGES.map(({ kind }) => kind))];
/** A refusal is read by people, and said for every message that a stranger sends. */
const LONGEST_REFUSAL = 1_000;

/** Whatever the bytes, a decoder returns a message that it would return again, or throws MALFORMED_MESSAGE. */
export const codecTarget: Target = {
  name: 'codec',
  purpose: 'protobuf payloads, frames and JSON bodies, as every decoder reads them',
  inspectEvery: 5_000,
  open: async ({ fixtures }) => new OpenCodec(payloads(fixtures)),
};

class OpenCodec implements OpenTarget {
  readonly #payloads: readonly Uint8Array[];

  constructor(corpus: readonly Uint8Array[]) {
    this.#payloads = corpus;
  }

  feed(source: Source): string {
    const kind = source.pick(KINDS);
    switch (source.below(4)) {
      case 0: {
        const { kind: of, ...fields } = source.pick(MESSAGES);
        const body: Record<string, unknown> = JSON.parse(encodeJson(Object.assign(fields, { kind: of }) as Message));
        const text = Buffer.from(mutateJson(body, source)).toString('utf8');
        return outcome(
          kind,
          () => decodeJson(kind, text),
          (message) => decodeJson(kind, encodeJson(message)),
        );
      }
      case 1: {
        const bytes = this.#bytes(source);
        return outcome(
          undefined,
          () => decodeFrame(bytes),
          (message) => decodeFrame(encodeFrame(message)),
        );
      }
      default: {
        const bytes = this.#bytes(source);
        return outcome(
          kind,
          () => decodeMessage(kind, bytes),
          (message) => decodeMessage(kind, encodeMessage(message)),
        );
      }
    }
  }

  inspect(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}

  #bytes(source: Source): Uint8Array {
    if (source.chance(0.1)) return source.bytes(source.size(4_096));
    return mutateBytes(source.pick(this.#payloads), source);
  }
}

function outcome(kind: MessageKind | undefined, decode: () => Message, again: (message: Message) => Message): string {
  let message: Message;
  try {
    message = decode();
  } catch (error) {
    if (!(error instanceof GraftError) || error.code !== 'MALFORMED_MESSAGE') throw error;
    if (error.message.length > LONGEST_REFUSAL) throw new Error(`a refusal of ${error.message.length} characters`);
    return error.code;
  }
  if (kind !== undefined && message.kind !== kind) throw new Error(`a ${message.kind} was read where ${kind}s arrive`);
  deepStrictEqual(again(message), message);
  return 'taken';
}
