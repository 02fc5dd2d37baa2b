import type { GraftError, GraftErrorCode } from '../core/errors.js';
import type { ChangeReason } from '../core/roles.js';
import type { StateChange } from './handler.js';
import type { LogLevel, WriteLine } from './logger.js';
import type { Origin, TraceEvents } from './trace-events.js';

/** Leadership that ends for one of these was put down on purpose; otherwise somebody may want to know why. */
const ON_PURPOSE: ReadonlySet<ChangeReason> = new Set(['steppedDown', 'closed']);

/** What comes from outside and passes, or is withstood; everything else wants a person. */
const WITHSTOOD: ReadonlySet<GraftErrorCode> = new Set([
  'DRIVER_DISCONNECTED',
  'MALFORMED_MESSAGE',
  'UNLISTED_VOTER',
  'NO_SUCCESSOR',
  'INPUT_OVERFLOW',
  'EVENT_LOOP_BLOCKED',
  'TIMINGS_TOO_TIGHT',
  'TIMINGS_SLACK',
]);

/** Writes to the user's logger what a person wants to read later: who led when, and what went wrong. */
export class Journal {
  readonly #write: WriteLine;
  readonly #origin: Pick<Origin, 'cluster' | 'id'>;
  readonly #name: string;

  constructor(write: WriteLine, { cluster, id }: Pick<Origin, 'cluster' | 'id'>) {
    this.#write = write;
    this.#origin = { cluster, id };
    this.#name = `graft ${cluster}/${id}`;
  }

  stateChange({ from, to, term, reason }: StateChange): void {
    const text = `${this.#name}: ${from} -> ${to} in term ${term} (${reason})`;
    this.#write(levelOf({ from, to, reason }), text, { ...this.#origin, from, to, term, reason });
  }

  leaderChange({ leader, term }: TraceEvents['graft-election:leader-change']): void {
    const text = leader === undefined ? 'no leader is known' : `${leader} leads`;
    this.#write('info', `${this.#name}: ${text} in term ${term}`, { ...this.#origin, leader, term });
  }

  error(error: GraftError): void {
    const { code, message } = error;
    // `err` is what pino, and the readers of its lines, call an error.
    const fields = { ...this.#origin, code, err: error };
    this.#write(WITHSTOOD.has(code) ? 'warn' : 'error', `${this.#name}: ${code}: ${message}`, fields);
  }
}

function levelOf({ from, to, reason }: Pick<StateChange, 'from' | 'to' | 'reason'>): LogLevel {
  if (from === 'LEADER') return ON_PURPOSE.has(reason) ? 'info' : 'warn';
  return to === 'LEADER' || to === 'CLOSED' ? 'info' : 'debug';
}
