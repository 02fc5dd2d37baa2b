// What graft dashboard makes of round after round: who led when, what changed, what is missing.
import { describe, expect, test } from 'vitest';
import { Observation } from '../../../src/cli/dashboard/observation.js';
import { RoundLimit } from '../../../src/cli/dashboard/round-limit.js';
import { parseNodeId } from '../../../src/core/names.js';
import { following, leading, statusOf } from './reports.js';

const ALL = statusOf(1_000, leading('a', 1, { heir: 'b' }), following('b', 'a', 1), following('c', 'a', 1));

/** `a` dies, nobody leads, `b` does. */
function failover(): Observation {
  const observation = new Observation(500);
  observation.take(ALL);
  observation.take(statusOf(2_000, { id: 'b', term: 1 }, { id: 'c', term: 1 }));
  observation.take(statusOf(2_400, leading('b', 2), following('c', 'b', 2)));
  return observation;
}

describe('a failover', () => {
  test('is three reigns: the one of the dead, the one of nobody, and the new one, which lasts', () => {
    expect(failover().snapshot(2_500, 5).reigns).toEqual([
      { kind: 'leader', leader: 'a', term: 1, sinceMs: 1_000, untilMs: 2_000 },
      { kind: 'nobody', leader: null, term: 1, sinceMs: 2_000, untilMs: 2_400 },
      { kind: 'leader', leader: 'b', term: 2, sinceMs: 2_400, untilMs: null },
    ]);
  });

  test('is told with the voter that is missing and the changes as graft watch words them', () => {
    const { leader, term, missing, nodes, changes, ageMs } = failover().snapshot(2_500, 5);
    expect({ leader, term, missing, ageMs }).toEqual({ leader: 'b', term: 2, missing: ['a'], ageMs: 5 });
    expect(nodes.map(({ id }) => id)).toEqual(['b', 'c']);
    expect(changes.map(({ text }) => text)).toEqual([
      ...['a leads term 1', 'a answers', 'b answers', 'c answers'],
      ...['nobody leads', 'a does not answer'],
      ...['b leads term 2', 'b: FOLLOWER -> LEADER in term 2'],
    ]);
  });

  test('twin: rounds in which nothing changes tell nothing new', () => {
    const observation = new Observation(500);
    observation.take(ALL);
    const before = observation.snapshot(1_000, 5);
    observation.take({ ...ALL, atMs: 1_250 });
    expect(observation.snapshot(1_000, 5)).toEqual(before);
  });
});

test('a leader that leads two terms running has two reigns', () => {
  const observation = new Observation(0);
  observation.take(statusOf(1, leading('a', 1)));
  observation.take(statusOf(2, leading('a', 2)));
  expect(observation.snapshot(2, 0).reigns.map(({ term, untilMs }) => [term, untilMs])).toEqual([
    [1, 2],
    [2, null],
  ]);
});

test('a clock that is set back makes no reign end before it began', () => {
  const observation = new Observation(0);
  observation.take(statusOf(9_000, leading('a', 1)));
  observation.take(statusOf(2_000, leading('b', 2)));
  expect(observation.snapshot(2_000, 0).reigns[0]).toMatchObject({ sinceMs: 9_000, untilMs: 9_000 });
});

test('where nobody leads, terms that pass are one reign of nobody', () => {
  const observation = new Observation(0);
  for (const term of [1, 2, 3]) observation.take(statusOf(term, { id: 'a', term }));
  expect(observation.snapshot(3, 0).reigns).toEqual([
    { kind: 'nobody', leader: null, term: 1, sinceMs: 1, untilMs: null },
  ]);
});

describe('while nobody can be asked', () => {
  test('that is a reign of its own, what was known last stays, and the obstacle is told once', () => {
    const observation = new Observation(0);
    observation.take(ALL);
    observation.lose('the server is away', 2_000);
    observation.lose('the server is away', 2_250);
    const lost = observation.snapshot(2_250, 1_250);
    expect(lost).toMatchObject({ obstacle: 'the server is away', leader: 'a', ageMs: 1_250 });
    expect(lost.reigns.at(-1)).toEqual({ kind: 'unseen', leader: null, term: 1, sinceMs: 2_000, untilMs: null });
    expect(lost.changes.filter(({ kind }) => kind === 'obstacle')).toHaveLength(1);
    observation.take({ ...ALL, atMs: 3_000 });
    const back = observation.snapshot(3_000, 5);
    expect(back.obstacle).toBeNull();
    expect(back.reigns.map(({ kind }) => kind)).toEqual(['leader', 'unseen', 'leader']);
  });
});

