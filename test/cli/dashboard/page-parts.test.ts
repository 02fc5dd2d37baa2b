// What the page of graft dashboard makes of a snapshot, before any of it is drawn.
import { describe, expect, test } from 'vitest';
import { Observation } from '../../../src/cli/dashboard/observation.js';
import { headlineOf, sinceNobodyLeads } from '../../../src/cli/dashboard/page/headline.js';
import { leadingNode, membersOf } from '../../../src/cli/dashboard/page/members.js';
import {
  between,
  frameOf,
  isNamedAbove,
  nodeRadius,
  placesOnRing,
} from '../../../src/cli/dashboard/page/ring-geometry.js';
import { lanesOf, spansWithin } from '../../../src/cli/dashboard/page/timeline-spans.js';
import { linkText, listed, roleText } from '../../../src/cli/dashboard/page/words.js';
import type { Reign } from '../../../src/cli/dashboard/page-protocol.js';
import { following, leading, type Report, statusOf } from './reports.js';

function snapshotOf(...reports: readonly Report[]) {
  const observation = new Observation(0);
  observation.take(statusOf(1_000, ...reports));
  return observation.snapshot(1_000, 5);
}

describe('members', () => {
  test('are the voters, whether they answer or not, in the order of their ids, whoever leads', () => {
    const before = membersOf(snapshotOf(leading('c', 1), following('a', 'c', 1), following('b', 'c', 1)));
    const after = membersOf(snapshotOf(leading('a', 2), following('b', 'a', 2)));
    expect(before.map(({ id, role }) => [id, role])).toEqual([
      ['a', 'follower'],
      ['b', 'follower'],
      ['c', 'leader'],
    ]);
    expect(after.map(({ id, role }) => [id, role])).toEqual([
      ['a', 'leader'],
      ['b', 'follower'],
      ['c', 'missing'],
    ]);
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key));
  });

  test('with numbers in their names are in the order of the numbers', () => {
    const ids = ['n10', 'n9', 'n1'].map((id) => following(id, 'a', 1, { observer: true }));
    expect(membersOf(snapshotOf(leading('a', 1), ...ids)).map(({ id }) => id)).toEqual([
      'a',
      'b',
      'c',
      'n1',
      'n9',
      'n10',
    ]);
  });

  test('two processes with one id are two', () => {
    const members = membersOf(snapshotOf(following('b', 'a', 1), following('b', 'a', 1, { incarnation: 2 })));
    expect(members.filter(({ id }) => id === 'b').map(({ key }) => key)).toEqual(['b', 'b 2']);
  });

  test('two that lead in a handover: the one of the newer term leads', () => {
    expect(leadingNode(snapshotOf(leading('a', 1), leading('b', 2)))?.id).toBe('b');
  });
});

test('somebody in a later term who does not lead takes nothing from the one that does', () => {
  const snapshot = snapshotOf(leading('a', 2), following('b', 'a', 2), { id: 'c', term: 3 });
  expect([snapshot.leader, leadingNode(snapshot)?.id, snapshot.longestLeaseMs]).toEqual(['a', 'a', 400]);
  expect(membersOf(snapshot).map(({ link }) => link)).toEqual(['none', 'heard', 'silent']);
});

test('the headline, which is read aloud when it changes, does not change while nobody leads; the time stands below', () => {
  const observation = new Observation(0);
  const texts = [1_000, 3_000, 4_000].map((atMs) => {
    observation.take(statusOf(atMs, { id: 'a' }, { id: 'b' }));
    const snapshot = observation.snapshot(atMs, 5);
    return [headlineOf(snapshot), ...sinceNobodyLeads(snapshot)];
  });
  expect(texts).toEqual([
    ['Nobody leads'],
    ['Nobody leads', 'nobody leads for 2s'],
    ['Nobody leads', 'nobody leads for 3s'],
  ]);
});

