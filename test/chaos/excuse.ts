import { GraftError, type GraftErrorCode } from '../../src/index.js';

/** What the faults of a run bring about: a full disk, a server that is away. */
const BROUGHT_ABOUT: ReadonlySet<GraftErrorCode> = new Set([
  'LOG_WRITE_FAILED',
  'DRIVER_FAILED',
  'DRIVER_DISCONNECTED',
]);

/**
 * Whether a member may be kept from starting by `error`: the faults of a run did it, as a client or this library says.
 * Anything else is a mistake of ours, a log that it cannot read among them.
 */
export function isExcused(error: unknown): boolean {
  if (error instanceof GraftError) return BROUGHT_ABOUT.has(error.code);
  // Clients have errors of their own; these are the language's.
  return !['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError', 'EvalError'].includes((error as Error).name);
}
