import { type Clock, systemClock } from '../../node/clock.js';

/**
 * The machine's clock, with one origin for all threads of a process: `performance.now()` begins anew in each of them, so
 * the end of a lease by one thread's would say nothing on another.
 */
export const processClock: Clock = {
  ...systemClock,
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
};
