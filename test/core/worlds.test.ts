// The rules together, in worlds of bare electors where everything goes wrong. One seed decides a whole world.
//   GRAFT_SEED=123 npx vitest run test/core/worlds.test.ts                 one world
//   GRAFT_SEED=1 GRAFT_SEEDS=20000 npx vitest run test/core/worlds.test.ts   many
import { describe, expect, test } from 'vitest';
import { Elector } from '../../src/core/elector.js';
import { WithLeaseDuringTransfer, WithLeaseResumed, WithSendsBeforePersist } from './twins/without.js';
import { FAULTS } from './world/faults.js';
import type { MakeElector } from './world/machine.js';
import { describeFailure, firstViolation, World, type WorldOptions } from './world/world.js';

const first = Number(process.env['GRAFT_SEED'] ?? 1);
const asked = process.env['GRAFT_SEED'] !== undefined;
const count = Number(process.env['GRAFT_SEEDS'] ?? (asked ? 1 : 200));
/** Small enough for a test to be a matter of seconds. */
const BATCH = 50;

/** How often what happened in all worlds of this run. */
const seen = new Map<string, number>();

describe(`worlds ${first} to ${first + count - 1}: safe under all faults, led when healed`, () => {
  for (let from = first; from < first + count; from += BATCH) {
    const to = Math.min(from + BATCH, first + count) - 1;
    test(`seeds ${from} to ${to}`, () => {
      for (let seed = from; seed <= to; seed++) {
        const report = new World({ seed }).run();
        for (const [what, times] of report.seen) seen.set(what, (seen.get(what) ?? 0) + times);
        expect.soft(report.violation, describeFailure(report)).toBeUndefined();
      }
    });
  }

  test.skipIf(asked)(
    'and none of them was idle: every fault and every way to gain and lose leadership was there',
    () => {
      const happened = [...seen.keys()];
      // Loss and delay befall single messages, and are part of the plan.
      expect(happened).toEqual(expect.arrayContaining(FAULTS.filter((fault) => fault !== 'persistFailure')));
      expect(happened).toEqual(
        expect.arrayContaining([
          'write failed',
          'transfer of a leader',
          'LEADER won',
          'FOLLOWER leaseExpired',
          'FOLLOWER newerTerm',
          'FOLLOWER steppedDown',
          'CANDIDATE asked',
          'PRE_CANDIDATE lostElection',
          'PRE_CANDIDATE newerTerm',
          'FOLLOWER persistFailed',
        ]),
      );
      expect(seen.get('LEADER won')).toBeGreaterThan(count * 5);
    },
  );
});

describe('a world', () => {
  test('is decided by its seed: twice the same', () => {
    expect(new World({ seed: 7 }).run()).toEqual(new World({ seed: 7 }).run());
  });

  test('where no machine sleeps takes no harm from wall clocks that are set back as well as forth', () => {
    const faults = FAULTS.filter((fault) => fault !== 'suspend');
    expect(firstViolation(20, { faults })).toBeUndefined();
  });
});

describe('a world sees', () => {
  /** Asks for ever and never campaigns. */
  class Undecided extends Elector {
    protected override campaign(): void {}
  }
  const without =
    (broken: typeof Elector): MakeElector =>
    (start) =>
      new broken(start);

  test.each<[string, Omit<WorldOptions, 'seed'>, RegExp]>([
    ['that nobody leads', { makeElector: without(Undecided) }, /^liveness/],
    ['a vote that is shown before it is durable', { makeElector: without(WithSendsBeforePersist) }, /^durable votes/],
    ['two leaders at one instant', { makeElector: without(WithLeaseDuringTransfer) }, /^one leader at any instant/],
    ['leadership that comes back without a word', { makeElector: without(WithLeaseResumed) }, /^election safety/],
  ])('%s, within 20 seeds', (_name, options, violation) => {
    expect(firstViolation(20, options)?.violation).toMatch(violation);
  });

  test('and says how to see it again', () => {
    const report = firstViolation(1, { makeElector: without(Undecided) });
    expect(report === undefined ? '' : describeFailure(report)).toMatch(
      /^FAILED {2}liveness.*\nseed {4}1, .*\nworld {3}.*\nreplay {2}GRAFT_SEED=1 npx vitest run test\/core\/worlds.test.ts$/,
    );
  });
});
