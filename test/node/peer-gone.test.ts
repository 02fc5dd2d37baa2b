// What a driver says of a peer that is gone reaches the rules (rule 10), and no more than that.
import { expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import type { DriverContext } from '../../src/drivers/rpc-driver.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { NodeClock } from '../../src/testing/node-clock.js';
import { Sim } from './sim.js';

/** Five nodes; `contexts` is what each has handed to its driver. */
async function fiveElected() {
  const sim = new Sim(['a', 'b', 'c', 'd', 'e']);
  const contexts = new Map<string, DriverContext>();
  class Overheard extends MockRpcDriver {
    override init(context: DriverContext, signal?: AbortSignal): Promise<void> {
      contexts.set(context.id, context);
      return super.init(context, signal);
    }
  }
  const { leader, heir } = await sim.elect(() => {
    const clock = new NodeClock(sim.clock);
    return { clock, rpc: new Overheard(sim.network, { clock }) };
  });
  await sim.clock.advance(1_000);
  return { sim, contexts, leader: leader.node.id, heir: heir.node.id };
}

/** How long nobody leads after the leader and its heir have died at one instant. */
async function gapMs({ told }: { readonly told: boolean }): Promise<number> {
  const { sim, contexts, leader, heir } = await fiveElected();
  for (const id of [leader, heir]) sim.crash(id);
  const sinceMs = sim.clock.nowMs();
  const alive = [...sim.members.keys()];
  await sim.clock.advance(20);
  if (told) for (const id of alive) for (const dead of [leader, heir]) contexts.get(id)?.peerGone?.(parseNodeId(dead));
  await sim.clock.advanceUntil(() => alive.some((id) => sim.member(id).node.isLeader()), 10_000);
  return sim.clock.nowMs() - sinceMs;
}

test('five nodes whose leader and heir die at once have a leader sooner when told, and not before the promises end', async () => {
  const [untold, told] = [await gapMs({ told: false }), await gapMs({ told: true })];
  expect(told).toBeLessThan(untold);
  expect(told).toBeGreaterThanOrEqual(400);
});

test('a lie about a leader that lives changes nothing that shows', async () => {
  const { sim, contexts, leader } = await fiveElected();
  const told = [...sim.members.values()].map(({ told: { changes } }) => changes.length);
  for (let times = 0; times < 100; times += 1) {
    for (const context of contexts.values()) for (const id of sim.voters) context.peerGone?.(parseNodeId(id));
    await sim.clock.advance(37);
  }
  expect([...sim.members.values()].map(({ told: { changes } }) => changes.length)).toEqual(told);
  expect(sim.elected.leader.node.id).toBe(leader);
});

test('who has closed is told nothing', async () => {
  const { sim, contexts, leader, heir } = await fiveElected();
  const { node, told } = sim.member(heir);
  await sim.run(node.close());
  const before = told.changes.length;
  contexts.get(heir)?.peerGone?.(parseNodeId(leader));
  await sim.clock.advance(5_000);
  expect(told.changes).toHaveLength(before);
});
