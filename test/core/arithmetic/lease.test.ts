// Rule 8; diss. 6.4.1.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Leadership } from '../../../src/core/leadership.js';
import { leaseDurationMs, SentRounds } from '../../../src/core/lease.js';
import { parseNodeId } from '../../../src/core/names.js';
import { settle } from '../../../src/core/options.js';
import { heartbeatResponse } from '../electors.js';

describe('leaseDurationMs', () => {
  test('by default is a little over 452 ms', () => {
    expect(leaseDurationMs(500, 0.05)).toBeCloseTo(452.38, 2);
    expect(leaseDurationMs(500, 0)).toBe(500);
  });

  test('at the worst clock skew ends no later, in true time, than the promise of a voter that answered at once', () => {
    for (let timeoutMs = 1; timeoutMs <= 2000; timeoutMs += 37) {
      for (let drift = 0; drift <= 0.25; drift += 0.01) {
        for (const leaderRate of [1 - drift, 1, 1 + drift]) {
          for (const voterRate of [1 - drift, 1, 1 + drift]) {
            const leaseTrueMs = leaseDurationMs(timeoutMs, drift) / leaderRate;
            const promiseTrueMs = timeoutMs / voterRate;
            expect(leaseTrueMs).toBeLessThanOrEqual(promiseTrueMs * (1 + Number.EPSILON * 4));
          }
        }
      }
    }
  });

  test('and no longer one would do: with the slowest leader and the fastest voter they end together', () => {
    expect(leaseDurationMs(500, 0.05) / 0.95).toBeCloseTo(500 / 1.05, 9);
  });
});

describe('SentRounds', () => {
  test('agrees with a map of the newest rounds', () => {
    for (let kept = 1; kept <= 8; kept++) {
      const rounds = new SentRounds(kept);
      const naive = new Map<number, number>();
      for (let sent = 1; sent <= 30; sent++) {
        expect(rounds.add({ nowMs: sent * 100, wallMs: sent * 1000 })).toBe(sent);
        naive.set(sent, sent * 100);
        naive.delete(sent - kept);
        for (let round = -1; round <= sent + 2; round++) {
          expect(rounds.sentAtMs(round)).toBe(naive.get(round) ?? Number.NEGATIVE_INFINITY);
          expect(rounds.sentAtWallMs(round)).toBe((naive.get(round) ?? Number.NEGATIVE_INFINITY) * 10);
        }
        expect(rounds.newest).toBe(sent);
      }
    }
  });
});

describe('Leadership', () => {
  const VOTERS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  type Step = { readonly beat: true } | { readonly beat: false; readonly voter: number; readonly behind: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.constant({ beat: true } as const),
    fc.record({ beat: fc.constant(false as const), voter: fc.nat(6), behind: fc.nat(6) }),
  );

  /** The lease's end: from the newest round that more than half, the leader included, have answered. */
  function naiveLeaseEnd(
    size: number,
    sentAt: readonly number[],
    answered: readonly number[],
    leaseMs: number,
  ): number {
    for (let round = sentAt.length; round >= 1; round--) {
      const reached = 1 + answered.filter((newest) => newest >= round).length;
      if (reached > size / 2) return (sentAt[round - 1] ?? 0) + leaseMs;
    }
    return Number.NEGATIVE_INFINITY;
  }

  test('holds the lease that counting by hand gives, after any heartbeats and answers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.array(step, { maxLength: 60 }), (size, steps) => {
        const settings = settle(parseNodeId('a'), { cluster: { name: 'test', voters: VOTERS.slice(0, size) } });
        const leadership = new Leadership(settings);
        const sentAt: number[] = [];
        const answered = new Array<number>(size - 1).fill(0);
        let nowMs = 0;
        for (const next of steps) {
          if (next.beat) {
            nowMs += 100;
            sentAt.push(nowMs);
            expect(leadership.beat({ nowMs, wallMs: nowMs })).toBe(sentAt.length);
          } else {
            const round = sentAt.length - next.behind;
            const voter = VOTERS[next.voter + 1] ?? 'x';
            leadership.answer(heartbeatResponse({ term: 1, voter, round }), { nowMs, wallMs: nowMs });
            if (next.voter < size - 1 && round >= 1) {
              answered[next.voter] = Math.max(answered[next.voter] ?? 0, round);
            }
          }
          const expected = naiveLeaseEnd(size, sentAt, answered, settings.leaseMs);
          // A lease that was over before it began is none: it is too old to be remembered.
          const holds = nowMs < expected;
          expect(leadership.holds({ nowMs, wallMs: nowMs })).toBe(holds);
          if (holds) expect(leadership.leaseEndMs).toBe(expected);
        }
      }),
      { numRuns: 2000, seed: 8 },
    );
  });
});
