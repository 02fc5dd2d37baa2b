/**
 * Every error of this library, one `code` each. Codes are stable: match them, not the prose and not `instanceof`.
 * The README says for each what to do about it; a test holds the two lists together.
 */
export type GraftErrorCode =
  // The caller's mistakes: thrown where they are made.
  | 'INVALID_CLUSTER'
  | 'INVALID_ID'
  | 'INVALID_OPTION'
  | 'CONTRADICTING_TIMINGS'
  | 'MISSING_HANDLER'
  | 'MISSING_DRIVER'
  | 'MISSING_LOG'
  | 'NODE_CLOSED'
  | 'NOT_LEADER'
  | 'NO_HEIR'
  | 'NO_SUCCESSOR'
  // What a node that was asked from afar answers, or nobody.
  | 'STEP_DOWN_OFF'
  | 'NO_LEADER'
  | 'NO_ANSWER'
  // The log file.
  | 'LOG_CORRUPT'
  | 'LOG_LOCKED'
  | 'LOG_OWNED_BY_OTHER_ID'
  | 'LOG_TERM_TOO_LARGE'
  | 'LOG_READ_FAILED'
  | 'LOG_WRITE_FAILED'
  // The transport.
  | 'DRIVER_IN_USE'
  | 'DRIVER_FAILED'
  | 'DRIVER_DISCONNECTED'
  | 'MALFORMED_MESSAGE'
  | 'INPUT_OVERFLOW'
  // The cluster: peers that are set up wrongly, or states that must not be.
  | 'DUPLICATE_ID'
  | 'TOO_MANY_VOTERS'
  | 'UNLISTED_VOTER'
  | 'SECOND_LEADER'
  | 'PLAIN_GRAFT_PEER'
  | 'TERM_EXHAUSTED'
  | 'TIMINGS_TOO_TIGHT'
  | 'TIMINGS_SLACK'
  // This process.
  | 'EVENT_LOOP_BLOCKED'
  // A node in a thread of its own.
  | 'CANNOT_CROSS_THREADS'
  | 'MAIN_THREAD_SILENT'
  | 'THREAD_FAILED'
  // The user's own hooks.
  | 'HANDLER_FAILED'
  | 'WORK_FAILED'
  // Ours: a broken assertion. Please report it.
  | 'INTERNAL';

/** The one error class. `code` is stable, the message carries the offending values, `cause` is kept. */
export class GraftError extends Error {
  override readonly name = 'GraftError';
  readonly code: GraftErrorCode;

  constructor(code: GraftErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
