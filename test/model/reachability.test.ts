// That a leader stays reachable from every state, against a search that takes no shortcuts.
import { expect, test } from 'vitest';
import { Elector } from '../../src/core/elector.js';
import type { Cluster } from './cluster.js';
import { configurationNamed } from './configurations.js';
import * as opened from './opened-model.js';
import { confirms } from './replay.js';

const RETURN = configurationNamed('return');

test('walking back from the leaders finds the states that a naive search finds, to the last one', () => {
  const { reachability, states } = opened.check(RETURN);
  expect(reachability).toEqual(naive(new opened.Cluster(RETURN, (start) => new opened.Elector(start))));
  expect(reachability?.reaching).toBeGreaterThan(1_000);
  const { reaching, undecided, stuck } = reachability ?? { reaching: 0, undecided: 0, stuck: 0 };
  expect(reaching + undecided + stuck).toBe(states);
});

test('a crash is no way to a leader: with a wait after it that never ends, everyone is stuck', () => {
  const bug = opened.BUGS.find(({ name }) => name === 'wait after a restart that never ends');
  if (bug === undefined) throw new Error('the bug is gone');
  const { story } = opened.check(RETURN, { make: bug.make });
  expect(story).toMatchObject({ harm: 'stuck', steps: [{ kind: 'restart' }] });
  if (story === undefined) return;
  // The same run, with electors as they ship: a leader comes.
  expect(confirms(story, RETURN, (start) => new Elector(start))).toBe(false);
});

/** Goes over all states again and again until nothing changes. */
function naive(cluster: Cluster) {
  const { steps, leading, cut } = graphOf(cluster);
  const reaching = closure(steps, leading);
  const decided = closure(steps, cut);
  const undecided = [...decided].filter((state) => !reaching.has(state)).length;
  return { reaching: reaching.size, undecided, stuck: steps.size - reaching.size - undecided };
}

function graphOf(cluster: Cluster) {
  const steps = new Map<string, string[]>();
  const leading: string[] = [];
  const cut: string[] = [];
  const first = cluster.first();
  cluster.settle(first);
  const waiting = [first];
  steps.set(first.join(), []);
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const key = state.join();
    const here = state;
    if (cluster.leadersOf(state).length > 0) leading.push(key);
    const cutBefore = cluster.cutOff + cluster.cutShort;
    cluster.visitSteps(state, (next, step) => {
      const isFault = cluster.isFault(step, here);
      const settled = next.slice();
      cluster.settle(settled);
      if (!isFault) steps.get(key)?.push(settled.join());
      if (steps.has(settled.join())) return;
      steps.set(settled.join(), []);
      waiting.push(settled);
    });
    if (cluster.cutOff + cluster.cutShort > cutBefore) cut.push(key);
  }
  return { steps, leading, cut };
}

function closure(steps: ReadonlyMap<string, readonly string[]>, targets: readonly string[]): Set<string> {
  const inside = new Set(targets);
  for (let before = -1; before !== inside.size; ) {
    before = inside.size;
    for (const [state, next] of steps) if (next.some((one) => inside.has(one))) inside.add(state);
  }
  return inside;
}
