// The judge of chaos runs, judged itself: a run in which all is well, and for each thing that must never be, one that
// has it. What processes must never say of themselves is in test/processes/history.test.ts.
import { describe, expect, test } from 'vitest';
import { availability } from './availability.js';
import type { ChaosEntry, WriteEntry } from './entries.js';
import type { RecordedLife, RunRecord } from './record.js';
import { drawCast } from './schedule.js';
import { EXIT, exitCodeOf, summary } from './summary.js';
import { judge } from './verdict.js';

const MS = 1000;

const answer = (atMs: number, term?: number): ChaosEntry => ({
  kind: 'answer',
  atUs: atMs * MS,
  untilUs: atMs * MS + 1,
  ...(term !== undefined && { term }),
});
const write = (atMs: number, token: number, rest: Partial<WriteEntry> = {}): WriteEntry => ({
  kind: 'write',
  atUs: atMs * MS,
  untilUs: atMs * MS + 500,
  token,
  outcome: 'taken',
  isLate: false,
  ledThroughout: true,
  ...rest,
});
const life = (id: string, entries: readonly ChaosEntry[], fault?: string): RecordedLife => ({
  ...{ name: `${id}#1`, id, log: `${id}.log`, startedUs: 0, endedUs: 5_100 * MS, fault, entries },
});

/** a leads term 1, and b term 2 to the end; faults from 1 s to 4 s. */
const good: RunRecord = {
  cast: drawCast({ transport: 'http', seed: 1 }),
  seed: 1,
  minutes: 1,
  trustsEvents: false,
  beganUs: 1_000 * MS,
  healedUs: 4_000 * MS,
  endedUs: 5_000 * MS,
  faults: [],
  lives: [
    life('a', [answer(900, 1), write(950, 1), answer(2_000, 1), answer(2_001)]),
    life('b', [
      ...[answer(2_500, 2), write(2_600, 2), answer(5_050, 2)],
      write(4_000, 1, { outcome: 'refused', isLate: true, ledThroughout: false }),
    ]),
  ],
  sightings: [
    { log: 'a.log', term: 1, votedFor: 'a' },
    { log: 'b.log', term: 2, votedFor: 'b' },
  ],
  corruptLogs: [],
  taken: [
    { token: 1, writer: 'a' },
    { token: 2, writer: 'b' },
  ],
  means: { node: 'v20', natsServer: undefined, clock: 'libfaketime', register: 'a file' },
};

describe('A run in which all is well', () => {
  const verdict = judge(good);

  test('has no violation, ends well, and is counted', () => {
    expect(verdict.violations).toEqual([]);
    expect(exitCodeOf(verdict)).toBe(EXIT.ok);
    expect(verdict.counts).toMatchObject({
      elections: 1,
      answers: 5,
      writesTaken: 2,
      writesRefused: 1,
      lateRefused: 1,
    });
    expect(summary(good, verdict)).not.toContain('FAILED');
  });

  test('is measured from the first fault to the end', () => {
    expect(verdict.availability.longestGapMs).toBeCloseTo(500, 1);
    expect(verdict.availability.share).toBeCloseTo(1 - 500 / 4_000, 4);
    expect(verdict.afterTheLastFault.longestGapMs).toBe(0);
  });
});

test('Errors are counted by code, those that kept a member from starting among them', () => {
  const told: readonly ChaosEntry[] = [
    { kind: 'error', atUs: 1, code: 'LOG_WRITE_FAILED', message: 'full' },
    { kind: 'refused', atUs: 1, code: 'LOG_WRITE_FAILED', message: 'full' },
  ];
  const { counts } = judge({ ...good, lives: [...good.lives, life('c', told)] });
  expect(counts.errors).toEqual({ LOG_WRITE_FAILED: 2 });
});

