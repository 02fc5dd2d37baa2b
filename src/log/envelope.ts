import { hash } from 'node:crypto';
import { GraftError } from '../core/errors.js';
import { describe, isNodeId, type NodeId } from '../core/names.js';
import type { DurableState } from './term-log.js';

/** What an absent or empty log holds: nothing promised yet, and the longer wait owed (rule 7). */
export const NEW_STATE: DurableState = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };

/** One state in an envelope. */
export interface Enveloped {
  readonly state: DurableState;
  /** The number of the save that wrote it; undefined in what Go graft wrote. */
  readonly save: number | undefined;
}

/**
 * `state` in graft's own envelope (DESIGN section 5), as text. Without a node id and the number of a save it is, byte
 * for byte, what Go graft writes, which reads it with both too: it skips fields that it does not know.
 * @throws GraftError `INTERNAL` for a term that is no safe integer from 0.
 */
export function encodeEnvelope({ state, save }: Enveloped): string {
  if (!Number.isSafeInteger(state.term) || state.term < 0) {
    throw new GraftError('INTERNAL', `term ${state.term} is to be saved: a term is a safe integer from 0`);
  }
  const data = goJson({
    CurrentTerm: state.term,
    VotedFor: state.votedFor ?? '',
    NodeId: state.nodeId,
    New: state.isNew || undefined,
    Save: save,
  });
  return `{"SHA":"${sha1Base64(data)}","Data":"${Buffer.from(data).toString('base64')}"}`;
}

/**
 * What an envelope holds. `file` names its file in errors.
 * @throws GraftError `LOG_CORRUPT` with what was expected and what was found; `LOG_TERM_TOO_LARGE` with the term's
 * exact digits when it is no safe integer: rounded, it could be voted in twice (rule 1).
 */
export function decodeEnvelope(bytes: Uint8Array, file: string): Enveloped {
  const envelope = parseObject(bytes, file, 'the file');
  const digest = parseBase64(envelope.fields['SHA'], file, 'SHA');
  const data = parseBase64(envelope.fields['Data'], file, 'Data');
  checkDigest(digest, data, file);

  const { fields, text } = parseObject(data, file, 'Data');
  const state = {
    term: parseTerm(fields['CurrentTerm'], text, file),
    votedFor: parseVote(fields['VotedFor'], file),
    nodeId: parseOwnerId(fields['NodeId'], file),
    isNew: parseNew(fields['New'], file),
  };
  return { state, save: parseSave(fields['Save'], file) };
}

/** Go escapes five characters that JSON.stringify leaves alone: a log taken over may hold any of them in its vote. */
function goJson(value: object): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function sha1Base64(data: Uint8Array | string): string {
  return hash('sha1', data, 'base64');
}

function sha1(bytes: Uint8Array): Buffer {
  return Buffer.from(sha1Base64(bytes), 'base64');
}

function checkDigest(digest: Uint8Array, data: Uint8Array, file: string): void {
  const expected = sha1(data);
  if (expected.equals(digest)) return;
  // graft before 2025: the data followed by the digest of nothing, no digest at all.
  if (Buffer.concat([data, sha1(new Uint8Array())]).equals(digest)) return;
  const found = Buffer.from(digest).toString('base64');
  throw corrupt(file, `SHA ${expected.toString('base64')}, the sha1 of Data`, describe(found));
}

interface ParsedObject {
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function parseObject(bytes: Uint8Array, file: string, what: string): ParsedObject {
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (error) {
    throw corrupt(file, `JSON in ${what}`, `${bytes.length} bytes that are none`, error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw corrupt(file, `a JSON object in ${what}`, Array.isArray(value) ? 'an array' : describe(value));
  }
  return { text, fields: { ...value } };
}

function parseBase64(value: unknown, file: string, field: string): Uint8Array {
  if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'base64');
    // Buffer.from skips what it cannot read; only the one spelling that encodes to itself is what was written.
    if (bytes.toString('base64') === value) return bytes;
  }
  throw corrupt(file, `base64 in ${field}`, describe(value));
}

function parseTerm(value: unknown, text: string, file: string): number {
  // The number itself is already rounded: 9007199254740993 has become …992, and 7.00000000000000001 a plain 7.
  const digits = typeof value === 'number' ? numberAsWritten(text, 'CurrentTerm') : undefined;
  if (digits === undefined || !/^(?:0|[1-9][0-9]*)$/.test(digits)) {
    throw corrupt(file, 'a whole number from 0 in CurrentTerm', digits ?? describe(value));
  }
  const term = Number(digits);
  if (Number.isSafeInteger(term)) return term;
  throw new GraftError(
    'LOG_TERM_TOO_LARGE',
    `log ${file} holds term ${digits}, which is greater than ${Number.MAX_SAFE_INTEGER}, the greatest that this ` +
      'library counts; the file is left as it is. No cluster gets there by electing: some peer once sent a term out ' +
      'of range. Start the whole cluster anew, every node with a new log',
  );
}

/**
 * The characters of the number under `key` at the top of the object in `text`, which is known to be JSON: so a quote
 * opens a string, and digits outside of strings are a number.
 */
function numberAsWritten(text: string, key: string): string | undefined {
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g, (token) => {
    return token.startsWith('"') ? token : `"${token}"`;
  });
  const fields: Record<string, unknown> = { ...JSON.parse(quoted) };
  const digits = fields[key];
  return typeof digits === 'string' ? digits : undefined;
}

function parseVote(value: unknown, file: string): string | undefined {
  if (typeof value !== 'string') throw corrupt(file, 'a string in VotedFor', describe(value));
  return value === '' ? undefined : value;
}

function parseOwnerId(value: unknown, file: string): NodeId | undefined {
  if (value === undefined || isNodeId(value)) return value;
  throw corrupt(file, 'no NodeId or a valid one', describe(value));
}

function parseNew(value: unknown, file: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw corrupt(file, 'no New or a boolean one', describe(value));
}

function parseSave(value: unknown, file: string): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value > 0)) return value;
  throw corrupt(file, 'no Save or a whole number from 1', describe(value));
}

function corrupt(file: string, expected: string, found: string, cause?: unknown): GraftError {
  return new GraftError(
    'LOG_CORRUPT',
    `log ${file} is corrupt: expected ${expected}, found ${found}. The file is left as it is: restore it from a copy ` +
      'that is no older than the last vote, or move it away to start as a new node',
    { cause },
  );
}
