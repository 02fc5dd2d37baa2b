// The judge of every scenario in this folder, judged itself: for each thing that must never be, a history that has it.
import { describe, expect, it } from 'vitest';
import type { Entry } from './entries.js';
import { type Life, overlaps, type Sighting, spansOfAnswers, spansOfEvents, violations } from './history.js';

const answer = (atUs: number, term?: number): Entry => ({
  kind: 'answer',
  atUs,
  untilUs: atUs + 1,
  ...(term !== undefined && { term }),
});
const gained = (atUs: number, term: number): Entry => ({
  kind: 'state',
  atUs,
  from: 'CANDIDATE',
  to: 'LEADER',
  term,
  reason: 'won',
});
const lost = (atUs: number, term: number): Entry => ({
  kind: 'state',
  atUs,
  from: 'LEADER',
  to: 'FOLLOWER',
  term,
  reason: 'leaseExpired',
});
const knows = (atUs: number, term: number): Entry => ({ kind: 'term', atUs, term });
const life = (name: string, ...entries: Entry[]): Life => ({ name, log: `${name}.log`, entries });
const onDisk = (log: string, term: number, votedFor?: string): Sighting => ({ log: `${log}.log`, term, votedFor });

/** a leads term 1, then b term 2, then a term 3; b's log is of a quorum that voted otherwise meanwhile. */
const good = {
  lives: [
    life('a', knows(5, 1), gained(10, 1), answer(11, 1), answer(50, 1), answer(60), lost(61, 1), knows(70, 2)),
    life('b', knows(5, 1), knows(79, 2), gained(80, 2), answer(81, 2), answer(90, 2), lost(95, 2), answer(96)),
    { ...life('a#2', knows(99, 3), gained(100, 3), answer(101, 3)), log: 'a.log' },
  ],
  sightings: [onDisk('a', 0), onDisk('a', 1, 'a'), onDisk('a', 2), onDisk('b', 2, 'b'), onDisk('a', 3, 'a')],
};

const edited = (name: string, change: (entries: readonly Entry[]) => readonly Entry[]) => ({
  ...good,
  lives: good.lives.map((each) => (each.name === name ? { ...each, entries: change(each.entries) } : each)),
});

describe('The checker of histories', () => {
  it('finds nothing in a history of three lawful leaderships', () => {
    expect(violations(good)).toEqual([]);
  });

  it.each([
    {
      claim: 'two processes that answer that they lead at one instant',
      history: edited('a', (entries) => entries.map((entry) => (entry.atUs === 50 ? answer(82, 1) : entry))),
      says: /^a \(term 1, 12 to 82 us\) and b \(term 2, 82 to 90 us\) lead at one instant$/,
    },
    {
      claim: 'one answer of a process that was stopped, long after its last, while another leads',
      history: edited('a', (entries) => [...entries.slice(0, 4), answer(85, 1), ...entries.slice(4)]),
      says: /^a \(term 1, 12 to 85 us\) and b .* lead at one instant$/,
    },
    {
      claim: 'two leaders of one term, though never at one instant',
      history: edited('b', () => [gained(80, 1), answer(81, 1), lost(90, 1)]),
      says: /^term 1 is led by a and b$/,
    },
    {
      claim: 'a leadership that is gained twice and lost once',
      history: edited('a', (entries) =>
        entries.filter(({ kind, atUs }) => kind !== 'state' || atUs < 50).concat(gained(98, 2)),
      ),
      says: /^a gains term 2 and has not lost term 1$/,
    },
    {
      claim: 'a leadership that is lost and was never gained',
      history: edited('a', (entries) => entries.filter(({ atUs }) => atUs !== 10)),
      says: /^a loses term 1 and had gained none$/,
    },
    {
      claim: 'a process that leads a term again after it had said that it does not',
      history: edited('a', (entries) => entries.map((entry) => (entry.atUs === 61 ? answer(61, 1) : entry))),
      says: /^a leads term 1 again after it had said that it does not$/,
    },
    {
      claim: 'a term that runs backwards in a process',
      history: edited('b', (entries) => [...entries, knows(97, 1)]),
      says: /^b goes from term 2 back to 1 \(term\)$/,
    },
    {
      claim: 'a term that runs backwards in a log, across a restart',
      history: { ...good, sightings: [...good.sightings, onDisk('b', 1)] },
      says: /^b\.log goes from term 2 back to 1$/,
    },
    {
      claim: 'a vote that changes within its term',
      history: { ...good, sightings: [...good.sightings, onDisk('b', 2, 'a')] },
      says: /^b\.log changes its vote in term 2 from b to a$/,
    },
    {
      claim: 'a vote that is forgotten within its term',
      history: { ...good, sightings: [...good.sightings, onDisk('b', 2)] },
      says: /^b\.log changes its vote in term 2 from b to none$/,
    },
    {
      claim: 'a leader whose vote for itself never reached the disk',
      history: { ...good, sightings: good.sightings.slice(0, -1) },
      says: /^a#2 led term 3 and its log a\.log knows of 2 only$/,
    },
  ])('finds $claim', ({ history, says }) => {
    expect(violations(history)).toContainEqual(expect.stringMatching(says));
  });

  it('lets events come late where the node is in another thread, and holds them and the answers to their own order', () => {
    const late = [answer(101, 5), gained(110, 3), lost(111, 3), gained(112, 5)];
    const judge = (entries: Entry[]) =>
      violations({ lives: [{ ...life('a', ...entries), eventsLag: true }], sightings: [onDisk('a', 5)] });
    expect(judge(late)).toEqual([]);
    expect(judge([...late, lost(113, 5), gained(114, 4)])).toEqual(['a goes from term 5 back to 4 (state)']);
    expect(judge([...late, answer(115, 4)])).toEqual(['a goes from term 5 back to 4 (answer)']);
    expect(violations({ lives: [life('a', ...late)], sightings: [onDisk('a', 5)] })).toContain(
      'a goes from term 5 back to 3 (state)',
    );
  });

  it('takes an answer for an instant between the question and the answer, and claims no more than is certain', () => {
    expect(spansOfAnswers(life('a', answer(10, 1), answer(20, 1), answer(30), answer(40, 2)))).toEqual([
      { name: 'a', term: 1, sinceUs: 11, untilUs: 20 },
      { name: 'a', term: 2, sinceUs: 41, untilUs: 41 },
    ]);
  });

  it('lets spans of two processes touch in no microsecond, and those of one process in any', () => {
    const span = (name: string, sinceUs: number, untilUs: number) => ({ name, term: 1, sinceUs, untilUs });
    expect(overlaps([span('a', 1, 10), span('b', 11, 20), span('b', 15, 30)])).toEqual([]);
    expect(overlaps([span('a', 1, 10), span('b', 10, 20)])).toHaveLength(1);
    expect(overlaps([span('b', 5, 6), span('a', 1, 10)])).toHaveLength(1);
  });

  it('reads from events how long a process would have believed that it leads', () => {
    expect(spansOfEvents(life('a', gained(10, 1), answer(30), lost(90, 1), gained(95, 2)))).toEqual([
      { name: 'a', term: 1, sinceUs: 10, untilUs: 90 },
    ]);
  });
});
