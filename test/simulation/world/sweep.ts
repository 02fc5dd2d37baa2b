import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { addTallies, EMPTY_TALLY, type Tally } from './tally.js';
import type { Job } from './worker.js';

/** Settings of a {@link sweep}. */
export interface SweepOptions {
  /** Ranges of seeds. */
  readonly ranges: readonly { readonly from: number; readonly count: number }[];
  /** How many processes. */
  readonly workers: number;
  /** The folder with the compiled simulator: with a deliberate bug in it, perhaps. */
  readonly home: string;
  /** Called with everything so far, after each chunk. `true` ends the sweep. */
  readonly onProgress?: (tally: Tally) => boolean;
}

/** How many seeds a worker is sent at a time: a second's work. */
const CHUNK = 50;

/** Runs many seeds in several processes. @returns what came of them; rejects when a worker dies. */
export async function sweep({ ranges, workers, home, onProgress = () => false }: SweepOptions): Promise<Tally> {
  const jobs = chunksOf(ranges);
  let tally = EMPTY_TALLY;
  let isOver = false;
  const work = async (): Promise<void> => {
    const worker = fork(join(home, 'test/simulation/world/worker.js'), { execArgv: ['--max-semi-space-size=32'] });
    try {
      for (let job = jobs.shift(); job !== undefined && !isOver; job = jobs.shift()) {
        const part = await done(worker, job);
        tally = addTallies(tally, part);
        if (!isOver && onProgress(tally)) isOver = true;
      }
    } finally {
      if (worker.connected) worker.disconnect();
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, work));
  return tally;
}

function chunksOf(ranges: SweepOptions['ranges']): Job[] {
  return ranges.flatMap(({ from, count }) =>
    Array.from({ length: Math.ceil(count / CHUNK) }, (_, index) => ({
      from: from + index * CHUNK,
      count: Math.min(CHUNK, count - index * CHUNK),
    })),
  );
}

function done(worker: ChildProcess, job: Job): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void => {
      reject(new Error(`a worker ended with code ${code} at one of the seeds from ${job.from} on`));
    };
    worker.once('exit', onExit);
    worker.once('message', (tally: Tally) => {
      worker.off('exit', onExit);
      resolve(tally);
    });
    worker.send(job);
  });
}
