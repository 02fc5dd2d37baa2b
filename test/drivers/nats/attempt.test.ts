import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Attempt } from '../../../src/drivers/nats/attempt.js';

const never = new Promise<never>(() => {});

describe('Attempt', () => {
  const expired = new Error('expired');
  const start = (signal?: AbortSignal) => new Attempt({ limitMs: 100, expired: () => expired, signal });
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('settles as the promise does while it lasts', async () => {
    const attempt = start();
    await expect(attempt.settle(Promise.resolve(1))).resolves.toBe(1);
    await expect(attempt.settle(Promise.reject(new Error('no')))).rejects.toThrow('no');
    attempt.check();
    attempt.end();
  });

  it('breaks off at its limit, not before', async () => {
    const attempt = start();
    const settled = attempt.settle(never);
    vi.advanceTimersByTime(99);
    attempt.check();
    vi.advanceTimersByTime(1);
    await expect(settled).rejects.toBe(expired);
    expect(() => attempt.check()).toThrow(expired);
    await expect(attempt.settle(Promise.resolve(1))).rejects.toBe(expired);
  });

  it('breaks off with the first reason, from either side', async () => {
    const outer = new AbortController();
    const attempt = start(outer.signal);
    outer.abort(new Error('outer'));
    attempt.breakOff(new Error('inner'));
    vi.advanceTimersByTime(100);
    await expect(attempt.settle(never)).rejects.toThrow('outer');
    const aborted = start(AbortSignal.abort(new Error('before')));
    expect(() => aborted.check()).toThrow('before');
    aborted.end();
    attempt.end();
  });

  it('leaves no timer and no listener behind', () => {
    const outer = new AbortController();
    const removed = vi.spyOn(outer.signal, 'removeEventListener');
    start(outer.signal).end();
    expect(vi.getTimerCount()).toBe(0);
    expect(removed).toHaveBeenCalledOnce();
  });
});
