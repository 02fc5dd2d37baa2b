/** What an idle node costs: one timer, and its heartbeats (DESIGN section 2). */
import { expect, test } from 'vitest';
import { Sim } from './sim.js';

test('a settled cluster of three has one pending timer a node, and says a heartbeat and two answers an interval', async () => {
  const sim = new Sim();
  await sim.elect();
  await sim.clock.advance(2000);
  const said: string[] = [];
  sim.network.tap(({ kind, from }) => {
    if (kind === 'sent' && from !== undefined) said.push(from);
  });
  await sim.clock.advance(1050);
  expect(sim.clock.pendingTimers).toBe(3);
  const { leader } = sim.elected;
  expect(said.filter((from) => from === leader.node.id).length).toBeLessThanOrEqual(22);
  expect(said.length).toBeLessThanOrEqual(44);
});
