import { Worker } from 'node:worker_threads';
import type { Checked } from './check.js';

export interface Job {
  readonly name: string;
  readonly mostStates?: number | undefined;
}

/** Explores configurations, `atOnce` of them at a time. @returns what each came to, in the order asked for. */
export async function exploreAll(jobs: readonly Job[], atOnce: number): Promise<readonly Checked[]> {
  const results: Checked[] = [];
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < jobs.length; at = next++) {
      const job = jobs[at];
      if (job !== undefined) results[at] = await exploreInThread(job);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, jobs.length) }, lane));
  return results;
}

function exploreInThread(job: Job): Promise<Checked> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: job });
    worker.once('message', resolve);
    worker.once('error', reject);
    // Without effect once the promise is settled.
    worker.once('exit', () => reject(new Error(`the exploration of ${job.name} ended without a word`)));
  });
}
