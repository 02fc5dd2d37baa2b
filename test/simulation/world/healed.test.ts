/** The end of a drawn world: the leader that all knew once is to be there still. */
import { describe, expect, test } from 'vitest';
import type { Node } from '../../../src/node/node.js';
import { drawPlan, type Hearer, runWorld, type ServiceFactory } from '../../../src/testing/index.js';

describe('a healed world', () => {
  /** Runs the worlds of some seeds; `act` is given the nodes once all of them know a leader. */
  async function verdicts(act: (nodes: readonly Node[]) => void): Promise<readonly (string | undefined)[]> {
    const found: (string | undefined)[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      if (drawPlan(seed).harm !== 'none') continue;
      const nodes = new Set<Node>();
      let isOver = false;
      const onceAgreed: Hearer = {
        hears: ['step'],
        hear: (_event, { nowMs, quietSinceMs, members }) => {
          const leader = [...members.values()].find((member) => member.isLeader());
          const agree = [...members.values()].every((each) => each.leader === leader?.id && each.term === leader?.term);
          if (isOver || nowMs < quietSinceMs || leader === undefined || !agree) return;
          isOver = true;
          act([...nodes]);
        },
      };
      const service: ServiceFactory = () => ({ run: async (node) => void nodes.add(node) });
      const { breach } = await runWorld(seed, { service, hearers: [onceAgreed] });
      found.push(breach?.invariant);
    }
    return found;
  }

  test('in which every node is closed as soon as all know a leader is a breach, in each of the first seeds', {
    timeout: 120_000,
  }, async () => {
    const found = await verdicts((nodes) => {
      for (const node of nodes) void node.close();
    });
    expect(found.length).toBeGreaterThan(30);
    expect(new Set(found)).toEqual(new Set(['a leader after healing']));
  });

  test('in which the leader steps down just then passes: whoever follows has the time to be known', {
    timeout: 120_000,
  }, async () => {
    const found = await verdicts((nodes) => {
      for (const node of nodes) if (node.isLeader()) void node.stepDown();
    });
    expect(new Set(found)).toEqual(new Set([undefined]));
  });
});
