/** Rule 9: closing is a transfer. Rule 1: nothing is forgotten. DESIGN section 6: close at the edges. */
import { describe, expect, test, vi } from 'vitest';
import { GraftError } from '../../src/core/errors.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { FaultyLog } from './faulty-log.js';
import { Recorder, Sim } from './sim.js';

describe('close()', () => {
  test('of a follower: CLOSED is told once, the state stays CLOSED, no timer is left', async () => {
    const sim = new Sim();
    const { followers } = await sim.elect();
    const [follower] = followers;
    if (follower === undefined) throw new Error('no follower');
    await sim.run(follower.node.close());
    expect(follower.told.changes.at(-1)).toMatchObject({ from: 'FOLLOWER', to: 'CLOSED', reason: 'closed' });
    await sim.clock.advance(5000);
    expect(follower.told.path.filter((state) => state === 'CLOSED')).toHaveLength(1);
    const { node } = follower;
    expect({ state: node.state, isLeader: node.isLeader(), leader: node.leader, token: node.fencingToken }).toEqual({
      state: 'CLOSED',
      isLeader: false,
      leader: undefined,
      token: undefined,
    });
  });

  test('of everybody, leader included, leaves no timer and no frame under way', async () => {
    const sim = new Sim();
    await sim.elect();
    await sim.end();
    await sim.clock.advance(10);
    expect({ timers: sim.clock.pendingTimers, frames: sim.network.inFlight }).toEqual({ timers: 0, frames: 0 });
  });

  test('twice, at once and one after the other, is one close', async () => {
    const sim = new Sim(['a']);
    const log = new FaultyLog();
    const { leader } = await sim.elect(() => ({ log }));
    const first = leader.node.close();
    expect(leader.node.close()).toBe(first);
    await sim.run(first);
    await leader.node.close();
    expect(log.closes).toBe(1);
    expect(leader.told.path.filter((state) => state === 'CLOSED')).toHaveLength(1);
  });

  test('as leader of three hands over: the heir leads within milliseconds, its loss is told before CLOSED', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    const closing = leader.node.close();
    const tookMs = await sim.clock.advanceUntil(() => heir.node.isLeader(), 1000);
    expect(tookMs).toBeLessThan(20);
    await sim.run(closing);
    expect(leader.told.changes.slice(-2)).toMatchObject([
      { from: 'LEADER', to: 'FOLLOWER', reason: 'steppedDown' },
      { to: 'CLOSED' },
    ]);
  });

  test('twin: without a hand-over, when the leader just dies, the next one takes half a second', async () => {
    const sim = new Sim();
    const { leader, heir, other } = await sim.elect();
    await sim.clock.advance(300);
    sim.crash(leader.node.id);
    const tookMs = await sim.clock.advanceUntil(() => heir.node.isLeader() || other.node.isLeader(), 3000);
    expect(tookMs).toBeGreaterThan(350);
  });

  test('as the only voter waits for nobody', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    expect(await sim.timed(leader.node.close())).toBeLessThan(1);
    expect(leader.told.path.slice(-3)).toEqual(['LEADER', 'FOLLOWER', 'CLOSED']);
  });

  test('as leader whose followers have just died waits electionTimeoutMax for a successor, no longer', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    for (const { node } of followers) sim.crash(node.id);
    const tookMs = await sim.timed(leader.node.close());
    expect(tookMs).toBeGreaterThanOrEqual(1000);
    expect(tookMs).toBeLessThan(1010);
  });

  test('keeps term and vote in the log', async () => {
    const sim = new Sim(['a']);
    const log = new MemoryLog();
    const { leader } = await sim.elect(() => ({ log }));
    const { term } = leader.node;
    await sim.run(leader.node.close());
    expect(await log.open()).toMatchObject({ term, votedFor: 'a', nodeId: 'a', isNew: false });
  });

  test('tells CLOSED only once the log is free: who hears it may start anew on the same log', async () => {
    const sim = new Sim(['a']);
    const log = new FaultyLog();
    const told = new Recorder();
    const openAtClosed: boolean[] = [];
    const handler = {
      stateChange: ({ to }: { readonly to: string }) => void (to === 'CLOSED' && openAtClosed.push(log.isOpen)),
    };
    const { leader } = await sim.elect(() => ({ log, handler }));
    await sim.run(leader.node.close());
    expect(openAtClosed).toEqual([false]);
    expect(told.errors).toEqual([]);
  });

  test('await using closes at the end of the block', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const { node } = leader;
    await sim.run(
      (async () => {
        await using scoped = node;
        expect(scoped.isLeader()).toBe(true);
      })(),
    );
    expect(node.state).toBe('CLOSED');
  });

  test('calls that need an open node are refused with NODE_CLOSED, from the moment close() is called', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const { node } = leader;
    const closing = node.close();
    for (let again = 0; again < 2; again += 1) {
      await expect(node.lead(() => undefined)).rejects.toMatchObject({
        code: 'NODE_CLOSED',
        message: expect.stringMatching(/lead\(\).*a/),
      });
      await expect(node.transfer()).rejects.toMatchObject({ code: 'NODE_CLOSED' });
      await expect(node.untilLeader()).rejects.toMatchObject({ code: 'NODE_CLOSED' });
      await sim.run(closing);
    }
    await node.stepDown();
    expect(node.status()).toMatchObject({ state: 'CLOSED', isLeader: false, leaseLeftMs: 0, vote: 'a' });
  });

  test('ends an untilLeader() that waits, with NODE_CLOSED', async () => {
    const sim = new Sim();
    const { node } = await sim.start('a');
    const waiting = expect(node.untilLeader()).rejects.toMatchObject({ code: 'NODE_CLOSED' });
    await sim.run(node.close());
    await waiting;
  });

  test('during a transfer() under way lets it come to its end', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    for (const { node } of followers) sim.crash(node.id);
    const transfer = expect(leader.node.transfer()).rejects.toMatchObject({ code: 'NO_SUCCESSOR' });
    await sim.clock.advance(10);
    expect(leader.node.isLeader()).toBe(false);
    await sim.run(leader.node.close());
    await transfer;
  });
});

