import { parentPort, workerData } from 'node:worker_threads';
import { fuzz, type Plan } from './fuzzer.js';
import type { Surroundings } from './target.js';
import { targetNamed } from './targets.js';

/** What {@link watch} hands to its thread. */
export interface Errand {
  readonly target: string;
  readonly surroundings: Surroundings;
  readonly plan: Plan;
  /** The case that is being fed, and the first since the last inspection. */
  readonly progress: Int32Array;
}

const { target, surroundings, plan, progress }: Errand = workerData;
const onCase = (caseNumber: number, inspected: number) => {
  Atomics.store(progress, 0, caseNumber);
  Atomics.store(progress, 1, inspected);
};
parentPort?.postMessage(await fuzz(targetNamed(target), surroundings, { ...plan, onCase }));
