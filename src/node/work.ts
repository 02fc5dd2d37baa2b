import { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import { causeText } from './cause-text.js';

/** What work that runs under `lead()` is given. */
export interface Leadership {
  /** The term that is led: the fencing token. */
  readonly term: Term;
  /** Aborted when this leadership ends, or is about to be handed over: finish, then return. */
  readonly signal: AbortSignal;
  /**
   * Whether this leadership holds at this instant, by the clock: ask before every step that must not be done twice.
   * Stays true while leadership waits to be handed over, so that work can finish what it has begun.
   */
  readonly isLeader: () => boolean;
}

/** Runs while, and only while, the node leads. */
export type Work = (leadership: Leadership) => Promise<void> | void;

/** What work needs of its node. */
export interface WorkPorts {
  readonly isLeader: (term: Term) => boolean;
  /** Work threw: the node puts leadership down, since it leads to no purpose. Must not reject. */
  readonly onFailure: () => Promise<void>;
  readonly report: (error: GraftError) => void;
}

/** One call of `lead()`: starts its work with each leadership, one run at a time, until it is stopped. */
export class WorkShift {
  /** Resolves when the shift is over; rejects with `WORK_FAILED` when the work threw while it was wanted. */
  readonly over: Promise<void>;

  readonly #work: Work;
  readonly #ports: WorkPorts;
  #settle: (failure: GraftError | undefined) => void = () => undefined;
  #abort: AbortController | undefined;
  #running: Promise<void> | undefined;
  #wanted: Term | undefined;
  /** The last term in which work returned unasked: it is done for that term. */
  #doneIn: Term | undefined;
  #stopped = false;
  #failure: GraftError | undefined;

  constructor(work: Work, ports: WorkPorts) {
    this.#work = work;
    this.#ports = ports;
    this.over = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
  }

  /**
   * Leadership of `term` has begun, or goes on after all. A run that was told to end and has not is waited for: one
   * run at a time.
   */
  begin(term: Term): void {
    if (this.#stopped || this.#doneIn === term) return;
    this.#wanted = term;
    if (this.#running === undefined) {
      this.#run(term);
      return;
    }
    if (this.#abort?.signal.aborted !== true) return;
    this.#ports.report(
      new GraftError(
        'WORK_FAILED',
        `work under lead() still runs though its signal has aborted, so it does not begin for term ${term} until it ` +
          'has returned: return when signal aborts',
      ),
    );
  }

  /** Leadership has ended or is about to. Resolves when the run of this instant, if any, has returned. */
  async halt(reason: GraftError): Promise<void> {
    this.#wanted = undefined;
    this.#abort?.abort(reason);
    await this.#running;
  }

  /** Ends the shift: halts the work, and resolves `over` once it has returned. */
  async stop(reason: GraftError): Promise<void> {
    this.#stopped = true;
    await this.halt(reason);
    this.#settle(this.#failure);
  }

  #run(term: Term): void {
    const abort = new AbortController();
    this.#abort = abort;
    this.#running = this.#attempt(term, abort.signal).then((failure) => {
      this.#running = undefined;
      this.#abort = undefined;
      if (!abort.signal.aborted) this.#doneIn = term;
      if (failure !== undefined && !this.#stopped) {
        this.#stopped = true;
        this.#failure = failure;
        // Its caller may end the process at once; leadership should be in other hands by then.
        void this.#ports.onFailure().then(() => this.#settle(failure));
      }
      const next = this.#wanted;
      if (next !== undefined && abort.signal.aborted && !this.#stopped) this.#run(next);
    });
  }

  async #attempt(term: Term, signal: AbortSignal): Promise<GraftError | undefined> {
    // Not from within what tells of the leadership: work may take its time before its first await, and a hand-over that
    // it asks for must find it running.
    await undefined;
    if (signal.aborted) return undefined;
    try {
      await this.#work({ term, signal, isLeader: () => this.#ports.isLeader(term) });
      return undefined;
    } catch (cause) {
      // An abort that surfaces as an exception is the ordinary way to stop.
      if (signal.aborted && (cause === signal.reason || (cause instanceof Error && cause.name === 'AbortError'))) {
        return undefined;
      }
      const text = `work under lead() threw in term ${term}: ${causeText(cause)}`;
      const failure = new GraftError('WORK_FAILED', text, { cause });
      if (!signal.aborted) return failure;
      this.#ports.report(failure);
      return undefined;
    }
  }
}
