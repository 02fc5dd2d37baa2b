// A worker process of `npm run simulate`: runs the seeds that it is sent, and answers with what came of them.
import { addTallies, EMPTY_TALLY, tallyOf } from './tally.js';

/** What a worker is sent. */
export interface Job {
  readonly from: number;
  readonly count: number;
}

// Stack traces cost time, and thousands of errors are made that nobody reads; a failing seed is run again with them.
Error.stackTraceLimit = 0;

let queue: Promise<void> = Promise.resolve();
process.on('message', ({ from, count }: Job) => {
  queue = queue.then(async () => {
    let tally = EMPTY_TALLY;
    for (let seed = from; seed < from + count; seed++) tally = addTallies(tally, await tallyOf(seed));
    process.send?.(tally);
  });
});
process.on('disconnect', () => process.exit());
