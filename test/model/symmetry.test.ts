// States that differ in who is who are one where a configuration says so: shown here, not assumed.
import { describe, expect, test } from 'vitest';
import type { Cluster } from './cluster.js';
import type { Configuration } from './configuration.js';
import { configurationNamed } from './configurations.js';
import * as opened from './opened-model.js';

const votes = configurationNamed('votes');
const leases = configurationNamed('leases');
const CONFIGURATIONS: readonly Configuration[] = [
  { ...votes, name: 'two voters, one term, to the end', voters: 2 },
  { ...votes, name: 'three equal voters, 9 steps', bounds: { ...votes.bounds, steps: 9 } },
  { ...leases, name: 'a witness and two others, two terms, 10 steps', bounds: { ...leases.bounds, steps: 10 } },
  { ...votes, name: 'three equal voters, a crash, 7 steps', bounds: { ...votes.bounds, restarts: 1, steps: 7 } },
  {
    ...configurationNamed('four-voters'),
    name: 'two and two voters, 11 steps',
    bounds: { ...votes.bounds, steps: 11 },
  },
];

type Settle = (state: Uint32Array) => void;

describe('exploring one state for all that differ in who is who is exploring them all', () => {
  test.each(CONFIGURATIONS)('$name', (configuration) => {
    const { cluster, states } = wholeGraph(configuration);
    const { settle, folded } = folder(cluster, (state) => cluster.settle(state));
    const classes = new Set(states.map((state) => folded(state).join()));
    const checked = opened.check(configuration);

    // The reduced exploration has met one state of each class, and nothing else.
    expect(checked.states).toBe(classes.size);
    expect(classes.size).toBeLessThan(states.length);
    // No class has more members than there are orders of the voters that may be exchanged.
    expect(states.length).toBeLessThanOrEqual(classes.size * 24);
    // Whatever one member can do, the state that stands for it can do, and the invariants hold of both or of neither.
    for (const state of states)
      if (differs(cluster, state, settle)) throw new Error(`${state.join()} is not like its twin`);
  });
});

test('voters of different priorities are not alike: to exchange them is noticed', () => {
  const { cluster, states } = wholeGraph({ ...leases, bounds: { ...leases.bounds, steps: 10 } });
  const blind = new opened.Symmetry(cluster.machines, cluster.network, cluster.histories, ['any', 'any', 'any']);
  const { settle } = folder(cluster, (state) => blind.settle(state));
  expect(states.some((state) => differs(cluster, state, settle))).toBe(true);
});

describe('with and without telling apart who is who, each deliberate bug takes as many steps', () => {
  const symmetric = opened.BUGS.filter(({ configuration }) => configurationNamed(configuration).symmetric);
  test.each(symmetric)('$name', ({ configuration: name, make }) => {
    const configuration = configurationNamed(name);
    const folded = opened.check(configuration, { make }).story;
    const whole = opened.check({ ...configuration, symmetric: false }, { make }).story;
    expect(folded?.harm).toBeDefined();
    expect(whole?.harm).toBe(folded?.harm);
    expect(whole?.steps.length).toBe(folded?.steps.length);
  });
});

/** Every state within the bounds, none taken for another; by the plainest search there is. */
function wholeGraph(configuration: Configuration): { readonly cluster: Cluster; readonly states: Uint32Array[] } {
  const cluster = new opened.Cluster(configuration, (start) => new opened.Elector(start));
  const first = cluster.first();
  const states = [first];
  const known = new Set([first.join()]);
  const most = configuration.bounds.steps ?? Number.POSITIVE_INFINITY;
  let layer = [first];
  for (let depth = 0; depth < most && layer.length > 0; depth++) {
    const nextLayer: Uint32Array[] = [];
    for (const state of layer) {
      cluster.visitSteps(state, (next) => {
        const key = next.join();
        if (known.has(key)) return;
        known.add(key);
        nextLayer.push(next.slice());
      });
    }
    states.push(...nextLayer);
    layer = nextLayer;
  }
  return { cluster, states };
}

function folder(cluster: Cluster, settle: Settle) {
  const buffer = new Uint32Array(cluster.words);
  const folded = (state: Uint32Array): Uint32Array => {
    buffer.set(state);
    settle(buffer);
    return buffer;
  };
  return { settle, folded };
}

/** Whether a state and the one that stands for it break different invariants, or lead to different states. */
function differs(cluster: Cluster, state: Uint32Array, settle: Settle): boolean {
  const twin = state.slice();
  settle(twin);
  if ((cluster.violationIn(state) === undefined) !== (cluster.violationIn(twin) === undefined)) return true;
  if (cluster.leadersOf(state).length !== cluster.leadersOf(twin).length) return true;
  return stepsOf(cluster, state, settle) !== stepsOf(cluster, twin, settle);
}

function stepsOf(cluster: Cluster, state: Uint32Array, settle: Settle): string {
  const { folded } = folder(cluster, settle);
  const steps = new Set<string>();
  cluster.visitSteps(state, (next, _step, broken) => {
    steps.add(broken === undefined ? folded(next).join() : 'broken');
  });
  return [...steps].sort().join(' ');
}
