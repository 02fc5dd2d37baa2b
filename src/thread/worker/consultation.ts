import type { Clock } from '../../node/clock.js';
import type { Mailbag } from './mailbag.js';

/** How many requests may wait for an answer at once. */
const MOST_WAITING = 64;

/** Asks the application's `grantVote` on its thread. What is not answered in time is refused. */
export class Consultation {
  readonly #mail: Mailbag;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #waiting = new Map<number, (granted: boolean) => void>();
  #asked = 0;

  constructor({ mail, clock, limitMs }: { readonly mail: Mailbag; readonly clock: Clock; readonly limitMs: number }) {
    this.#mail = mail;
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  ask(position: Uint8Array): Promise<boolean> {
    // Of a main thread that hangs nothing is asked that it would only find later.
    if (this.#waiting.size >= MOST_WAITING || this.#mail.isFull) return Promise.resolve(false);
    this.#asked += 1;
    const number = this.#asked;
    return new Promise((resolve) => {
      const timer = this.#clock.setTimer(this.#limitMs, () => this.answer(number, false));
      this.#waiting.set(number, (granted) => {
        timer.cancel();
        resolve(granted);
      });
      this.#mail.post({ kind: 'grantVote', number, position });
    });
  }

  /** An answer that comes too late is nobody's. */
  answer(number: number, granted: boolean): void {
    const settle = this.#waiting.get(number);
    this.#waiting.delete(number);
    settle?.(granted);
  }
}
