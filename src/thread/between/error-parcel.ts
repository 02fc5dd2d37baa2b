import { GraftError, type GraftErrorCode } from '../../core/errors.js';

/** An error on its way between threads: cloning would leave out `code`, and the class. */
export interface ErrorParcel {
  readonly code: GraftErrorCode | undefined;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: ErrorParcel | undefined;
}

/** How many causes of causes travel along. */
const DEPTH = 4;

/** Packs whatever was thrown. */
export function packError(error: unknown, depth = DEPTH): ErrorParcel {
  if (!(error instanceof Error)) {
    return { code: undefined, name: 'Error', message: textOf(error), stack: undefined, cause: undefined };
  }
  const cause = error.cause === undefined || depth === 0 ? undefined : packError(error.cause, depth - 1);
  const code = error instanceof GraftError ? error.code : undefined;
  return { code, name: error.name, message: error.message, stack: error.stack, cause };
}

/** The error that was packed: a `GraftError` where it was one, else an `Error` of the same name, message and stack. */
export function unpackError({ code, name, message, stack, cause }: ErrorParcel): Error {
  const options = cause === undefined ? undefined : { cause: unpackError(cause) };
  const error =
    code === undefined ? Object.assign(new Error(message, options), { name }) : graft(code, message, options);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** As {@link unpackError}, where only a `GraftError` will do. */
export function unpackGraftError(parcel: ErrorParcel): GraftError {
  const error = unpackError(parcel);
  return error instanceof GraftError ? error : graft('INTERNAL', error.message, { cause: error });
}

function graft(code: GraftErrorCode, message: string, options: { readonly cause?: unknown } | undefined): GraftError {
  return new GraftError(code, message, options);
}

function textOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