describe('close() while work runs under lead()', () => {
  test('lets it end first, lease held, and lead() resolves', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    let finishedAsLeader: boolean | undefined;
    const leading = leader.node.lead(async ({ signal, isLeader }) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await new Promise<void>((resolve) => leader.clock.setTimer(700, resolve));
      finishedAsLeader = isLeader() && !followers.some(({ node }) => node.isLeader());
    });
    await sim.clock.advance(100);
    await sim.run(leader.node.close());
    await leading;
    expect(finishedAsLeader).toBe(true);
    expect(leader.told.codes).toEqual([]);
  });

  test('that never returns ends after drainTimeoutMs, once, reports it, and lead() goes on waiting', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect(() => ({ drainTimeoutMs: 300 }));
    let ended = false;
    void leader.node
      .lead(() => new Promise(() => undefined))
      .finally(() => {
        ended = true;
      });
    await sim.clock.advance(100);
    expect(await sim.timed(leader.node.close())).toBe(300);
    expect(leader.told.errors).toMatchObject([
      { code: 'WORK_FAILED', message: expect.stringContaining('drainTimeoutMs (300)') },
    ]);
    expect({ ended, state: leader.node.state }).toEqual({ ended: false, state: 'CLOSED' });
  });

  test('called by the work itself without waiting: the work is let end and everything closes', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const { node } = leader;
    await sim.run(
      node.lead(() => {
        void node.close();
      }),
    );
    await sim.run(node.close());
    expect(leader.told.codes).toEqual([]);
  });

  test('awaited by the work itself waits drainTimeoutMs for the work, which waits for it, and no longer', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect(() => ({ drainTimeoutMs: 200 }));
    const { node } = leader;
    expect(await sim.timed(node.lead(() => node.close()))).toBe(200);
    expect(leader.told.codes).toEqual(['WORK_FAILED']);
  });
});

