// A ThreadedNode is a node: what it promises is what Node promises, on this thread.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { ElectionNode } from '../../src/index.js';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { blockThisThread, compiledThreads, drivers, LIMIT, leaderOf, Threads, Told, untilLeads } from './threads.js';

describe('a node in a thread, alone in its cluster', () => {
  test('leads, and answers here what it knows there', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node: ElectionNode = await threads.start({ handler: told });
    const elected = new Promise((resolve) => node.once('elected', resolve));
    expect(node.id).toBe('a');
    expect(await node.untilLeader()).toBe('a');
    expect(await elected).toEqual({ term: 1 });
    expect(node).toMatchObject({ state: 'LEADER', leader: 'a', term: 1, vote: 'a', fencingToken: 1 });
    expect(node.isLeader()).toBe(true);
    expect(node.status()).toMatchObject({
      id: 'a',
      cluster: 'alone',
      voters: ['a'],
      size: 1,
      state: 'LEADER',
      isLeader: true,
      observer: false,
      interop: false,
      priority: 1,
      errors: {},
    });
    const { leaseLeftMs, uptimeMs, eventLoopDelayMs } = node.status();
    expect(leaseLeftMs).toBeGreaterThan(0);
    expect(leaseLeftMs).toBeLessThan(453);
    expect(uptimeMs).toBeGreaterThan(0);
    expect(eventLoopDelayMs).toBeGreaterThanOrEqual(0);
    expect(told.changes.map(({ to }) => to)).toEqual(['PRE_CANDIDATE', 'CANDIDATE', 'LEADER']);
  });

  test('closes: the loss is told, then CLOSED, and its log can be had again at once', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told });
    await untilLeads(node);
    const restarted = new Promise((resolve) => {
      node.on('stateChange', ({ to }) => to === 'CLOSED' && resolve(threads.start()));
    });
    await Promise.all([node.close(), node.close()]);
    expect(told.changes.slice(-2)).toMatchObject([
      { from: 'LEADER', to: 'FOLLOWER', reason: 'steppedDown' },
      { from: 'FOLLOWER', to: 'CLOSED', reason: 'closed' },
    ]);
    expect(node).toMatchObject({ state: 'CLOSED', leader: undefined, fencingToken: undefined });
    expect(node.isLeader()).toBe(false);
    await expect(node.lead(() => undefined)).rejects.toMatchObject({ code: 'NODE_CLOSED' });
    await expect(node.transfer()).rejects.toMatchObject({ code: 'NODE_CLOSED' });
    expect(await restarted).toMatchObject({ id: 'a', term: 1 });
  });

  test('is refused by the errors of Node.start, made over there', async () => {
    const threads = await Threads.create();
    await threads.start();
    await expect(threads.start()).rejects.toMatchObject({ code: 'LOG_LOCKED', name: 'GraftError' });
    await expect(threads.start({ id: 'z', cluster: { name: 'x', voters: ['a'] } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  test.each([
    ['refusing', 'no such network', undefined],
    ['nothing', 'exports 42', 'INVALID_OPTION'],
    ['absent', 'exports undefined', 'INVALID_OPTION'],
  ])('is refused when the export %s of a module makes no driver', async (name, text, code) => {
    const threads = await Threads.create();
    const start = threads.start({ rpc: { module: drivers, export: name } });
    await expect(start).rejects.toThrow(text);
    if (code !== undefined) await expect(start).rejects.toMatchObject({ code });
    // Nothing is left running: the log is free.
    await threads.start();
  });

  test('is refused when a module does not load, with the reason', async () => {
    const threads = await Threads.create();
    const start = threads.start({ rpc: { module: new URL('./no-such-driver.mjs', import.meta.url) } });
    await expect(start).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
    await expect(start).rejects.toThrow('no-such-driver.mjs');
  });

  test('is given up with the reason of a signal, and leaves the log free', async () => {
    const threads = await Threads.create();
    const reason = new Error('not wanted');
    await expect(threads.start({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const late = new AbortController();
    const starting = threads.start({ signal: late.signal });
    // Somewhere in the start of the worker.
    void sleep(30).then(() => late.abort(reason));
    await expect(starting.then((node) => node.close().then(() => Promise.reject(reason)))).rejects.toBe(reason);
    await threads.start();
  });
});

describe('work under lead()', () => {
  test('runs here, with the term, and may finish before leadership goes: the lease is held for it', async () => {
    const threads = await Threads.create();
    const nodes = await threads.startThree();
    const leader = await leaderOf(nodes);
    const { term } = leader;
    const seen: unknown[] = [];
    const leading = leader.lead(async ({ term: led, signal, isLeader }) => {
      seen.push(led);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      const others = nodes.filter((node) => node !== leader);
      // A second of work is left, and nobody else leads meanwhile.
      for (let steps = 0; steps < 100; steps++) {
        seen.push(isLeader() && !others.some((node) => node.isLeader()));
        await sleep(10);
      }
      seen.push('returned');
    });
    await vi.waitFor(() => expect(seen).toEqual([term]), LIMIT);
    await vi.waitFor(() => expect(leader.status().heir).toBeDefined(), LIMIT);
    const successor = await leader.transfer();
    expect(successor).not.toBe(leader.id);
    expect(new Set(seen)).toEqual(new Set([term, true, 'returned']));
    expect(leader.isLeader()).toBe(false);
    await leader.close();
    await leading;
  });

  test('goes on when nobody can take over', async () => {
    const threads = await Threads.create();
    const node = await threads.start();
    await untilLeads(node);
    const runs: number[] = [];
    void node.lead(async ({ term, signal }) => {
      runs.push(term);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await vi.waitFor(() => expect(runs).toHaveLength(1), LIMIT);
    await expect(node.transfer()).rejects.toMatchObject({ code: 'NO_HEIR' });
    expect(node.isLeader()).toBe(true);
    await expect(node.transfer({ to: 'a.b' })).rejects.toMatchObject({ code: 'INVALID_ID' });
  });

  test('that does not return in time is left, and that is reported once', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told, drainTimeoutMs: 50 });
    await untilLeads(node);
    let finish: () => void = () => undefined;
    let began = false;
    const leading = node.lead(async () => {
      began = true;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    await vi.waitFor(() => expect(began).toBe(true), LIMIT);
    await node.stepDown();
    expect(withoutMachineDelays(told.errors).map(({ code }) => code)).toEqual(['WORK_FAILED']);
    finish();
    await node.close();
    await leading;
  });

  test('that throws puts leadership down, and lead() rejects', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told });
    await untilLeads(node);
    const failed = node.lead(() => {
      throw new Error('no disk');
    });
    await expect(failed).rejects.toMatchObject({ code: 'WORK_FAILED', cause: { message: 'no disk' } });
    expect(told.changes.find(({ from }) => from === 'LEADER')).toMatchObject({ reason: 'steppedDown' });
  });
});

describe('handlers and listeners', () => {
  test('run here; what they throw is reported here, and counted', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({
      handler: {
        asyncError: (error) => told.asyncError(error),
        stateChange() {
          throw new Error('broke');
        },
      },
    });
    await untilLeads(node);
    await vi.waitFor(() => expect(node.status().errors.HANDLER_FAILED).toBe(3), LIMIT);
    expect(withoutMachineDelays(told.errors)[0]).toMatchObject({
      code: 'HANDLER_FAILED',
      message: expect.stringContaining('broke'),
    });
  });

  test('hear of errors over there: with their code, and counted', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told, thread: { mainThreadTimeoutMs: 500 } });
    await untilLeads(node);
    blockThisThread(2000);
    expect(node.isLeader()).toBe(false);
    await vi.waitFor(() => expect(node.status().errors).toMatchObject({ MAIN_THREAD_SILENT: 1 }), LIMIT);
    expect(told.errors.map(({ code }) => code)).toContain('MAIN_THREAD_SILENT');
    // It is back, and nobody else is there.
    await untilLeads(node);
    // Events come after what isLeader() says.
    const turns = () => told.changes.filter(({ from, to }) => from === 'LEADER' || to === 'LEADER');
    await vi.waitUntil(() => turns().length >= 3, LIMIT);
    expect(turns()).toMatchObject([
      { to: 'LEADER', term: 1 },
      { from: 'LEADER', term: 1, reason: 'unfit' },
      { to: 'LEADER', term: 2 },
    ]);
  });
});

