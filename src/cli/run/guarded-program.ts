import { GraftError } from '../../core/errors.js';
import type { GuardProcess } from './guard-process.js';
import type { Ending, FromGuard, Order } from './guard-words.js';
import type { LeaseEnd } from './lease-end.js';
import { signalGroup } from './process-group.js';
import { Watchdog } from './watchdog.js';

interface Settle {
  readonly resolve: (ending: Ending) => void;
  readonly reject: (error: Error) => void;
}

export interface ProgramEvents {
  readonly started: (pid: number) => void;
  /** It was told to end. */
  readonly terminated: () => void;
  /** It was killed, by whichever of the two was first. */
  readonly killed: () => void;
}

/**
 * One run of the program, as the supervisor sees it. The guard tells it to end and kills it; should the guard be stopped,
 * the supervisor's own watchdog does the killing.
 */
export class GuardedProgram {
  /** Resolves with how it ended; rejects when the guard is lost, with the program killed. */
  readonly ended: Promise<Ending>;
  readonly #guard: GuardProcess;
  readonly #watchdog: Watchdog;
  readonly #graceMs: number;
  readonly #events: ProgramEvents;
  #pid: number | undefined;
  #wasKilled = false;
  #settle: Settle | undefined;

  constructor(guard: GuardProcess, order: Order, events: ProgramEvents) {
    this.#guard = guard;
    this.#events = events;
    this.#graceMs = order.graceMs;
    this.#watchdog = new Watchdog({
      margins: { ...order.margins, warnMs: 0 },
      graceMs: order.graceMs,
      leaseEnd: order.leaseEnd,
      terminate: () => undefined,
      kill: () => this.#killGroup(),
    });
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    guard.tell({ kind: 'start', order });
  }

  prolong(leaseEnd: LeaseEnd): void {
    this.#watchdog.prolong(leaseEnd);
    this.#guard.tellNewest({ kind: 'lease', leaseEnd });
  }

  /** Asks it to end, in the time that it has. */
  terminate(): void {
    this.#watchdog.terminate();
    this.#guard.tell({ kind: 'terminate', graceMs: this.#graceMs });
  }

  /** Ends it now: by the time that this returns, it will not run another instruction of its own. */
  kill(): void {
    this.#killGroup();
    this.#guard.tell({ kind: 'kill' });
  }

  hear(word: FromGuard): void {
    if (word.kind === 'started') {
      this.#pid = word.pid;
      this.#events.started(word.pid);
    }
    if (word.kind === 'terminated') this.#events.terminated();
    if (word.kind === 'killed') this.#noteKilled();
    if (word.kind === 'ended') this.#end((settle) => settle.resolve(word.ending));
  }

  guardLost(): void {
    this.#killGroup();
    this.#end((settle) => settle.reject(new GraftError('INTERNAL', 'the guard process was killed; so is the program')));
  }

  #end(settle: (how: Settle) => void): void {
    this.#watchdog.stop();
    this.#pid = undefined;
    if (this.#settle !== undefined) settle(this.#settle);
  }

  /**
   * The guard says at once when the program has ended, and until it has taken note of it the number is the program's: a
   * system gives it to nobody else within that instant.
   */
  #killGroup(): void {
    if (this.#pid !== undefined && signalGroup(this.#pid, 'SIGKILL')) this.#noteKilled();
  }

  #noteKilled(): void {
    if (!this.#wasKilled) this.#events.killed();
    this.#wasKilled = true;
  }
}
