import type { Rng } from '../../core/random.js';
import type { Clock } from '../../node/clock.js';
import { type DiskPlan, WRITE_STEPS } from './plan.js';
import type { Passage, WriteStep } from './simulated-disk.js';

/** Where in a write something happens: a write over the file has two steps, each in the place of three of a new file's. */
const STEPS: readonly (readonly WriteStep[])[] = [
  ['open', 'overwrite'],
  ['chmod', 'overwrite'],
  ['write', 'overwrite'],
  ['sync', 'syncData'],
  ['rename', 'syncData'],
  ['syncDirectory', 'syncData'],
];

interface Death {
  readonly step: number;
  readonly die: () => void;
}

/** What makes a write to a simulated disk slow, fail, hang, or end the process. */
export class WriteFaults {
  readonly #plan: DiskPlan;
  readonly #rng: Rng;
  /** Steps at which every write fails, one for each fault in force. */
  readonly #failing: number[] = [];
  readonly #waiting: (() => void)[] = [];
  #hangs = 0;
  #death: Death | undefined;
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
    this.#unlucky = isUnlucky ? Math.floor(this.#rng.next() * WRITE_STEPS) : undefined;
  }

  /** All steps have succeeded. */
  async end(): Promise<void> {
    this.#isWriting = false;
    if (this.#death?.step === WRITE_STEPS) await this.#die(this.#death);
  }

  /** Forgets the process that was writing. */
  reset(): void {
    this.#isWriting = false;
    this.#waiting.length = 0;
  }

  /** The way of every step of a process that has `clock`. */
  passageFor(clock: Clock, died: () => boolean): Passage {
    return async (step, land) => {
      const isAt = (place: number): boolean => this.#isWriting && (STEPS[place]?.includes(step) ?? false);
      if (this.#death !== undefined && isAt(this.#death.step)) await this.#die(this.#death);
      if (this.#hangs > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const { stepMs } = this.#plan;
      if (stepMs > 0) await new Promise<void>((resolve) => void clock.setTimer(stepMs * this.#rng.next(), resolve));
      if (died()) await never();
      if (!this.#failed && (this.#failing.some(isAt) || (this.#unlucky !== undefined && isAt(this.#unlucky)))) {
        this.#failed = true;
        // What a failing call has done is anybody's guess.
        if (this.#rng.next() < 0.5) land();
        throw Object.assign(new Error(`ENOSPC: no space left on the simulated disk, ${step}`), { code: 'ENOSPC' });
      }
      land();
    };
  }

  async #die(death: Death): Promise<never> {
    this.#death = undefined;
    death.die();
    return never();
  }
}

/** What a dead process waits for. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}