describe('A run is failed for', () => {
  test.each<{ claim: string; record: RunRecord; says: RegExp; code: number }>([
    {
      claim: 'two processes that answer at one instant that they lead',
      record: { ...good, lives: [life('a', [answer(900, 1), answer(2_600, 1)]), ...good.lives.slice(1)] },
      says: /^a#1 \(term 1, .*\) and b#1 \(term 2, .*\) lead at one instant$/,
      code: EXIT.violation,
    },
    {
      claim: 'a term that two processes led',
      record: { ...good, lives: [...good.lives, life('c', [answer(2_200, 1)])] },
      says: /^term 1 is led by a#1 and c#1$/,
      code: EXIT.violation,
    },
    {
      claim: 'a register that took an older token after a newer one',
      record: { ...good, taken: [...good.taken, { token: 1, writer: 'a' }] },
      says: /^the register took token 1 of a after 2 of b$/,
      code: EXIT.violation,
    },
    {
      claim: 'a token that two processes wrote under',
      record: { ...good, taken: [...good.taken, { token: 2, writer: 'c' }] },
      says: /^token 2 was used by b and c$/,
      code: EXIT.violation,
    },
    {
      claim: 'a register that refused a leader which led all the while',
      record: {
        ...good,
        lives: [...good.lives, life('c', [write(4_500, 2, { outcome: 'refused', ledThroughout: true })])],
      },
      says: /^c#1 was refused token 2 at 4500000 us, and led that term all the while$/,
      code: EXIT.violation,
    },
    {
      claim: 'a vote that changed on a disk',
      record: { ...good, sightings: [...good.sightings, { log: 'b.log', term: 2, votedFor: 'c' }] },
      says: /^b\.log changes its vote in term 2 from b to c$/,
      code: EXIT.violation,
    },
    {
      claim: 'a log on disk that cannot be understood',
      record: { ...good, corruptLogs: ['log b.log is corrupt'] },
      says: /^log b\.log is corrupt$/,
      code: EXIT.violation,
    },
    {
      claim: 'a process that ended by itself',
      record: { ...good, lives: [...good.lives, life('c', [], 'c#1 ended by itself, with code 1')] },
      says: /^c#1 ended by itself, with code 1$/,
      code: EXIT.crash,
    },
    {
      claim: 'a leader that was there when the last fault was over, and not at the end',
      record: { ...good, lives: [life('b', [answer(2_500, 2), answer(4_001, 2)])], endedUs: 44_000 * MS },
      says: /^nobody led at the end$/,
      code: EXIT.noLeader,
    },
    {
      claim: 'no leader at the end, though nothing was wrong any more',
      record: { ...good, lives: [life('a', [answer(900, 1), answer(2_000, 1)]), life('b', [])] },
      says: /^nobody led at the end$/,
      code: EXIT.noLeader,
    },
  ])('$claim', ({ record, says, code }) => {
    const verdict = judge(record);
    const found = [
      ...verdict.violations,
      ...verdict.crashes,
      ...(verdict.isLedAtTheEnd ? [] : ['nobody led at the end']),
    ];
    expect(found).toContainEqual(expect.stringMatching(says));
    expect(exitCodeOf(verdict)).toBe(code);
    const printed = summary(record, verdict);
    expect(printed).toContain('FAILED');
    expect(printed).toContain('npm run chaos -- --transport http --minutes 1 --seed 1\n');
  });
});

describe('The twin, which trusts events', () => {
  const state = (atMs: number, term: number, to: 'LEADER' | 'FOLLOWER'): ChaosEntry => ({
    ...{ kind: 'state', atUs: atMs * MS, from: to === 'LEADER' ? 'CANDIDATE' : 'LEADER', to, term },
    reason: to === 'LEADER' ? 'won' : 'leaseExpired',
  });
  /** a stands still from 2 s to 3 s, and its loss is told when it goes on; b leads from 2.5 s on. */
  const lives = [
    life('a', [state(890, 1, 'LEADER'), answer(900, 1), answer(2_000, 1), state(3_000, 1, 'FOLLOWER')]),
    life('b', [state(2_490, 2, 'LEADER'), answer(2_500, 2), answer(5_050, 2), state(5_060, 2, 'FOLLOWER')]),
  ];

  test('is failed for believing that it leads while another does, which who asks the clock is not', () => {
    expect(judge({ ...good, lives }).violations).toEqual([]);
    expect(judge({ ...good, lives, trustsEvents: true }).violations).toEqual([
      expect.stringMatching(/^a#1 \(term 1, 890000 to 3000000 us\) and b#1 .* lead at one instant$/),
    ]);
  });
});

describe('Availability', () => {
  const whole = { sinceUs: 0, untilUs: 1_000 };
  const share = (...stretches: readonly (readonly [number, number])[]) =>
    availability(
      stretches.map(([sinceUs, untilUs]) => ({ sinceUs, untilUs })),
      whole,
    );

  test.each([
    { claim: 'nobody at all', stretches: [], expected: { share: 0, longestGapMs: 1 } },
    { claim: 'somebody all the time', stretches: [[-5, 2_000]], expected: { share: 1, longestGapMs: 0 } },
    {
      claim: 'one after the other, told in any order',
      stretches: [
        [600, 800],
        [100, 300],
      ],
      expected: { share: 0.4, longestGapMs: 0.3 },
    },
    {
      claim: 'overlapping ones once',
      stretches: [
        [0, 500],
        [100, 200],
        [400, 900],
      ],
      expected: { share: 0.9, longestGapMs: 0.1 },
    },
    {
      claim: 'only what lies within',
      stretches: [
        [-100, 100],
        [900, 1_500],
        [2_000, 3_000],
      ],
      expected: { share: 0.2, longestGapMs: 0.8 },
    },
  ] as const)('counts $claim', ({ stretches, expected }) => {
    const found = share(...stretches);
    expect(found.share).toBeCloseTo(expected.share, 9);
    expect(found.longestGapMs).toBeCloseTo(expected.longestGapMs, 9);
  });
});
