import { type Fate, fateOf, type Margins } from './fate.js';
import { clocks, type LeaseEnd } from './lease-end.js';
import { Ticker } from './ticker.js';

/** How often the clocks are looked at while a program runs. The margins are many times as long. */
const LOOK_EVERY_MS = 10;

export interface WatchdogStart {
  readonly margins: Margins;
  /** How long a program that was told to end has, where the lease allows it. Milliseconds. */
  readonly graceMs: number;
  readonly leaseEnd: LeaseEnd;
  /** The program is to end. Called once. */
  readonly terminate: () => void;
  /** The program is to be gone. Called at every look from then on. */
  readonly kill: () => void;
  /** By which clocks; a test brings its own. */
  readonly now?: () => LeaseEnd;
}

/**
 * Sees that a program does not outlive its lease. Two of them do, in two processes, and either suffices: one that is
 * stopped, blocked or dead leaves the other.
 */
export class Watchdog {
  readonly #start: WatchdogStart;
  readonly #now: () => LeaseEnd;
  readonly #ticker: Ticker;
  #leaseEnd: LeaseEnd;
  #endByMs = Number.POSITIVE_INFINITY;
  #isTerminating = false;

  constructor(start: WatchdogStart) {
    this.#start = start;
    this.#leaseEnd = start.leaseEnd;
    this.#now = start.now ?? clocks;
    this.#ticker = new Ticker(LOOK_EVERY_MS, () => this.look());
  }

  /** Whether the program has been told to end. */
  get isTerminating(): boolean {
    return this.#isTerminating;
  }

  /** The lease was prolonged. One that was not is no news, and never shortens it. */
  prolong(leaseEnd: LeaseEnd): void {
    if (leaseEnd.monotonicMs > this.#leaseEnd.monotonicMs) this.#leaseEnd = leaseEnd;
  }

  /** Tells the program to end, within `graceMs` and the lease. It is not told again, and never told to go on. */
  terminate(graceMs = this.#start.graceMs): void {
    this.#endByMs = Math.min(this.#endByMs, this.#now().monotonicMs + graceMs);
    if (this.#isTerminating) return;
    this.#isTerminating = true;
    this.#start.terminate();
  }

  /** Does what is owed at this instant. */
  look(): Fate {
    const { margins } = this.#start;
    const fate = fateOf({ leaseEnd: this.#leaseEnd, margins, endByMs: this.#endByMs }, this.#now());
    if (fate === 'kill') this.#start.kill();
    else if (fate === 'terminate' && !this.#isTerminating) this.terminate();
    return fate;
  }

  stop(): void {
    this.#ticker.stop();
  }
}
