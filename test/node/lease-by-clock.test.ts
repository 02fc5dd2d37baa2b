/** Rule 8: a node stops showing LEADER at the instant the lease runs out, first by the clock at every question, then by event. */
import { describe, expect, test } from 'vitest';
import type { Clock, Timer } from '../../src/node/clock.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { NodeClock } from '../../src/testing/node-clock.js';
import { JumpingClock } from './jumping-clock.js';
import { type Member, Sim } from './sim.js';

/** 500 ms and a drift of 0.05. */
const LEASE_MS = (500 * 0.95) / 1.05;

/** Three nodes of which `a` is sure to lead, on a clock that can leap. */
async function leaderThatLeaps(): Promise<{ sim: Sim; clock: JumpingClock; leader: Member }> {
  const sim = new Sim();
  const clock = new JumpingClock(sim.clock);
  const { leader } = await sim.elect((id) => (id === 'a' ? { clock } : { priority: 0 }));
  await sim.clock.advance(1000);
  return { sim, clock, leader };
}

describe('the event loop of a leader was blocked past the lease', () => {
  test('the first question is answered no, whatever it is, before any timer or message had its turn', async () => {
    const { clock, leader } = await leaderThatLeaps();
    const { node, told } = leader;
    const token = node.fencingToken;
    const told0 = told.changes.length;
    expect({ isLeader: node.isLeader(), token }).toEqual({ isLeader: true, token: node.term });
    clock.jump(LEASE_MS + 1);
    expect({
      isLeader: node.isLeader(),
      state: node.state,
      leader: node.leader,
      token: node.fencingToken,
      status: node.status(),
    }).toMatchObject({
      isLeader: false,
      state: 'FOLLOWER',
      leader: undefined,
      token: undefined,
      status: { isLeader: false, state: 'FOLLOWER', leader: undefined, leaseLeftMs: 0 },
    });
    expect(told.changes.length).toBe(told0);
  });

  test('the next thing told is the loss, even though answers that would prolong the lease are already there', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    const { node, told } = leader;
    const before = told.changes.length;
    const answers: boolean[] = [];
    node.on('stateChange', () => answers.push(node.isLeader()));
    // A heartbeat has just left, its answers are under way; then the loop blocks.
    clock.jump(LEASE_MS + 1);
    await sim.clock.advanceUntil(() => told.changes.length > before, 200);
    expect(told.changes[before]).toMatchObject({ from: 'LEADER', to: 'FOLLOWER', reason: 'leaseExpired' });
    expect(answers[0]).toBe(false);
  });

  test('work asks isLeader() and is told no before its signal has aborted', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    let ask: (() => boolean) | undefined;
    let signal: AbortSignal | undefined;
    void leader.node.lead(async (leadership) => {
      ask = leadership.isLeader;
      signal = leadership.signal;
      await new Promise((resolve) => leadership.signal.addEventListener('abort', resolve));
    });
    await sim.clock.advance(1);
    expect(ask?.()).toBe(true);
    clock.jump(LEASE_MS + 1);
    expect({ isLeader: ask?.(), aborted: signal?.aborted }).toEqual({ isLeader: false, aborted: false });
    await sim.clock.advanceUntil(() => signal?.aborted === true, 200);
  });

  test('work does not begin under lead() when the lease is over and nobody has been told', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    clock.jump(LEASE_MS + 1);
    const terms: number[] = [];
    const { term } = leader.node;
    void leader.node.lead((leadership) => void terms.push(leadership.term));
    await sim.clock.advance(50);
    expect(terms).not.toContain(term);
  });

  test('transfer() is refused with NOT_LEADER, stepDown() does nothing', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    clock.jump(LEASE_MS + 1);
    await expect(leader.node.transfer()).rejects.toMatchObject({ code: 'NOT_LEADER' });
    await sim.run(leader.node.stepDown());
  });

  test('close() tells the loss before CLOSED', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    clock.jump(LEASE_MS + 1);
    await sim.run(leader.node.close());
    expect(leader.told.changes.slice(-2)).toMatchObject([
      { from: 'LEADER', to: 'FOLLOWER', reason: 'leaseExpired' },
      { from: 'FOLLOWER', to: 'CLOSED' },
    ]);
  });

  test('just within the lease it goes on leading', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    clock.jump(LEASE_MS - 150);
    expect(leader.node.isLeader()).toBe(true);
    await sim.clock.advance(2000);
    expect(leader.told.changes.filter(({ from }) => from === 'LEADER')).toEqual([]);
  });
});

