import { GraftError, type GraftErrorCode } from '../core/errors.js';
import { EXIT } from './exit-codes.js';

/** The command line is wrong: ends with its message and where to read on. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const EXIT_OF: ReadonlyMap<GraftErrorCode, number> = new Map([
  ...(['NO_LEADER', 'NOT_LEADER', 'NO_SUCCESSOR'] as const).map((code) => [code, EXIT.noLeader] as const),
  ...(['STEP_DOWN_OFF', 'NO_HEIR'] as const).map((code) => [code, EXIT.refused] as const),
  ...(['DRIVER_FAILED', 'DRIVER_DISCONNECTED'] as const).map((code) => [code, EXIT.unreachable] as const),
  ['NO_ANSWER', EXIT.unanswered],
  ...(['LOG_CORRUPT', 'LOG_LOCKED', 'LOG_OWNED_BY_OTHER_ID', 'LOG_TERM_TOO_LARGE'] as const).map(
    (code) => [code, EXIT.log] as const,
  ),
  ...(['LOG_READ_FAILED', 'LOG_WRITE_FAILED'] as const).map((code) => [code, EXIT.log] as const),
  ...(['INVALID_CLUSTER', 'INVALID_ID', 'INVALID_OPTION', 'CONTRADICTING_TIMINGS', 'MISSING_LOG'] as const).map(
    (code) => [code, EXIT.usage] as const,
  ),
]);

/** How `graft` ends with `error`. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  return (error instanceof GraftError ? EXIT_OF.get(error.code) : undefined) ?? EXIT.internal;
}

/** What `graft` says of `error`; its stack only where the fault is graft's own. */
export function describeFailure(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof GraftError) return { code: error.code, message: error.message };
  if (error instanceof UsageError) return { code: 'USAGE', message: error.message };
  return { code: 'INTERNAL', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
