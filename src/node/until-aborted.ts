/** Waits for `promise`, or rejects with the reason of `signal` when that aborts first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await promise;
  // Once aborted, nobody waits for the promise any more; its rejection is no news then.
  promise.catch(() => undefined);
  // What made the promise may have called the user's code, and that may have aborted.
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
