import { systemClock } from '../../node/clock.js';

/** @returns whether `done`, which must not reject, was in time. */
export async function within(limitMs: number, done: Promise<unknown>): Promise<boolean> {
  return await new Promise((resolve) => {
    const timer = systemClock.setTimer(limitMs, () => resolve(false));
    void done.then(() => {
      timer.cancel();
      resolve(true);
    });
  });
}
