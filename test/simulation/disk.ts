import type { Rng } from '../../src/core/random.js';
import { type DurableState, GraftError, type TermLog } from '../../src/index.js';
import type { NodeClock } from '../../src/testing/index.js';

/** What a disk does to a write. */
export interface DiskFaults {
  /** The longest that a write takes, in simulated ms; each takes a random part of it. 0 is at once. */
  readonly latencyMs: number;
  /** Chance that a write fails; it may have reached the disk all the same. */
  readonly failure: number;
}

export const GOOD_DISK: DiskFaults = { latencyMs: 0, failure: 0 };

/** The disk of one machine: it survives the processes. A write under way when its process dies lands or does not. */
export class Disk {
  state: DurableState = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };
  faults: DiskFaults;
  readonly #rng: Rng;

  constructor(rng: Rng, faults: DiskFaults = GOOD_DISK) {
    this.#rng = rng;
    this.faults = faults;
  }

  /** What one process sees of it, by the time of that process. */
  logFor(clock: NodeClock): TermLog {
    return {
      open: async () => this.state,
      save: (state) => this.#write(clock, state),
      close: async () => undefined,
    };
  }

  async #write(clock: NodeClock, state: DurableState): Promise<void> {
    const { latencyMs, failure } = this.faults;
    const fails = failure > 0 && this.#rng.next() < failure;
    const lands = !fails || this.#rng.next() < 0.5;
    if (latencyMs > 0) {
      const totalMs = latencyMs * this.#rng.next();
      const landsAfterMs = totalMs * this.#rng.next();
      await pass(clock, landsAfterMs);
      if (lands) this.state = state;
      await pass(clock, totalMs - landsAfterMs);
    } else if (lands) this.state = state;
    if (fails) throw new GraftError('LOG_WRITE_FAILED', 'the simulated disk is full');
  }
}

function pass(clock: NodeClock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimer(ms, resolve));
}
