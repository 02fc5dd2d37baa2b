import { GraftError } from '../core/errors.js';
import type { Clock, Timer } from '../node/clock.js';

/** Settings of a {@link NodeClock}. */
export interface NodeClockOptions {
  /**
   * Local milliseconds, monotonic and wall, per millisecond of the clock beneath, above 0: 1.05 runs 5 % fast.
   * Default 1.
   */
  readonly rate?: number;
  /** How far local monotonic time is ahead at the start, in milliseconds. Default 0. */
  readonly offsetMs?: number;
  /** How far local wall time is ahead, in milliseconds. Default 0. */
  readonly wallOffsetMs?: number;
  /** Input held for a stopped process; what comes beyond it is lost, as a full socket buffer loses it. Default 10 000. */
  readonly maxHeldInput?: number;
}

/** What a process waits for. The order of the kinds is the order in which an event loop serves what is overdue. */
interface Pending {
  readonly kind: 'timer' | 'input' | 'afterInput';
  readonly dueMs: number;
  readonly run: () => void;
  armed: Timer | undefined;
}

const SERVED: Record<Pending['kind'], number> = { timer: 0, input: 1, afterInput: 2 };

/**
 * The time of one process: its clock drifts, and the process can be stopped.
 *
 * - {@link pause} is SIGSTOP or a blocked event loop: time goes on, nothing runs. On {@link resume} overdue timers run
 *   first and the input that came meanwhile after them, as in a real event loop (libuv: timers, then poll); a timer that
 *   acts at once instead of letting that input in makes a false election.
 * - {@link suspend} is a machine put to sleep: monotonic time stands still as well, wall time goes on (rule 8).
 */
export class NodeClock implements Clock {
  readonly #base: Clock;
  readonly #maxHeldInput: number;
  readonly #pending = new Set<Pending>();
  #heldInput = 0;
  #rate: number;
  #wallOffsetMs: number;
  #state: 'running' | 'paused' | 'suspended' | 'dead' = 'running';
  /** Since when the clock beneath stood there, local time has run at this rate. */
  #rateSinceBaseMs: number;
  /** Local time was `#anchorLocalMs` when the clock beneath stood at `#anchorBaseMs`. */
  #anchorBaseMs: number;
  #anchorLocalMs: number;

  /** @throws GraftError `INVALID_OPTION` when `rate` is not above 0. */
  constructor(base: Clock, options: NodeClockOptions = {}) {
    const { rate = 1, offsetMs = 0, wallOffsetMs = 0, maxHeldInput = 10_000 } = options;
    this.#base = base;
    this.#rate = checkedRate(rate);
    this.#wallOffsetMs = wallOffsetMs;
    this.#maxHeldInput = maxHeldInput;
    this.#anchorBaseMs = base.nowMs();
    this.#rateSinceBaseMs = this.#anchorBaseMs;
    this.#anchorLocalMs = this.#anchorBaseMs + offsetMs;
  }

  nowMs(): number {
    if (this.#state === 'suspended') return this.#anchorLocalMs;
    return this.#anchorLocalMs + (this.#base.nowMs() - this.#anchorBaseMs) * this.#rate;
  }

  /** Both clocks of a machine go by one quartz: what is fast by the one is fast by the other. */
  wallMs(): number {
    const sinceRateMs = this.#base.nowMs() - this.#rateSinceBaseMs;
    return this.#base.wallMs() + this.#wallOffsetMs + sinceRateMs * (this.#rate - 1);
  }

  /** Whether the process runs: neither paused nor suspended nor killed. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    return this.#await('timer', this.nowMs() + Math.max(0, delayMs), callback);
  }

  afterPendingInput(callback: () => void): Timer {
    return this.#await('afterInput', this.nowMs(), callback);
  }

  /** Input from outside: `receive` runs now, or, while the process is stopped, after it is resumed, in order. */
  admit(receive: () => void): void {
    if (this.#state === 'running' && this.#heldInput === 0) {
      receive();
    } else if (this.#state !== 'dead' && this.#heldInput < this.#maxHeldInput) {
      this.#heldInput += 1;
      this.#await('input', this.nowMs(), () => {
        this.#heldInput -= 1;
        receive();
      });
    }
  }

  /** Stops the process; monotonic and wall time go on. */
  pause(): void {
    this.#stop('paused');
  }

  /** Puts the machine to sleep: the process stops and monotonic time with it; wall time goes on. */
  suspend(): void {
    this.#stop('suspended');
  }

  /** Lets the process go on. Does nothing when it runs or is dead. */
  resume(): void {
    if (this.#state !== 'paused' && this.#state !== 'suspended') return;
    this.#anchor();
    this.#state = 'running';
    this.#armAll();
  }

  /** The process dies: nothing that it waits for ever happens. */
  kill(): void {
    this.#disarmAll();
    this.#pending.clear();
    this.#anchor();
    this.#state = 'dead';
  }

  /** From now on local time runs at `rate`; timers that wait are moved accordingly. */
  setRate(rate: number): void {
    const checked = checkedRate(rate);
    this.#disarmAll();
    this.#anchor();
    // What wall time has gained or lost by now stays.
    this.#wallOffsetMs += (this.#anchorBaseMs - this.#rateSinceBaseMs) * (this.#rate - 1);
    this.#rateSinceBaseMs = this.#anchorBaseMs;
    this.#rate = checked;
    if (this.#state === 'running') this.#armAll();
  }

  /** Sets wall time forward, or back by a negative `ms`, as an administrator or NTP does. */
  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  #stop(state: 'paused' | 'suspended'): void {
    if (this.#state === 'dead') return;
    this.#disarmAll();
    this.#anchor();
    this.#state = state;
  }

  #anchor(): void {
    const localMs = this.nowMs();
    this.#anchorBaseMs = this.#base.nowMs();
    this.#anchorLocalMs = localMs;
  }

  #await(kind: Pending['kind'], dueMs: number, run: () => void): Timer {
    const pending: Pending = { kind, dueMs, run, armed: undefined };
    if (this.#state !== 'dead') {
      this.#pending.add(pending);
      if (this.#state === 'running') this.#arm(pending);
    }
    return {
      cancel: () => {
        pending.armed?.cancel();
        this.#pending.delete(pending);
      },
    };
  }

  #arm(pending: Pending): void {
    const run = () => this.#run(pending);
    pending.armed =
      pending.kind === 'timer'
        ? this.#base.setTimer(Math.max(0, pending.dueMs - this.nowMs()) / this.#rate, run)
        : this.#base.afterPendingInput(run);
  }

  #run(pending: Pending): void {
    this.#pending.delete(pending);
    // A rate makes fractions that round: a timer that saw itself early by 1e-13 ms would be set again for a delay too
    // small to move the clock beneath, for ever.
    if (this.nowMs() < pending.dueMs) {
      this.#anchorLocalMs = pending.dueMs;
      this.#anchorBaseMs = this.#base.nowMs();
    }
    pending.run();
  }

  #disarmAll(): void {
    for (const pending of this.#pending) pending.armed?.cancel();
  }

  #armAll(): void {
    const inOrder = [...this.#pending].sort((a, b) => SERVED[a.kind] - SERVED[b.kind] || a.dueMs - b.dueMs);
    for (const pending of inOrder) this.#arm(pending);
  }
}

function checkedRate(rate: number): number {
  if (Number.isFinite(rate) && rate > 0) return rate;
  throw new GraftError('INVALID_OPTION', `rate is ${rate}: a clock's rate is a number above 0, 1.05 for 5 % fast`);
}
