/**
 * Calls `callback` once every promise that can settle without the outside world has settled, however long the chain.
 * Node runs its tick queue only when the queue of microtasks is empty, so one tick is exact where a number of
 * `await Promise.resolve()` would be a guess, and far cheaper than a turn through the event loop. From the tick it goes
 * back into a microtask: a tick that is asked for within a tick runs before the microtasks do.
 */
export function whenSettled(callback: () => void): void {
  process.nextTick(queueMicrotask, callback);
}
