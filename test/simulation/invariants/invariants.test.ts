// The judges of simulated worlds, judged: each is shown a world, made by hand, that breaks it, and one that comes close.
import { describe, expect, test } from 'vitest';
import { allInvariants, everyInvariant } from '../../../src/testing/simulation/invariants/index.js';
import { AVAILABILITY } from './availability.js';
import { type HandMadeCase, HandMadeWorld, planOf } from './hand-made-world.js';
import { LEASES } from './leases.js';
import { ROLES } from './roles.js';
import { VOTES } from './votes.js';

const CASES = [...VOTES, ...LEASES, ...AVAILABILITY, ...ROLES];

/** What the invariant of a case says of one of its worlds. */
function verdict(
  { invariant, plan: changes }: HandMadeCase,
  story: (world: HandMadeWorld) => void,
): string | undefined {
  const plan = planOf(changes);
  const demanded = allInvariants(plan).find(({ name }) => name === invariant);
  if (demanded === undefined) throw new Error(`${invariant} is not demanded of such a world`);
  const world = new HandMadeWorld(plan, demanded);
  story(world);
  return world.breach;
}

describe.each(CASES)('$invariant: a world in which $harm', (made) => {
  test('is refused, and the failure names ids, terms and times', () => {
    expect(verdict(made, made.bad)).toMatch(made.says);
  });

  test('and one that comes close is not', () => {
    expect(verdict(made, made.good)).toBeUndefined();
  });
});

test('every invariant is shown a bad world and a good one', () => {
  const judged = new Set(CASES.map(({ invariant }) => invariant));
  expect([...judged].sort()).toEqual(
    everyInvariant(planOf())
      .map(({ name }) => name)
      .sort(),
  );
});

describe('of a world that expects harm, only what still holds is demanded', () => {
  const spared = (changes: Parameters<typeof planOf>[0]): string[] => {
    const plan = planOf(changes);
    const demanded = allInvariants(plan).map(({ name }) => name);
    return everyInvariant(plan)
      .map(({ name }) => name)
      .filter((name) => !demanded.includes(name));
  };

  test('nothing is spared a world without harm, but what is about crowds', () => {
    expect(spared({})).toEqual(['nobody leads a crowd']);
  });

  test('clocks beyond their drift break leases and tokens, never votes', () => {
    expect(spared({ harm: 'fastClocks' })).toEqual([
      'leases never overlap',
      'fencing tokens rise',
      'nobody leads a crowd',
      'a leader after healing',
    ]);
  });

  test('a term that a lost disk knew of may be led twice, and then nobody of it is followed', () => {
    expect(spared({ harm: 'lostDisks' })).toEqual(['nobody leads a crowd', 'leader heard, no election']);
  });

  test('a crowd has quorums that share no voter', () => {
    expect(spared({ harm: 'crowd', cluster: { name: 'crowd', size: 2 } })).toEqual([
      'leases never overlap',
      'one leader a term',
      'fencing tokens rise',
      'no leader change without cause',
      'leader heard, no election',
      'a leader after healing',
    ]);
  });
});
