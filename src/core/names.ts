import { GraftError } from './errors.js';

declare const nodeIdBrand: unique symbol;

/** The id of a node, checked: safe to stand in a subject, a file or a URL (DESIGN section 4, names). */
export type NodeId = string & { readonly [nodeIdBrand]: true };

/** The name of a cluster, checked: tokens as in {@link NodeId}, with single dots between them. */
export type ClusterName = string & { readonly [clusterNameBrand]: true };
declare const clusterNameBrand: unique symbol;

/** Longest id and longest cluster name, in characters. */
export const MAX_NAME_LENGTH = 128;

const CLUSTER_NAME = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;

/** Whether `text` may be a node's id: 1 to 128 letters, digits, `_` and `-`. */
export function isNodeId(text: unknown): text is NodeId {
  if (typeof text !== 'string' || text === '' || text.length > MAX_NAME_LENGTH) return false;
  // Every message has ids, and a regular expression costs several times as much.
  for (let at = 0; at < text.length; at++) if (!isIdUnit(text.charCodeAt(at))) return false;
  return true;
}

/** Whether the unit of UTF-16 is a letter, a digit, `_` or `-`. */
function isIdUnit(unit: number): boolean {
  if (unit >= 0x61) return unit <= 0x7a;
  if (unit >= 0x41) return unit <= 0x5a || unit === 0x5f;
  return unit === 0x2d || (unit >= 0x30 && unit <= 0x39);
}

/** @throws GraftError `INVALID_ID` when `text` is no id; `what` names where it came from. */
export function parseNodeId(text: unknown, what = 'id'): NodeId {
  if (isNodeId(text)) return text;
  throw new GraftError(
    'INVALID_ID',
    `${what} is ${describe(text)}: an id is 1 to ${MAX_NAME_LENGTH} letters, digits, '_' and '-'`,
  );
}

/** Whether `text` may name a cluster: tokens of letters, digits, `_` and `-`, with dots between; 128 characters at most. */
export function isClusterName(text: unknown): text is ClusterName {
  return typeof text === 'string' && text.length <= MAX_NAME_LENGTH && CLUSTER_NAME.test(text);
}

/** @throws GraftError `INVALID_CLUSTER` when `text` may not name a cluster. */
export function parseClusterName(text: unknown): ClusterName {
  if (isClusterName(text)) return text;
  throw new GraftError(
    'INVALID_CLUSTER',
    `cluster.name is ${describe(text)}: a cluster name is letters, digits, '_' and '-', with dots between tokens, ` +
      `${MAX_NAME_LENGTH} characters at most`,
  );
}

/** What JSON leaves as it is, and a terminal obeys, hides, or takes for the end of a line. */
const UNSEEN = /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu;

/** A value as an error message shows it: quoted, escaped and cut, so that a hostile one cannot flood or forge a log. */
export function describe(value: unknown): string {
  if (typeof value === 'string') {
    const cut = value.length > MAX_NAME_LENGTH ? `${value.slice(0, MAX_NAME_LENGTH)}…` : value;
    return JSON.stringify(cut).replace(UNSEEN, escapeUnits);
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** As JSON does it: each unit of UTF-16 in four digits. */
function escapeUnits(text: string): string {
  let escaped = '';
  for (let at = 0; at < text.length; at++) escaped += `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escaped;
}