describe('a link', () => {
  const linksOf = (...reports: readonly Report[]) => {
    const snapshot = snapshotOf(...reports);
    return Object.fromEntries(
      membersOf(snapshot).map((member) => [member.id, [member.link, linkText(member, snapshot.leader)]]),
    );
  };

  test('is heard by who follows this leader in this term, and silent to all others', () => {
    expect(linksOf(leading('a', 3), following('b', 'a', 3), { id: 'c', term: 3 })).toEqual({
      a: ['none', ''],
      b: ['heard', ''],
      c: ['silent', 'does not hear a'],
    });
    expect(linksOf(leading('a', 3), following('b', 'c', 2))).toEqual({
      a: ['none', ''],
      b: ['silent', 'hears c'],
      c: ['silent', ''],
    });
  });

  test('there is none where nobody leads', () => {
    expect(Object.values(linksOf({ id: 'a' }, { id: 'b' })).map(([link]) => link)).toEqual(['none', 'none', 'none']);
  });
});

test('every role has its words', () => {
  const words = (...reports: readonly Report[]) => membersOf(snapshotOf(...reports)).map(roleText);
  expect(
    words(leading('a', 1, { heir: 'b' }), following('b', 'a', 1), following('c', 'a', 1, { priority: 0 })),
  ).toEqual(['leads', 'follows, heir', 'witness']);
  expect(words({ id: 'a', state: 'PRE_CANDIDATE' }, { id: 'b', state: 'CANDIDATE' })).toEqual([
    'asks around',
    'campaigns',
    'no answer',
  ]);
  expect(words({ id: 'a', state: 'CLOSED' }, { id: 'b', observer: true }).slice(0, 2)).toEqual(['closed', 'observes']);
  // It has won the vote, and holds no lease yet.
  expect(words({ id: 'a', state: 'LEADER' })[0]).toBe('campaigns');
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ]);
});

describe('the ring', () => {
  test.each([1, 2, 3, 4, 5, 7, 9, 33, 255])('of %i: no two overlap, and all of them are in the frame', (count) => {
    const places = placesOnRing(count);
    const radius = nodeRadius(count);
    const [left, top, width, height] = frameOf(places, radius);
    for (const { x, y } of places) {
      expect(x - radius).toBeGreaterThan(left);
      expect(x + radius).toBeLessThan(left + width);
      expect(y - radius).toBeGreaterThan(top);
      expect(y + radius).toBeLessThan(top + height);
    }
    const [first, second] = places;
    if (first === undefined || second === undefined) return;
    const apart = Math.hypot(first.x - second.x, first.y - second.y);
    // Some 120 nodes are as many as can stand beside each other.
    if (count < 120) expect(apart).toBeGreaterThan(2 * radius);
  });

  test('begins at the top; names stand outside', () => {
    const [top, right, bottom] = placesOnRing(4);
    expect(top?.x).toBeCloseTo(0);
    expect([top, right, bottom].map((place) => place !== undefined && isNamedAbove(place))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a link goes from rim to rim, and nowhere from a node to itself', () => {
    expect(between({ x: 0, y: 0 }, { x: 100, y: 0 }, 10)).toEqual([
      { x: 10, y: 0 },
      { x: 90, y: 0 },
    ]);
    expect(between({ x: 5, y: 5 }, { x: 5, y: 5 }, 10)).toEqual([
      { x: 5, y: 5 },
      { x: 5, y: 5 },
    ]);
  });
});

describe('the timeline', () => {
  const REIGNS: readonly Reign[] = [
    { kind: 'leader', leader: 'b', term: 1, sinceMs: 0, untilMs: 500 },
    { kind: 'nobody', leader: null, term: 1, sinceMs: 500, untilMs: 600 },
    { kind: 'leader', leader: 'a', term: 2, sinceMs: 600, untilMs: null },
  ];

  test('has what lies in its window, cut at its edges, the last one up to now', () => {
    expect(spansWithin(REIGNS, 1_000, 800).map(({ from, to }) => [from, to])).toEqual([
      [0, 0.375],
      [0.375, 0.5],
      [0.5, 1],
    ]);
    expect(spansWithin(REIGNS, 1_000, 400).map(({ reign }) => reign.leader)).toEqual(['a']);
  });

  test('has a lane for each that led, by name, and one for when nobody did', () => {
    expect(lanesOf(spansWithin(REIGNS, 1_000, 800))).toEqual(['a', 'b', 'nobody leads']);
  });
});
