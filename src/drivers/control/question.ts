import { describe, isNodeId, type NodeId } from '../../core/names.js';
import { CONTROL_VERSION, type Refusal } from './answer.js';

/** What may be asked of a node. */
export type Inquiry = 'status' | 'stepDown';

/** The longest question that is read, in bytes. */
export const MAX_QUESTION_BYTES = 1_024;

/** What a question says besides its subject, or its route. */
export interface QuestionBody {
  /** Who is to lead next; the heir, if nobody is named. */
  readonly to: NodeId | undefined;
}

export function encodeQuestion({ to }: QuestionBody): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: CONTROL_VERSION, to }));
}

/** The question in `bytes`: none at all, or a JSON object whose fields are all optional. What it does not know it skips. */
export function decodeQuestion(bytes: Uint8Array): QuestionBody | Refusal {
  if (bytes.length === 0) return { to: undefined };
  if (bytes.length > MAX_QUESTION_BYTES) {
    return malformed(`a question has ${MAX_QUESTION_BYTES} bytes at most, and this one ${bytes.length}`);
  }
  const value = parseJson(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return malformed('a question is empty, or a JSON object');
  }
  const { v = CONTROL_VERSION, to = undefined }: { readonly v?: unknown; readonly to?: unknown } = value;
  if (v !== CONTROL_VERSION) return malformed(`v is ${describe(v)}: this node knows version ${CONTROL_VERSION}`);
  if (to !== undefined && !isNodeId(to)) return malformed(`to is ${describe(to)}: give the id of a voter`);
  return { to };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function malformed(message: string): Refusal {
  return { error: 'malformed', message };
}
