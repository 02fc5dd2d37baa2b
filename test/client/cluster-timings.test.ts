// What the nodes of a cluster have measured together: the worst counts, since each of them may lead tomorrow.
import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Terminal } from '../../src/cli/terminal.js';
import { tuneLines } from '../../src/cli/tune-view.js';
import { Round } from '../../src/client/cluster-status.js';
import { adviseCluster } from '../../src/client/cluster-timings.js';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import { parseTimings, type Timings } from '../../src/core/options.js';
import type { NodeReport } from '../../src/drivers/control/node-report.js';
import { type Measured, NOTHING_MEASURED, type Spread } from '../../src/timings/measured.js';

const jobs = parseClusterName('jobs');
const voters = ['a', 'b', 'c'].map((id) => parseNodeId(id));

const steady = (ms: number, count = 1000): Spread => ({ count, p50Ms: ms, p99Ms: ms, recurringMs: ms, longestMs: ms });
/** What a leader in one data centre measures. */
const FAST: Measured = { roundTrip: steady(1), eventLoopDelay: steady(5), persist: steady(2, 1) };

interface Told {
  readonly leads?: boolean;
  readonly observer?: boolean;
  readonly timings?: Partial<Timings>;
  readonly measured?: Partial<Measured>;
}

function report(id: string, { leads = false, observer = false, timings = {}, measured = {} }: Told = {}): NodeReport {
  return {
    ...{ id: parseNodeId(id), version: '0.1.0', voters, size: 3, state: leads ? 'LEADER' : 'FOLLOWER', term: 4 },
    ...{ leader: undefined, isLeader: leads, leaseLeftMs: 0, heir: undefined, priority: 1, observer, interop: false },
    ...{ incarnation: 1, uptimeMs: 1, errors: {}, roundTripMs: 1 },
    timings: parseTimings(timings),
    measured: { ...NOTHING_MEASURED, ...measured },
  };
}

function round(...reports: readonly NodeReport[]) {
  const all = new Round(jobs, undefined);
  for (const each of reports) all.add(each);
  return all.end(0);
}

describe('the advice for a cluster', () => {
  test("is by the leader's timings and by the worst stall and write of any voter", () => {
    const told = adviseCluster(
      round(
        report('a', { leads: true, measured: FAST }),
        report('b', { measured: { eventLoopDelay: steady(300) } }),
        report('c', { measured: { persist: steady(40, 1) } }),
      ),
    );
    expect(told).toMatchObject({ verdict: 'tooTight', timings: parseTimings({}) });
    expect(told?.measured).toEqual({ roundTrip: steady(1), eventLoopDelay: steady(300), persist: steady(40, 1) });
  });

  test('heeds no observer, who never leads', () => {
    const measured = { eventLoopDelay: steady(9_000) };
    const web = report('web', { observer: true, timings: { electionTimeoutMaxMs: 900 }, measured });
    expect(adviseCluster(round(report('a', { leads: true, measured: FAST }), web))?.verdict).toBe('fits');
  });

  test('heeds former leaders too, unless they led for a moment and somebody else for long', () => {
    const leader = report('a', { leads: true, measured: FAST });
    const long = report('b', { measured: { roundTrip: steady(180) } });
    expect(adviseCluster(round(leader, long))?.measured.roundTrip.p99Ms).toBe(180);
    const moment = report('b', { measured: { roundTrip: steady(180, 12) } });
    expect(adviseCluster(round(leader, moment))?.measured.roundTrip.p99Ms).toBe(1);
  });

  test('is had while nobody leads, from leaders of a moment: that is when it is wanted', () => {
    const flapping = ['a', 'b', 'c'].map((id) => report(id, { measured: { roundTrip: steady(440, 7) } }));
    expect(adviseCluster(round(...flapping))).toMatchObject({
      verdict: 'tooTight',
      recommended: { electionTimeoutMinMs: 4400, electionTimeoutMaxMs: 8800, heartbeatIntervalMs: 880 },
    });
  });

  test('is none where no voter tells its timings, as an older version does not', () => {
    const older = { ...report('a', { leads: true }), timings: undefined, measured: undefined };
    expect(adviseCluster(round(older))).toBeUndefined();
    expect(adviseCluster(round())).toBeUndefined();
  });
});

test('voters whose promises and leases are reckoned differently are named; heartbeat intervals may differ', () => {
  const leader = report('b', { leads: true });
  const other = report('c', { timings: { electionTimeoutMinMs: 400, maxClockDrift: 0.01, heartbeatIntervalMs: 50 } });
  const web = report('web', { observer: true, timings: { electionTimeoutMaxMs: 900 } });
  expect(round(report('a'), leader, other, web).troubles).toEqual([
    'c has electionTimeoutMinMs 400, and b 500: stop all nodes, then start them with the same timings',
    'c has maxClockDrift 0.01, and b 0.05: stop all nodes, then start them with the same timings',
  ]);
  // Twin: the same everywhere is no trouble.
  expect(round(report('a'), leader, report('c')).troubles).toEqual([]);
});

test('people read it with what is to be set, in the words of Node.start and of graft run', () => {
  const status = round(
    report('a', { leads: true, measured: { ...FAST, roundTrip: steady(200) } }),
    report('b', { measured: { persist: steady(3, 1) } }),
  );
  const tuned = adviseCluster(status);
  if (tuned === undefined) throw new Error('there is no advice');
  const nowhere = new Writable();
  const terminal = new Terminal({ out: nowhere, error: nowhere, env: {}, json: false, noColor: true });
  expect(tuneLines(status, tuned, terminal)).toEqual([
    'jobs: a leads, term 4; the timings are too tight',
    '',
    '                      present  recommended  graft run',
    'electionTimeoutMinMs  500      2000         --election-timeout-min',
    'electionTimeoutMaxMs  1000     4000         --election-timeout-max',
    'heartbeatIntervalMs   100      400          --heartbeat-interval',
    '',
    'measured            by  how often  p50     p99     three times  longest',
    'round trip          a   1000       200 ms  200 ms  200 ms       200 ms',
    'event loop late by  a   1000       5.0 ms  5.0 ms  5.0 ms       5.0 ms',
    'write               a   1          2.0 ms  2.0 ms  2.0 ms       2.0 ms',
    '                    b   1          3.0 ms  3.0 ms  3.0 ms       3.0 ms',
    '',
    'no answer from c',
    '',
    'lease                 2 heartbeat intervals of 100 ms + round trip 200 ms + stall of the event loop 5 ms = 405 ms, ' +
      'within the lease of 452 ms: one lost heartbeat is survived (rule 8)',
    'election              an election is 3 round trips of 200 ms + 2 writes of 3 ms = 606 ms, more than ' +
      'electionTimeoutMinMs 500 ms: the next one campaigns before it is over (diss. 3.9)',
    'electionTimeoutMinMs  2000 ms: 10 round trips of 200 ms, an order of magnitude (diss. 3.9)',
    'electionTimeoutMaxMs  4000 ms: 2 times the least, so that votes do not split (diss. 9.3)',
    'heartbeatIntervalMs   400 ms: 4.5 in each lease of 1809 ms (rule 8)',
    '',
    'to be set, on all nodes alike: ' +
      'timings: { electionTimeoutMinMs: 2000, electionTimeoutMaxMs: 4000, heartbeatIntervalMs: 400 }',
  ]);
});
