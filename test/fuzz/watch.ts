import { Worker } from 'node:worker_threads';
import type { Finding, Fuzzed, Plan } from './fuzzer.js';
import type { Surroundings } from './target.js';
import type { Errand } from './worker.js';

export interface Watched {
  readonly target: string;
  readonly surroundings: Surroundings;
  readonly plan: Plan;
  /** A case, with the inspection after it, that takes longer is one that hangs. */
  readonly hangMs: number;
}

/** Fuzzes in a thread of its own: one that hangs, or ends where nobody catches, is found as well. */
export function watch({ target, surroundings, plan, hangMs }: Watched): Promise<Fuzzed> {
  const began = performance.now();
  const progress = new Int32Array(new SharedArrayBuffer(8));
  const errand: Errand = { target, surroundings, plan, progress };
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: errand });
  return new Promise((resolve) => {
    let last = -1;
    const end = (fuzzed: Fuzzed) => {
      clearInterval(looks);
      worker.terminate();
      resolve(fuzzed);
    };
    const found = (text: string) => end(brokenOff(began, plan, progress, text));
    const looks = setInterval(() => {
      const now = Atomics.load(progress, 0);
      if (now === last) found(`hangs: no end after ${hangMs} ms`);
      last = now;
    }, hangMs);
    worker.once('message', end);
    worker.once('error', (error) => found(`crashes: ${error.stack ?? error.message}`));
    worker.once('exit', (code) => found(`ends the process with code ${code}`));
  });
}

/** What went before is lost with the thread, but for where it was. */
function brokenOff(began: number, { from = 0 }: Plan, progress: Int32Array, text: string): Fuzzed {
  const to = Atomics.load(progress, 0);
  const finding: Finding = { from: Atomics.load(progress, 1), to, text };
  return { cases: to - from + 1, seconds: (performance.now() - began) / 1000, outcomes: {}, growthBytes: 0, finding };
}
