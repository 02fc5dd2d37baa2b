import { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';

/** What work that runs under `lead()` is given. */
export interface Leadership {
  /** The term that is led: the fencing token. */
  readonly term: Term;
  /** Aborted when this leadership ends, or is about to be handed over: finish, then return. */
  readonly signal: AbortSignal;
  /** Whether this leadership holds at this instant, by the clock: ask before every step that must not be done twice. */
  readonly isLeader: () => boolean;
}

/** Runs while, and only while, the node leads. */
export type Work = (leadership: Leadership) => Promise<void> | void;

/** What work needs of its node. */
export interface WorkPorts {
  readonly isLeader: (term: Term) => boolean;
  /** Work threw: the node puts leadership down, since it leads to no purpose. */
  readonly onFailure: () => void;
  readonly report: (error: GraftError) => void;
}

/** One call of `lead()`: starts its work with each leadership, one run at a time, until it is stopped. */
export class WorkShift {
  /** Resolves when the shift is over; rejects with `WORK_FAILED` when the work threw while it was wanted. */
  readonly over: Promise<void>;

  readonly #work: Work;
  readonly #ports: WorkPorts;
  #end: (error?: GraftError) => void = () => undefined;
  #abort: AbortController | undefined;
  #running: Promise<void> | undefined;
  #wanted: Term | undefined;
  #stopped = false;

  constructor(work: Work, ports: WorkPorts) {
    this.#work = work;
    this.#ports = ports;
    this.over = new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error));
    });
  }

  /** Leadership of `term` has begun. A run of an earlier leadership that ignores its signal is waited for. */
  begin(term: Term): void {
    if (this.#stopped) return;
    this.#wanted = term;
    if (this.#running === undefined) {
      this.#run(term);
      return;
    }
    this.#ports.report(
      new GraftError(
        'WORK_FAILED',
        `work under lead() is still running since an earlier leadership, so it does not begin for term ${term} until ` +
          'it has returned: return when signal aborts',
      ),
    );
  }

  /** Leadership has ended or is about to. Resolves when no work runs any more. */
  async halt(reason: GraftError): Promise<void> {
    this.#wanted = undefined;
    this.#abort?.abort(reason);
    await this.#running;
  }

  /** Ends the shift: halts the work, and resolves `over` once it has returned. */
  async stop(reason: GraftError): Promise<void> {
    this.#stopped = true;
    await this.halt(reason);
    this.#end();
  }

  #run(term: Term): void {
    const abort = new AbortController();
    this.#abort = abort;
    this.#running = this.#attempt(term, abort.signal).then((failure) => {
      this.#running = undefined;
      this.#abort = undefined;
      if (failure !== undefined && !this.#stopped) {
        this.#stopped = true;
        this.#end(failure);
        this.#ports.onFailure();
      }
      const next = this.#wanted;
      if (next !== undefined && next !== term && !this.#stopped) this.#run(next);
    });
  }

  async #attempt(term: Term, signal: AbortSignal): Promise<GraftError | undefined> {
    try {
      await this.#work({ term, signal, isLeader: () => !signal.aborted && this.#ports.isLeader(term) });
      return undefined;
    } catch (cause) {
      // An abort that surfaces as an exception is the ordinary way to stop.
      if (signal.aborted && (cause === signal.reason || (cause instanceof Error && cause.name === 'AbortError'))) {
        return undefined;
      }
      const text = cause instanceof Error ? cause.message : String(cause);
      const failure = new GraftError('WORK_FAILED', `work under lead() threw in term ${term}: ${text}`, { cause });
      if (!signal.aborted) return failure;
      this.#ports.report(failure);
      return undefined;
    }
  }
}
