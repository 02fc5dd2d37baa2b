/** A blocked event loop is the commonest way to lose leadership: it is measured, shown, and reported before it costs that. */
import { describe, expect, test } from 'vitest';
import { leaseDurationMs } from '../../src/core/lease.js';
import { type Member, Sim } from './sim.js';

const LEASE_MS = leaseDurationMs(500, 0.05);
const HEARTBEAT_MS = 100;

/** `a` of three leads, and then its event loop is blocked for so long. */
async function blockedLeader(blockMs: number): Promise<{ sim: Sim; leader: Member; blocks: Block }> {
  const sim = new Sim();
  const { leader } = await sim.elect((id) => (id === 'a' ? {} : { priority: 0 }));
  await sim.clock.advance(1000);
  const block = async (ms: number): Promise<void> => {
    leader.clock.pause();
    await sim.clock.advance(ms);
    leader.clock.resume();
    // Less than until the next heartbeat: its timer is on time again and would say so.
    await sim.clock.advance(5);
  };
  await block(blockMs);
  return { sim, leader, blocks: block };
}
type Block = (ms: number) => Promise<void>;

describe('the event loop of a leader is blocked', () => {
  test('for more than a third of the lease: it is reported with what was measured, and leadership goes on', async () => {
    const { leader } = await blockedLeader(300);
    expect(leader.told.codes).toEqual(['EVENT_LOOP_BLOCKED']);
    const [error] = leader.told.errors;
    const measuredMs = Number(/for (\d+) ms or more, and the lease lasts 452 ms/.exec(error?.message ?? '')?.[1]);
    expect(measuredMs).toBeLessThanOrEqual(300);
    expect(measuredMs).toBeGreaterThanOrEqual(300 - HEARTBEAT_MS);
    expect(leader.node.isLeader()).toBe(true);
  });

  test('past the lease: the loss is told first, then why', async () => {
    const { leader, blocks } = await blockedLeader(0);
    const order: string[] = [];
    leader.node.on('deposed', ({ reason }) => order.push(reason));
    leader.node.on('asyncError', ({ code }) => order.push(code));
    await blocks(1500);
    expect(order).toEqual(['leaseExpired', 'EVENT_LOOP_BLOCKED']);
  });

  test('for less than a third of the lease: it is shown, and nothing is reported', async () => {
    const { leader } = await blockedLeader(LEASE_MS / 3 - 1);
    expect(leader.told.codes).toEqual([]);
    expect(leader.node.status().longestEventLoopDelayMs).toBeGreaterThan(LEASE_MS / 3 - HEARTBEAT_MS);
  });

  test('again and again: it is reported once a second at most, and every time is counted', async () => {
    const { leader, blocks } = await blockedLeader(300);
    for (let times = 0; times < 2; times++) await blocks(300);
    expect(leader.told.codes).toEqual(['EVENT_LOOP_BLOCKED']);
    expect(leader.node.status().errors).toEqual({ EVENT_LOOP_BLOCKED: 3 });
  });
});

describe('status() shows the delay', () => {
  test('of the timer that came due last, and the longest since the start', async () => {
    const { sim, leader } = await blockedLeader(300);
    const { eventLoopDelayMs, longestEventLoopDelayMs } = leader.node.status();
    expect(eventLoopDelayMs).toBeGreaterThan(300 - HEARTBEAT_MS);
    expect(longestEventLoopDelayMs).toBe(eventLoopDelayMs);
    await sim.clock.advance(1000);
    expect(leader.node.status()).toMatchObject({ eventLoopDelayMs: 0, longestEventLoopDelayMs });
  });

  test('which is none on an idle node', async () => {
    const { leader } = await blockedLeader(0);
    expect(leader.node.status()).toMatchObject({ eventLoopDelayMs: 0, longestEventLoopDelayMs: 0, errors: {} });
  });
});
