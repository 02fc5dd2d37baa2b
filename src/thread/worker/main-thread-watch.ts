import type { Clock, Timer } from '../../node/clock.js';
import type { Board } from '../between/board.js';

/** What a {@link MainThreadWatch} needs. */
export interface WatchOptions {
  readonly board: Board;
  readonly clock: Clock;
  /** For how long the main thread may show no life, in milliseconds. */
  readonly timeoutMs: number;
  readonly onSilent: (silentMs: number) => void;
  readonly onLife: () => void;
  /** Called at every look. */
  readonly onLook: () => void;
}

/** How often it looks while the limit lasts. */
const LOOKS_PER_TIMEOUT = 20;
const LONGEST_INTERVAL_MS = 250;

/**
 * Whether the main thread shows life: a counter in shared memory that a timer of its own moves on. Only time in which
 * this thread itself was running counts as silence: a process that was stopped as a whole wakes up with a clock that has
 * gone on and a counter that could not.
 */
export class MainThreadWatch {
  readonly #options: WatchOptions;
  readonly #intervalMs: number;
  #timer: Timer | undefined;
  #beats: number;
  #lookedAtMs: number;
  #silentMs = 0;
  #silent = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#intervalMs = Math.min(LONGEST_INTERVAL_MS, options.timeoutMs / LOOKS_PER_TIMEOUT);
    this.#beats = options.board.beats;
    this.#lookedAtMs = options.clock.nowMs();
  }

  start(): void {
    this.#timer = this.#options.clock.setTimer(this.#intervalMs, () => {
      this.start();
      this.#look();
    });
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** For how long the main thread has shown no life, in milliseconds. */
  silentMs(): number {
    const { board, clock } = this.#options;
    const nowMs = clock.nowMs();
    const { beats } = board;
    if (beats === this.#beats) this.#silentMs += Math.min(nowMs - this.#lookedAtMs, 2 * this.#intervalMs);
    else this.#silentMs = 0;
    this.#beats = beats;
    this.#lookedAtMs = nowMs;
    return this.#silentMs;
  }

  #look(): void {
    const { timeoutMs, onSilent, onLife, onLook } = this.#options;
    const silentMs = this.silentMs();
    const silent = silentMs > timeoutMs;
    if (silent !== this.#silent) {
      this.#silent = silent;
      if (silent) onSilent(silentMs);
      else onLife();
    }
    onLook();
  }
}
