/**
 * Resolves once every promise that can settle without the outside world has settled, however long the chain. Node runs
 * its tick queue only when the queue of microtasks is empty, so one tick is exact where a number of
 * `await Promise.resolve()` would be a guess, and far cheaper than a turn through the event loop.
 */
export function settle(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
