// The picture: what must be seen of a run, whatever it was.
import { describe, expect, test } from 'vitest';
import type { ChaosEntry } from './entries.js';
import type { Action, Fault } from './fault.js';
import type { PlayedFault, RunRecord } from './record.js';
import { drawCast } from './schedule.js';
import { timeline } from './timeline.js';
import { judge } from './verdict.js';

const S = 1_000_000;

function played(action: Action, on: string, from: number, until: number): PlayedFault {
  const fault: Fault = { startMs: from * 1000, durationMs: (until - from) * 1000, action };
  return { fault, on, to: undefined, fromUs: from * S, untilUs: until * S, skipped: undefined };
}

function leads(term: number, from: number, until: number): readonly ChaosEntry[] {
  return [from, until].map((at) => ({ kind: 'answer', atUs: at * S, untilUs: at * S, term }));
}

function recordOf(lengthS: number, rest: Partial<RunRecord> = {}): RunRecord {
  const life = (id: string, entries: readonly ChaosEntry[]) => ({
    ...{ name: `${id}#1`, id, log: `${id}.log`, startedUs: 0, endedUs: lengthS * S, fault: undefined, entries },
  });
  return {
    cast: drawCast({ transport: 'nats', seed: 3 }),
    ...{ seed: 3, minutes: lengthS / 60, trustsEvents: false },
    ...{ beganUs: 0, healedUs: (lengthS - 5) * S, endedUs: lengthS * S },
    faults: [],
    lives: [
      life('a', leads(41, 0, 10)),
      life('b', leads(42, 12, lengthS)),
      ...['c', 'd', 'e'].map((id) => life(id, [])),
    ],
    sightings: ['a', 'b'].map((id) => ({ log: `${id}.log`, term: 42, votedFor: id })),
    corruptLogs: [],
    taken: [],
    means: { node: 'v20', natsServer: '2.9.10', clock: 'libfaketime', register: 'a bucket' },
    ...rest,
  };
}

function picture(record: RunRecord): string {
  return timeline(record, judge(record));
}

/** Every element is closed in the order in which it was opened. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const [, slash, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (slash === '/' && open.pop() !== name) return false;
    if (slash === '' && self === '') open.push(name);
  }
  return open.length === 0;
}

describe('The picture of a run', () => {
  test('has a lane for each member and each server, every term that was led, and every gap', () => {
    const svg = picture(recordOf(40));
    for (const lane of ['a', 'b', 'c', 'd', 'e', 's1', 's2', 's3', 'led']) expect(svg).toContain(`>${lane}</text>`);
    expect(svg).toContain('<title>a#1 leads term 41</title>');
    expect(svg).toContain('<title>b#1 leads term 42</title>');
    expect(svg).toContain('<title>nobody led for 2000 ms</title>');
    expect(isWellFormed(svg)).toBe(true);
  });

  test('marks every kind of fault, on the lane of whom it hit', () => {
    const place = { kind: 'member', member: 'leader' } as const;
    const faults = [
      played({ kind: 'kill', member: 'leader' }, 'a', 1, 2),
      played({ kind: 'terminate', member: 'a' }, 'a', 3, 4),
      played({ kind: 'pause', member: 'leader' }, 'b', 5, 6),
      played({ kind: 'diskFull' }, 'c', 7, 8),
      played({ kind: 'clockStep', offsetS: -60 }, 'd', 7, 8),
      played({ kind: 'serverKill', server: 's1' }, 's1', 9, 10),
      played({ kind: 'serverFreeze', server: 's2' }, 's2', 9, 10),
      played({ kind: 'serverRestart', server: 's3' }, 's3', 9, 9.1),
      played({ kind: 'cut', place }, 'b', 11, 12),
      played({ kind: 'silence', place, direction: 'out' }, 'b', 11, 12),
      played({ kind: 'delay', place, direction: 'in', delayMs: 300 }, 'b', 11, 12),
      played({ kind: 'throttle', place, direction: 'both', bytesPerSecond: 900 }, 'b', 13, 14),
    ];
    const svg = picture(recordOf(40, { faults }));
    for (const hint of [
      ...['SIGKILL of leader (a), 1000 ms', 'SIGTERM to a (a)', 'SIGSTOP of leader (b)', 'disk full (c)'],
      ...['wall clock -60 s (d)', 'SIGKILL of s1 (s1)', 'SIGSTOP of s2 (s2)', 'restart of s3 (s3), 100 ms'],
      ...['cut of leader (b)', 'silence out of leader (b)', 'delay in of leader by 300 ms (b)'],
      'throttle both of leader to 900 bytes/s (b)',
    ]) {
      expect(svg).toContain(`<title>${hint}`);
    }
    expect(isWellFormed(svg)).toBe(true);
  });

  test('shows nothing of a fault that nothing came of', () => {
    const fault = { ...played({ kind: 'pause', member: 'a' }, 'a', 5, 6), skipped: 'it was gone' };
    expect(picture(recordOf(40, { faults: [fault] }))).not.toContain('SIGSTOP of a (a)');
  });

  test('of five minutes comes in strips of a minute; what crosses their edges is on both', () => {
    const svg = picture(recordOf(300));
    expect(svg.match(/>led<\/text>/g)).toHaveLength(5);
    expect(svg.match(/<title>b#1 leads term 42<\/title>/g)).toHaveLength(5);
    expect(svg).toContain('>290 s</text>');
  });

  test('says in its head that something happened that must not, and what', () => {
    const { lives } = recordOf(40);
    const svg = picture(
      recordOf(40, {
        taken: [
          { token: 2, writer: 'b' },
          { token: 1, writer: '<a> & "co"' },
        ],
      }),
    );
    expect(svg).toContain(
      '1 VIOLATIONS, the first: the register took token 1 of &lt;a&gt; &amp; &quot;co&quot; after 2',
    );
    expect(picture(recordOf(40, { lives }))).toContain('no violation');
  });
});
