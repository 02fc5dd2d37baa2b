// Exhaustive exploration of small clusters of real electors (docs/model-checking.md). The large ones run by
// `npm run model -- --ci`; these are small enough to run with every test.
import { describe, expect, test } from 'vitest';
import { Elector } from '../../src/core/elector.js';
import { seededRandom } from '../support/seeded-random.js';
import { BUGS } from './bugs.js';
import type { Cluster, Step } from './cluster.js';
import { configurationNamed } from './configurations.js';
import * as opened from './opened-model.js';
import { confirms, replay, shownOf } from './replay.js';

const TINY = ['names-and-hints', 'votes', 'return'];

describe('every state that a small cluster can reach keeps every invariant, and a leader can come from each', () => {
  test.each(TINY)('%s', (name) => {
    const checked = opened.check(configurationNamed(name));
    expect(checked.story).toBeUndefined();
    expect(checked.complete).toBe(true);
    expect(checked.unreached).toEqual([]);
    expect(checked.reachability).toMatchObject({ stuck: 0 });
    expect(checked.states).toBeGreaterThan(10_000);
  });
});

test('exploring twice finds the same: states, transitions, depth, machines', () => {
  const counts = () => {
    const { seconds, ...rest } = opened.check(configurationNamed('names-and-hints'));
    expect(seconds).toBeGreaterThan(0);
    return rest;
  };
  expect(counts()).toEqual(counts());
});

test('an exploration that never gets to what its bounds allow is said to be idle', () => {
  const votes = configurationNamed('votes');
  const tooShort = opened.check({ ...votes, bounds: { ...votes.bounds, terms: 2, restarts: 1, steps: 4 } });
  expect(tooShort.story).toBeUndefined();
  expect(tooShort.unreached).toEqual(['an election', 'a lease', "a lease after another's", 'a lease after a restart']);
  expect(opened.check(configurationNamed('return')).unreached).toEqual([]);
});

describe('each deliberate bug is found, by a run that shows it again on the core as it ships', () => {
  test.each(BUGS.map(({ name }) => name))('%s', (name) => {
    const bug = opened.BUGS.find((one) => one.name === name);
    const sealed = BUGS.find((one) => one.name === name);
    if (bug === undefined || sealed === undefined) throw new Error(`no bug ${name}`);
    const configuration = configurationNamed(bug.configuration);
    const { story } = opened.check(configuration, { make: bug.make, mostStates: 500_000 });
    if (story === undefined) throw new Error(`${name} was not found`);
    expect(confirms(story, configuration, sealed.make)).toBe(true);

    // The rule alone makes the difference: without the bug the same run breaks nothing, or does not even come about,
    // since the real elector does not send what the run goes on with.
    let without = false;
    try {
      without = confirms(story, configuration, (start) => new Elector(start));
    } catch (error) {
      expect(String(error)).toContain('has not sent');
    }
    expect(without).toBe(false);
  });
});

describe('what the model takes for one state is one: random runs go the same way on electors as they ship', () => {
  const CONFIGURATIONS = [
    ...['votes', 'pre-votes', 'names-and-hints', 'leases', 'restarts', 'promises', 'transfers', 'after-transfer'],
    ...['delays', 'terms-ahead', 'drift', 'four-voters', 'failed-writes', 'returns'],
  ];
  test.each(CONFIGURATIONS)('%s: 20 runs of 60 steps', (name) => {
    const configuration = configurationNamed(name);
    const random = seededRandom(name.length);
    const cluster = new opened.Cluster(configuration, (start) => new opened.Elector(start));
    for (let run = 0; run < 20; run++) {
      const { steps, state } = randomRun(cluster, random);
      const { voters } = replay(
        opened.tell(cluster, { steps, harm: 'broken', text: '' }),
        configuration,
        (start) => new Elector(start),
      );
      const modelled = cluster.machines.ids.map((id, voter) => {
        const { elector, disk } = cluster.machines.at(state[voter] ?? 0);
        return shownOf(id, elector, disk, { nowMs: 0, wallMs: 0 });
      });
      expect(voters).toEqual(modelled);
    }
  });
});

function randomRun(cluster: Cluster, random: () => number): { readonly steps: Step[]; readonly state: Uint32Array } {
  const steps: Step[] = [];
  let state = cluster.first();
  while (steps.length < 60) {
    const choices: Step[] = [];
    cluster.visitSteps(state, (_next, step) => choices.push({ ...step }));
    const step = choices[Math.floor(random() * choices.length)];
    if (step === undefined) break;
    steps.push(step);
    state = cluster.stateAfter(state, step);
  }
  return { steps, state };
}
