import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';

const SOURCES = 'give an open connection of nats 2.x or @nats-io/transport-node 3.x, or the options to open one';

/** @throws GraftError `INVALID_OPTION` when `source` is neither a connection nor options. */
export function checkSource<Source extends object>(source: Source): Source {
  if (typeof source !== 'object' || source === null) {
    throw new GraftError('INVALID_OPTION', `the NATS connection is ${describe(source)}: ${SOURCES}`);
  }
  if ('then' in source) {
    throw new GraftError('INVALID_OPTION', `the NATS connection is a promise: await connect(...) first; ${SOURCES}`);
  }
  if ('credentialsFile' in source && 'authenticator' in source && source.authenticator !== undefined) {
    throw new GraftError('INVALID_OPTION', 'credentialsFile and authenticator are both given: give one of them');
  }
  return source;
}

/** @throws GraftError `INVALID_OPTION` when `value` is no delay that a timer takes. */
export function checkLimit(name: string, value: number): number {
  // A timer takes no longer delay: it would come due at once.
  if (Number.isFinite(value) && value >= 1 && value <= 2 ** 31 - 1) return value;
  throw new GraftError('INVALID_OPTION', `${name} is ${describe(value)}: give milliseconds from 1 to 2^31 - 1`);
}