describe('close() when something fails or hangs', () => {
  test('the disk hangs in the middle of a vote: closes within two seconds, says so, shows CLOSED and never the vote', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const { node, told } = await sim.start('a', { log });
    await sim.clock.advance(1500);
    log.hang();
    await sim.start('b');
    await sim.clock.advanceUntil(() => log.saving === 1, 5000);
    const before = told.path;
    expect(await sim.timed(node.close())).toBeLessThanOrEqual(2000);
    expect(told.codes).toEqual(['LOG_WRITE_FAILED']);
    expect(told.path).toEqual([...before, 'CLOSED']);
    expect(told.changes.at(-1)).toMatchObject({ from: before.at(-1), to: 'CLOSED' });
    expect({ state: node.state, isLeader: node.isLeader() }).toEqual({ state: 'CLOSED', isLeader: false });
    log.heal();
    await sim.clock.advance(5000);
    expect(told.path).toEqual([...before, 'CLOSED']);
  });

  test('a write that is only slow is waited for, and the log is released after it', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const { node, told } = await sim.start('a', { log, drainTimeoutMs: 0 });
    await sim.clock.advance(1500);
    log.hang();
    await sim.start('b');
    await sim.clock.advanceUntil(() => log.saving === 1, 5000);
    const closing = node.close();
    await sim.clock.advance(500);
    expect(log.isOpen).toBe(true);
    log.heal();
    await sim.run(closing);
    expect({ isOpen: log.isOpen, codes: told.codes }).toEqual({ isOpen: false, codes: [] });
  });

  test('driver and log reject: both are reported, and close() resolves', async () => {
    const sim = new Sim(['a']);
    const log = new FaultyLog();
    log.onClose = () => Promise.reject(new Error('EIO'));
    const rpc = new MockRpcDriver(sim.network);
    vi.spyOn(rpc, 'close').mockRejectedValue(new Error('no route'));
    const { leader } = await sim.elect(() => ({ log, rpc }));
    await sim.run(leader.node.close());
    expect(leader.told.errors).toMatchObject([
      { code: 'DRIVER_FAILED', message: expect.stringContaining('no route') },
      { code: 'LOG_WRITE_FAILED', message: expect.stringContaining('EIO') },
    ]);
    expect(leader.told.path.at(-1)).toBe('CLOSED');
  });

  test('a driver whose close throws at once: likewise', async () => {
    const sim = new Sim(['a']);
    const rpc = new MockRpcDriver(sim.network);
    vi.spyOn(rpc, 'close').mockImplementation(() => {
      throw new Error('at once');
    });
    const log = new FaultyLog();
    const { leader } = await sim.elect(() => ({ rpc, log }));
    await sim.run(leader.node.close());
    expect(leader.told.codes).toEqual(['DRIVER_FAILED']);
    expect(log.isOpen).toBe(false);
  });

  test('a driver and a log whose close never ends are given two seconds each', async () => {
    const sim = new Sim(['a']);
    const rpc = new MockRpcDriver(sim.network);
    vi.spyOn(rpc, 'close').mockReturnValue(new Promise(() => undefined));
    const log = new FaultyLog();
    log.onClose = () => new Promise(() => undefined);
    const { leader } = await sim.elect(() => ({ rpc, log }));
    expect(await sim.timed(leader.node.close())).toBe(4000);
    expect(leader.told.codes).toEqual(['DRIVER_FAILED', 'LOG_WRITE_FAILED']);
    expect(sim.clock.pendingTimers).toBe(0);
  });

  test('a driver that delivers and complains after close changes and tells nothing', async () => {
    const sim = new Sim(['a']);
    const rpc = new MockRpcDriver(sim.network);
    const init = vi.spyOn(rpc, 'init');
    const { leader } = await sim.elect(() => ({ rpc }));
    await sim.run(leader.node.close());
    const [context] = init.mock.calls[0] ?? [];
    if (context === undefined) throw new Error('never begun');
    const { term } = leader.node;
    context.receive({ kind: 'timeoutNow', term, leader: leader.node.id });
    context.report(new GraftError('DRIVER_DISCONNECTED', 'late'));
    await sim.clock.advance(3000);
    expect(leader.told.path.at(-1)).toBe('CLOSED');
    expect({ term: leader.node.term, codes: leader.told.codes, timers: sim.clock.pendingTimers }).toEqual({
      term,
      codes: [],
      timers: 0,
    });
  });
});
