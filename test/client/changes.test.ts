import { describe, expect, test } from 'vitest';
import { changesBetween } from '../../src/client/changes.js';
import { Round } from '../../src/client/cluster-status.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import type { NodeReport } from '../../src/drivers/control/node-report.js';

const jobs = parseClusterName('jobs');
const [a, b, c] = [parseNodeId('a'), parseNodeId('b'), parseNodeId('c')];

function report(id: typeof a, said: Partial<NodeReport> = {}): NodeReport {
  return {
    ...{ id, version: '0.1.0', voters: [a, b, c], size: 3, state: 'FOLLOWER', term: 1, leader: a, isLeader: false },
    ...{ leaseLeftMs: 0, heir: undefined, priority: 1, observer: false, interop: false, incarnation: 1 },
    ...{ uptimeMs: 1, timings: undefined, measured: undefined, errors: {}, roundTripMs: 1, ...said },
  };
}

const leads = { state: 'LEADER', isLeader: true, leaseLeftMs: 400 } as const;

function status(...reports: readonly NodeReport[]) {
  const round = new Round(jobs, undefined);
  for (const each of reports) round.add(each);
  return round.end(0);
}

describe('a round of answers', () => {
  test('is led by who says so; in a handover, by the one of the newer term', () => {
    const round = status(report(a, leads), report(b, { ...leads, term: 2 }), report(c));
    expect(round).toMatchObject({ leader: 'b', term: 2, missing: [], troubles: [] });
  });

  test("has the leader's list of voters, and names who has another, who is missing and who is no voter", () => {
    const d = parseNodeId('d');
    const round = status(report(d, { voters: [a, d] }), report(a, leads));
    expect(round).toMatchObject({ voters: ['a', 'b', 'c'], missing: ['b', 'c'], missingCount: 2 });
    expect(round.troubles).toEqual([
      'd has the voters a, d, and not a, b, c: change one voter at a time',
      'd takes part and is no voter: it is not listened to',
    ]);
  });

  test('shows two leaders of one term, and two processes of one id, for what they are', () => {
    const { troubles } = status(report(a, leads), report(b, leads), report(c), report(c, { incarnation: 2 }));
    expect(troubles).toEqual([
      'two processes have the id c: neither votes or leads until one is gone',
      'a and b both lead term 1: a log was lost, copied or shared',
    ]);
  });

  test('names each of a crowd that leads one term once, and not every pair: four thousand would be eight million', () => {
    const crowd = Array.from({ length: 50 }, (_, index) => report(parseNodeId(`n${index}`), leads));
    const { troubles } = status(...crowd);
    expect(troubles.filter((text) => text.includes('both lead term 1'))).toHaveLength(49);
  });

  test('of observers alone lacks every voter', () => {
    const web = parseNodeId('web');
    const round = status(report(web, { observer: true, voters: undefined }));
    expect(round).toMatchObject({ leader: undefined, voters: undefined, missing: [], missingCount: 3 });
  });
});

describe('changes', () => {
  const before = status(report(a, leads), report(b), report(c));

  test('are none where nothing changed but time', () => {
    expect(changesBetween(before, status(report(a, { ...leads, leaseLeftMs: 350 }), report(b), report(c)))).toEqual([]);
  });

  test('name the leader first, who fell silent, who is another process now, and what is wrong', () => {
    const now = status(report(b, { ...leads, term: 2 }), report(c, { incarnation: 9 }), report(c, { incarnation: 8 }));
    expect(changesBetween(before, now)).toEqual([
      { kind: 'leader', from: 'a', to: 'b', term: 2 },
      { kind: 'state', id: 'b', from: 'FOLLOWER', to: 'LEADER', term: 2 },
      { kind: 'restarted', id: 'c' },
      { kind: 'silent', id: 'a' },
      { kind: 'trouble', text: 'two processes have the id c: neither votes or leads until one is gone' },
    ]);
    expect(changesBetween(now, before)).toContainEqual({ kind: 'appeared', id: 'a' });
    expect(changesBetween(now, before)).toContainEqual({ kind: 'troubleOver', text: expect.stringContaining('two') });
  });

  test('of the first round are all that is known, also that nobody leads', () => {
    expect(changesBetween(undefined, status(report(b)))).toEqual([
      { kind: 'leader', from: undefined, to: undefined, term: 1 },
      { kind: 'appeared', id: 'b' },
      { kind: 'silent', id: 'a' },
      { kind: 'silent', id: 'c' },
    ]);
  });
});
