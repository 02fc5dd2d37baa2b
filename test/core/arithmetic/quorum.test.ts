// Rules 2 and 3; diss. 3.4, 3.6.3. Small domains, enumerated and compared with a naive version.
import { describe, expect, test } from 'vitest';
import { quorumSize, reachedBy, VoteTally } from '../../../src/core/quorum.js';

/** Every list of `length` values out of `choices`. */
function* lists<T>(choices: readonly T[], length: number): Generator<readonly T[]> {
  if (length === 0) yield [];
  else for (const rest of lists(choices, length - 1)) for (const choice of choices) yield [choice, ...rest];
}

const bits = (set: number) => set.toString(2).replaceAll('0', '').length;

describe('quorumSize', () => {
  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [5, 3],
    [6, 4],
    [7, 4],
    [255, 128],
  ])('of %d voters is %d', (voters, quorum) => {
    expect(quorumSize(voters)).toBe(quorum);
  });

  test('any two quorums of 1 to 7 voters share a voter, and one voter less would not do', () => {
    for (let voters = 1; voters <= 7; voters++) {
      const sets = Array.from({ length: 2 ** voters }, (_, set) => set);
      const disjoint = (size: number) =>
        sets.some((one) => bits(one) >= size && sets.some((other) => bits(other) >= size && (one & other) === 0));
      expect(disjoint(quorumSize(voters))).toBe(false);
      expect(disjoint(quorumSize(voters) - 1)).toBe(true);
    }
  });
});

describe('VoteTally', () => {
  type Answer = 'grants' | 'refuses' | 'is silent';
  const ANSWERS: readonly Answer[] = ['grants', 'refuses', 'is silent'];

  /** Counts, with everything at hand. */
  function naiveOutcome(answers: readonly Answer[]): string {
    const share = (of: Answer) => answers.filter((answer) => answer === of).length;
    if (share('grants') > answers.length / 2) return 'won';
    return share('grants') + share('is silent') > answers.length / 2 ? 'pending' : 'lost';
  }

  test.each([1, 2, 3, 4, 5, 6, 7])('of %d voters agrees with counting, for every way to answer', (voters) => {
    for (const answers of lists(ANSWERS, voters)) {
      const tally = new VoteTally(voters);
      for (const [index, answer] of answers.entries()) {
        // Everything twice, as a network may.
        for (let times = 0; times < 2; times++) {
          if (answer === 'grants') tally.grant(`n${index}`);
          if (answer === 'refuses') tally.refuse(`n${index}`);
        }
      }
      expect([answers, tally.outcome()]).toEqual([answers, naiveOutcome(answers)]);
    }
  });

  test('a grant that follows a refusal counts, a refusal that follows a grant does not', () => {
    const tally = new VoteTally(3);
    tally.refuse('b');
    tally.grant('b');
    tally.grant('a');
    tally.refuse('a');
    expect([tally.grants, tally.outcome()]).toEqual([2, 'won']);
  });

  test('anonymous grants add up (rule 15)', () => {
    const tally = new VoteTally(5);
    tally.grant('a');
    tally.grantAnonymously();
    expect(tally.outcome()).toBe('pending');
    tally.grantAnonymously();
    expect(tally.outcome()).toBe('won');
  });

  test('remembers no more voters than there are', () => {
    const tally = new VoteTally(3);
    for (let voter = 0; voter < 1000; voter++) tally.grant(`x${voter}`);
    for (let times = 0; times < 1000; times++) tally.grantAnonymously();
    expect(tally.grants).toBe(6);
  });
});

describe('reachedBy', () => {
  function naive(count: number, rounds: readonly number[]): number {
    if (count === 0) return Number.POSITIVE_INFINITY;
    return [...rounds].sort((a, b) => b - a)[count - 1] ?? 0;
  }

  test('agrees with sorting, for every list of up to 5 of the rounds 0 to 4, every count and every round that was reached before', () => {
    for (let length = 0; length <= 5; length++) {
      for (const rounds of lists([0, 1, 2, 3, 4], length)) {
        const peers = rounds.map((answeredRound) => ({ answeredRound }));
        for (let count = 0; count <= length + 1; count++) {
          for (let above = 0; above <= 5; above++) {
            const reached = reachedBy(count, peers, above);
            const expected = Math.max(above, naive(count, rounds));
            if (reached !== expected) expect([count, rounds, above, reached]).toEqual([count, rounds, above, expected]);
          }
        }
      }
    }
  });
});
