import type { Rng } from '../../core/random.js';
import type { Clock } from '../../node/clock.js';
import type { DiskPlan } from './plan.js';
import type { Passage, WriteStep } from './simulated-disk.js';

/** Where in a write something happens: 0 before its first step, and so on; `AFTER_WRITE` when all have succeeded. */
const POSITION: Readonly<Record<WriteStep, number>> = {
  open: 0,
  chmod: 1,
  write: 2,
  sync: 3,
  close: 4,
  rename: 5,
  syncDirectory: 6,
  cleanUp: -1,
};
const AFTER_WRITE = 7;

/** What makes a write to a simulated disk slow, fail, hang, or end the process. */
export class WriteFaults {
  readonly #plan: DiskPlan;
  readonly #rng: Rng;
  /** Steps at which every write fails, one for each fault in force. */
  readonly #failing: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #hangs = 0;
  #death: { readonly step: number; readonly die: () => void } | undefined;
  #isWriting = false;
  /** The step at which the write under way fails by chance. */
  #unlucky: number | undefined;
  #failed = false;
  #isHealed = false;

  constructor(plan: DiskPlan, rng: Rng) {
    this.#plan = plan;
    this.#rng = rng;
  }

  /** The step at which every write fails from now on. @returns a function that ends it. */
  failAt(step: number): () => void {
    this.#failing.push(step);
    return () => {
      const index = this.#failing.indexOf(step);
      if (index >= 0) this.#failing.splice(index, 1);
    };
  }

  /** Lets every write hang from now on. @returns a function that ends it. */
  hang(): () => void {
    this.#hangs += 1;
    return () => {
      this.#hangs -= 1;
      if (this.#hangs === 0) for (const go of this.#waiting.splice(0)) go();
    };
  }

  /** Calls `die` instead of that step of the next write. @returns a function that takes it back. */
  dieAt(step: number, die: () => void): () => void {
    const death = { step, die };
    this.#death = death;
    return () => {
      if (this.#death === death) this.#death = undefined;
    };
  }

  /** No write fails by chance any more. */
  heal(): void {
    this.#isHealed = true;
  }

  /** A write begins. */
  begin(): void {
    this.#isWriting = true;
    this.#failed = false;
    const { failure } = this.#plan;
    const isUnlucky = !this.#isHealed && failure > 0 && this.#rng.next() < failure;
    this.#unlucky = isUnlucky ? Math.floor(this.#rng.next() * AFTER_WRITE) : undefined;
  }

  /** All steps have succeeded. */
  async end(): Promise<void> {
    this.#isWriting = false;
    await this.#reach(AFTER_WRITE);
  }

  /** Forgets the process that was writing. */
  reset(): void {
    this.#isWriting = false;
    this.#waiting.length = 0;
  }

  /** The way of every step of a process that has `clock`. */
  passageFor(clock: Clock, died: () => boolean): Passage {
    return async (step, land) => {
      const position = this.#isWriting ? POSITION[step] : -1;
      await this.#reach(position);
      if (this.#hangs > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const { stepMs } = this.#plan;
      if (stepMs > 0) await new Promise<void>((resolve) => void clock.setTimer(stepMs * this.#rng.next(), resolve));
      if (died()) await never();
      if (!this.#failed && (this.#failing.includes(position) || this.#unlucky === position)) {
        this.#failed = true;
        // What a failing call has done is anybody's guess.
        if (this.#rng.next() < 0.5) land();
        throw Object.assign(new Error(`ENOSPC: no space left on the simulated disk, ${step}`), { code: 'ENOSPC' });
      }
      land();
    };
  }

  async #reach(position: number): Promise<void> {
    const death = this.#death;
    if (death === undefined || death.step !== position) return;
    this.#death = undefined;
    death.die();
    await never();
  }
}

/** What a dead process waits for. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
