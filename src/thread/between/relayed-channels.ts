import type { TraceEvents } from '../../node/trace-events.js';
import { type ErrorParcel, packError, unpackError } from './error-parcel.js';

/**
 * The channels of `node:diagnostics_channel` that a worker's node publishes on and this process's main thread hears of by
 * message: each thread has channels of its own. Those that tell of states, leaders and errors are published where these
 * are told.
 */
export const RELAYED = [
  'graft-election:election',
  'graft-election:vote',
  'graft-election:lease',
  'graft-election:heartbeat',
  'graft-election:persist',
] as const satisfies readonly (keyof TraceEvents)[];

/** A message of one of these channels, as it may leave its thread. */
export function packTrace(message: object): object {
  if (!('error' in message) || message.error === undefined) return message;
  return { ...message, error: packError(message.error) };
}

/** The message that was packed. */
export function unpackTrace(message: object): object {
  return 'error' in message && isParcel(message.error) ? { ...message, error: unpackError(message.error) } : message;
}

function isParcel(error: unknown): error is ErrorParcel {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error && 'code' in error;
}