describe('a lease that this thread has found over', () => {
  test('stays over, though the worker knows nothing of it: that leadership ends, and the next one is another', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told });
    await untilLeads(node);
    const { term } = node;
    // Wall time goes on by an hour, here alone.
    const wallClock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
    expect(node.isLeader()).toBe(false);
    wallClock.mockRestore();
    // By the clock the lease would hold again; but somebody was told that it is over.
    expect(node.status()).toMatchObject({ isLeader: false, state: 'FOLLOWER', leader: undefined, leaseLeftMs: 0 });
    await untilLeads(node);
    expect(node.term).toBeGreaterThan(term);
    await vi.waitFor(() => expect(told.changes.find(({ from }) => from === 'LEADER')).toMatchObject({ term }), LIMIT);
  });
});

describe('this thread is blocked for longer than the lease', () => {
  test('the first answer after it is the truth, and a leadership that went on is one piece', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told });
    await untilLeads(node);
    await vi.waitFor(() => expect(told.changes).toHaveLength(3), LIMIT);
    blockThisThread(1500);
    const { fencingToken, term } = node;
    expect(fencingToken === undefined || fencingToken === term).toBe(true);
    // On a machine that starved the worker it was lost, and that is told.
    if (fencingToken === undefined) await vi.waitUntil(() => told.changes.length > 3, LIMIT);
  });

  test('work that began before goes on in a leadership that goes on, and its signal knows nothing of it', async () => {
    const threads = await Threads.create();
    const node = await threads.start({ timings: { electionTimeoutMinMs: 2000, electionTimeoutMaxMs: 2500 } });
    await untilLeads(node);
    let signal: AbortSignal | undefined;
    void node.lead(async (leadership) => {
      signal = leadership.signal;
      await new Promise((resolve) => leadership.signal.addEventListener('abort', resolve));
    });
    await vi.waitFor(() => expect(signal).toBeDefined(), LIMIT);
    blockThisThread(2500);
    expect(node.isLeader()).toBe(true);
    await sleep(20);
    expect(signal?.aborted).toBe(false);
  });
});

test('the class is exported with nothing else that runs', async () => {
  expect(Object.keys(await compiledThreads())).toEqual(['ThreadedNode']);
});
