import { GraftError } from '../core/errors.js';
import type { Term } from '../core/messages.js';
import { type Work, type WorkPorts, WorkShift } from './work.js';

/** Gives up waiting in time. */
export interface Patience {
  /** @returns whether `done` was in time. It must not reject. */
  readonly within: (limitMs: number, done: Promise<unknown>) => Promise<boolean>;
}

/** All work of a node under `lead()`: it begins, is let end, and stops together. */
export class Crew {
  readonly #shifts = new Set<WorkShift>();
  readonly #patience: Patience;
  readonly #ports: WorkPorts;
  readonly #drainTimeoutMs: number;
  #draining: Promise<void> | undefined;

  constructor({
    patience,
    drainTimeoutMs,
    ...ports
  }: WorkPorts & { readonly patience: Patience; readonly drainTimeoutMs: number }) {
    this.#patience = patience;
    this.#ports = ports;
    this.#drainTimeoutMs = drainTimeoutMs;
  }

  /**
   * Runs `work` with each leadership, until the crew is dismissed or `signal` aborts; see `Node.lead`.
   * @param term what is led, if anything: the work begins at once then, unless leadership is about to go.
   */
  async run(work: Work, term: Term | undefined, signal: AbortSignal | undefined): Promise<void> {
    const shift = new WorkShift(work, this.#ports);
    this.#shifts.add(shift);
    if (term !== undefined && this.#draining === undefined) shift.begin(term);
    const onAbort = (): void => void shift.stop(new GraftError('NOT_LEADER', 'lead() was aborted'));
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await shift.over;
      signal?.throwIfAborted();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.#shifts.delete(shift);
    }
  }

  /** A new leadership: what was drained for the last one is past. Before anybody is told, who may want to drain anew. */
  renew(): void {
    this.#draining = undefined;
  }

  /** Begins all work, unless leadership is about to go again. */
  begin(term: Term): void {
    if (this.#draining !== undefined) return;
    for (const shift of this.#shifts) shift.begin(term);
  }

  /** Leadership is gone: nothing is waited for. */
  abort(why: string): void {
    const reason = new GraftError('NOT_LEADER', why);
    for (const shift of this.#shifts) void shift.halt(reason);
  }

  /** Lets work end while the lease still holds, when nobody else can have begun it (rule 9); for a limited time. */
  drain(): Promise<void> {
    const reason = new GraftError('NOT_LEADER', 'leadership is being handed over');
    this.#draining ??= this.#awaitEnd([...this.#shifts].map((shift) => shift.halt(reason)));
    return this.#draining;
  }

  /** Nobody takes over, and leadership goes on: so does what was drained. */
  resume(term: Term): void {
    this.renew();
    this.begin(term);
  }

  /** As {@link drain}, for good: every `lead()` ends once its work has returned. */
  dismiss(why: string): Promise<void> {
    const reason = new GraftError('NOT_LEADER', why);
    const ends = [...this.#shifts].map((shift) => shift.stop(reason));
    this.#draining ??= this.#awaitEnd(ends);
    return this.#draining;
  }

  async #awaitEnd(ends: readonly Promise<void>[]): Promise<void> {
    if (await this.#patience.within(this.#drainTimeoutMs, Promise.all(ends))) return;
    this.#ports.report(
      new GraftError(
        'WORK_FAILED',
        `work under lead() did not return within drainTimeoutMs (${this.#drainTimeoutMs}): it is not waited for any longer`,
      ),
    );
  }
}