describe('the machine of a leader was suspended', () => {
  test('wall time alone ends the lease at the first question, then the loss is told', async () => {
    const { sim, clock, leader } = await leaderThatLeaps();
    clock.jumpWall(60_000);
    expect({ isLeader: leader.node.isLeader(), state: leader.node.state }).toEqual({
      isLeader: false,
      state: 'FOLLOWER',
    });
    await sim.clock.advanceUntil(() => leader.told.changes.some(({ from }) => from === 'LEADER'), 200);
    expect(leader.told.changes.find(({ from }) => from === 'LEADER')).toMatchObject({ reason: 'leaseExpired' });
  });

  test('for less than the lease: what was slept away is gone from what status() says is left', async () => {
    const { clock, leader } = await leaderThatLeaps();
    const before = leader.node.status().leaseLeftMs;
    clock.jumpWall(200);
    expect(leader.node.status()).toMatchObject({ isLeader: true, leaseLeftMs: before - 200 });
  });

  test('asleep for a minute while another leads: no question is answered yes by both', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    leader.clock.suspend();
    await sim.clock.advanceUntil(() => followers.some(({ node }) => node.isLeader()), 5000);
    await sim.clock.advance(60_000);
    leader.clock.resume();
    expect(leader.node.isLeader()).toBe(false);
    await sim.clock.advanceUntil(() => sim.isAgreed(), 5000);
    expect(sim.elected.leader).not.toBe(leader);
  });
});

/** A clock whose owner acts on an overdue timer at once, without letting in what lies ready to be read. */
class HastyClock implements Clock {
  readonly #base: NodeClock;

  constructor(base: NodeClock) {
    this.#base = base;
  }

  nowMs = (): number => this.#base.nowMs();
  wallMs = (): number => this.#base.wallMs();
  setTimer = (delayMs: number, callback: () => void) => this.#base.setTimer(delayMs, callback);

  afterPendingInput(callback: () => void): Timer {
    let isWanted = true;
    queueMicrotask(() => isWanted && callback());
    return {
      cancel: () => {
        isWanted = false;
      },
    };
  }
}

describe('the event loop of a follower was blocked for 600 ms (DESIGN section 2)', () => {
  /** Blocks the heir, which waits the shortest; resolves with the states that it took. */
  async function blockHeir(makeClock: (base: NodeClock) => Clock): Promise<readonly string[]> {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    const { id } = heir.node;
    await sim.run(heir.node.close());
    sim.members.delete(id);
    const base = new NodeClock(sim.clock);
    const follower = await sim.start(id, {
      priority: 9,
      clock: makeClock(base),
      rpc: new MockRpcDriver(sim.network, { clock: base }),
    });
    await sim.clock.advance(2000);
    expect(leader.node.isLeader()).toBe(true);
    const before = follower.told.changes.length;
    base.pause();
    await sim.clock.advance(600);
    base.resume();
    await sim.clock.advance(300);
    expect(leader.node.isLeader()).toBe(true);
    return follower.told.changes.slice(before).map(({ to }) => to);
  }

  test('the heartbeats that came meanwhile go first: it stays a follower', async () => {
    expect(await blockHeir((base) => base)).toEqual([]);
  });

  test('twin: acting on the timer at once makes a false election', async () => {
    expect(await blockHeir((base) => new HastyClock(base))).toContain('PRE_CANDIDATE');
  });
});
