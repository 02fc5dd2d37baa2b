import { types } from 'node:util';
import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';

/** What `value` is, or holds, that belongs to this thread: a copy made in another would not be it. */
interface Stranded {
  /** As in `rpc.nats.tls`. */
  readonly path: string;
  readonly what: string;
}

/** @throws GraftError `CANNOT_CROSS_THREADS`, naming the first part of `value` that cannot be copied into a worker. */
export function checkCrossing(path: string, value: unknown): void {
  const stranded = findStranded(path, value, new Set());
  if (stranded !== undefined) throw cannotCross(stranded.path, stranded.what);
}

/** `path` names an option that is `what`, which belongs to this thread. */
export function cannotCross(path: string, what: string, advice = 'describe it with plain data'): GraftError {
  return new GraftError('CANNOT_CROSS_THREADS', `${path} is ${what}, which cannot go into a worker thread: ${advice}`);
}

function findStranded(path: string, value: unknown, seen: Set<object>): Stranded | undefined {
  if (typeof value === 'function') return { path, what: `a function (${value.name || 'anonymous'})` };
  if (typeof value === 'symbol') return { path, what: 'a symbol' };
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (isCopied(value)) return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
    return { path, what: `an instance of ${describe(value.constructor?.name)}` };
  }
  for (const [key, part] of Object.entries(value)) {
    const stranded = findStranded(Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, part, seen);
    if (stranded !== undefined) return stranded;
  }
  return undefined;
}

/** What structured cloning copies as what it is. */
function isCopied(value: object): boolean {
  return ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value) || types.isDate(value) || types.isRegExp(value);
}
