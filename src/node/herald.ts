import type { GraftError, GraftErrorCode } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import type { State } from '../core/roles.js';
import type { Clock } from './clock.js';
import { ErrorReports } from './error-reports.js';
import { GuardedEvents } from './events.js';
import type { Handler, StateChange } from './handler.js';
import type { Journal } from './journal.js';
import type { Trace } from './trace.js';
import type { TraceEvents } from './trace-events.js';
import { UserHooks } from './user-hooks.js';

/** Who hears what a node tells, beside its handler and the listeners of its events. */
export interface Chroniclers {
  readonly trace: Pick<Trace, 'stateChange' | 'leaderChange' | 'error'>;
  readonly journal: Journal | undefined;
}

/** Tells the user what happens: the handler first, then who listens to events, then who traces and logs. */
export class Herald {
  readonly hooks: UserHooks;
  readonly events: GuardedEvents;
  readonly #reports: ErrorReports;
  readonly #chroniclers: Chroniclers;
  #told: State = 'FOLLOWER';

  constructor(handler: Handler, clock: Clock, chroniclers: Chroniclers) {
    this.#chroniclers = chroniclers;
    this.#reports = new ErrorReports(clock, (error) => this.#deliver(error));
    this.hooks = new UserHooks(handler, { report: (error, source) => this.#reports.report(error, source), warn });
    this.events = new GuardedEvents((what, call) => this.hooks.guard(what, call));
  }

  /** How often each error has come up. */
  get errorCounts(): Partial<Record<GraftErrorCode, number>> {
    return this.#reports.counts();
  }

  /** @param source see {@link ErrorReports.report}. */
  report(error: GraftError, source?: string): void {
    this.#reports.report(error, source);
  }

  /** Tells of an error that was reported, and counted, elsewhere. */
  pass(error: GraftError): void {
    this.#deliver(error);
  }

  change(change: StateChange): void {
    const { from, to, term, reason } = change;
    this.#told = to;
    this.hooks.stateChange(change);
    this.events.emit('stateChange', change);
    if (from === 'LEADER') this.events.emit('deposed', { term, reason });
    if (to === 'LEADER') this.events.emit('elected', { term });
    this.#chroniclers.trace.stateChange(change);
    this.#log((journal) => journal.stateChange(change));
  }

  leaderChange(known: TraceEvents['graft-election:leader-change']): void {
    this.events.emit('leaderChange', known);
    this.#chroniclers.trace.leaderChange(known);
    this.#log((journal) => journal.leaderChange(known));
  }

  /** The last change of all. It starts from what was told last: what a hanging disk held back was never shown. */
  closed(term: Term): void {
    this.change({ from: this.#told, to: 'CLOSED', term, reason: 'closed' });
  }

  #deliver(error: GraftError): void {
    const heard = this.hooks.asyncError(error);
    const listened = this.events.emit('asyncError', error);
    this.#chroniclers.trace.error(error);
    this.#log((journal) => journal.error(error));
    // Nothing is lost: an error that nobody listens for is a warning of the process.
    if (!heard && !listened && this.#chroniclers.journal === undefined) warn(error);
  }

  /** A logger is the user's code too: what it throws harms nothing. */
  #log(write: (journal: Journal) => void): void {
    const { journal } = this.#chroniclers;
    if (journal !== undefined) this.hooks.guard('logger', () => write(journal));
  }
}

function warn(error: GraftError): void {
  process.emitWarning(error.message, { type: 'GraftWarning', code: error.code });
}