test('where nobody answers, nobody knows whether somebody leads: that is no reign of nobody', () => {
  const observation = new Observation(0);
  observation.take(ALL);
  observation.take(statusOf(2_000));
  observation.take({ ...ALL, atMs: 3_000 });
  const { reigns, obstacle } = observation.snapshot(3_000, 5);
  expect([obstacle, reigns.map(({ kind }) => kind)]).toEqual([null, ['leader', 'unseen', 'leader']]);
});

describe('what is kept is bounded', () => {
  test('over a leader that changes ten thousand times: the newest reigns and changes', () => {
    const observation = new Observation(0);
    for (let term = 1; term <= 10_000; term++) {
      const leader = term % 2 === 0 ? 'a' : 'b';
      observation.take(statusOf(term, leading(leader, term)));
    }
    const { reigns, changes } = observation.snapshot(10_000, 0);
    expect([reigns.length, changes.length]).toEqual([64, 40]);
    expect(reigns.at(-1)).toMatchObject({ leader: 'a', term: 10_000 });
  });

  test('over answers of more nodes than any cluster has', () => {
    const observation = new Observation(0);
    const crowd = Array.from({ length: 1_000 }, (_, index) => following(`n${index}`, 'a', 1, { observer: true }));
    observation.take(statusOf(1, leading('a', 1), ...crowd));
    const { nodes, unshownNodes } = observation.snapshot(1, 0);
    expect([nodes.length, unshownNodes]).toEqual([300, 701]);
  });

  test('and shows the one that leads and the voters before any crowd of observers', () => {
    const observation = new Observation(0);
    const crowd = Array.from({ length: 1_000 }, (_, index) => following(`a${index}`, 'c', 1, { observer: true }));
    observation.take(statusOf(1, ...crowd, following('b', 'c', 1), leading('c', 1)));
    const { nodes } = observation.snapshot(1, 0);
    expect(nodes.slice(0, 2).map(({ id }) => id)).toEqual(['c', 'b']);
  });

  test('over troubles without number, each of which names hundreds of voters', () => {
    const voters = Array.from({ length: 255 }, (_, index) => parseNodeId(`voter-${index}`, 'id'));
    const observation = new Observation(0);
    observation.take(statusOf(1, ...voters.map((id) => following(id, 'a', 1, { voters }))));
    const { troubles, changes } = observation.snapshot(1, 0);
    expect(troubles).toHaveLength(40);
    for (const text of [...troubles, ...changes.map((change) => change.text)]) {
      expect(text.length).toBeLessThanOrEqual(400);
    }
  });
});

test('the lease is shown against the longest that was seen of this leadership', () => {
  const observation = new Observation(0);
  const longest = (leaseLeftMs: number, term: number) => {
    observation.take(statusOf(1, leading('a', term, { leaseLeftMs })));
    return observation.snapshot(1, 0).longestLeaseMs;
  };
  expect([longest(300, 1), longest(440, 1), longest(350, 1), longest(200, 2)]).toEqual([300, 440, 440, 200]);
});

test('in interop mode there is no lease, and none is shown', () => {
  const observation = new Observation(0);
  observation.take(statusOf(1, leading('a', 1, { leaseLeftMs: Number.POSITIVE_INFINITY })));
  const { longestLeaseMs, nodes } = observation.snapshot(1, 0);
  expect([longestLeaseMs, nodes[0]?.leaseLeftMs]).toEqual([0, null]);
});

describe('a round takes', () => {
  test('all the time that is given at first, and then what those who answer need; less where one is silent anyway', () => {
    const limit = new RoundLimit(1_000);
    expect(limit.ms).toBe(1_000);
    limit.learn(ALL);
    expect(limit.ms).toBe(300);
    limit.learn(statusOf(1, leading('a', 1), following('b', 'a', 1, { roundTripMs: 10 })));
    expect(limit.ms).toBe(200);
    limit.learn(statusOf(1, leading('a', 1), following('b', 'a', 1, { roundTripMs: 200 })));
    expect(limit.ms).toBe(800);
  });

  test('all the time again where nobody answers, and every fortieth time', () => {
    const limit = new RoundLimit(1_000);
    limit.learn(statusOf(1));
    expect(limit.ms).toBe(1_000);
    for (let round = 1; round < 40; round++) limit.learn(ALL);
    expect(limit.ms).toBe(1_000);
    limit.learn(ALL);
    expect(limit.ms).toBe(300);
  });
});
