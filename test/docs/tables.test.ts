// The tables of the README say what the code says: error codes, options, defaults.
import { describe, expect, test } from 'vitest';
import { leaseDurationMs } from '../../src/core/lease.js';
import { DEFAULT_TIMINGS, parseTimings } from '../../src/core/options.js';
import { readPage } from './pages.js';
import { membersOf } from './source-types.js';

const { text } = await readPage('README.md');

/** The cells of the table rows that stand between a heading and the next one of its level. */
function rowsUnder(heading: string): readonly (readonly string[])[] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`the README has no section ${heading}`);
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

/** What the first cells name in backticks. */
function namesUnder(heading: string): readonly string[] {
  return rowsUnder(heading).flatMap(([first = '']) => [...first.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name));
}

describe('the README', () => {
  test('explains every error code that there is, and no other', async () => {
    const codes = await membersOf('core/errors.ts', /^export type GraftErrorCode/m, /^ {2}\| '([A-Z_]+)'/gm);
    expect(codes.length).toBeGreaterThan(20);
    expect([...namesUnder('Errors')].sort()).toEqual([...codes].sort());
  });

  test('lists every option and every timing that there is, and no other', async () => {
    const field = /^ {2}readonly (\w+)\??:/gm;
    const options = [
      ...(await membersOf('core/options.ts', /^export interface ElectionOptions/m, field)),
      ...(await membersOf('node/options.ts', /^export interface NodeOptions/m, field)),
    ];
    const timings = await membersOf('core/options.ts', /^export interface Timings/m, field);
    expect(options.length).toBeGreaterThan(10);
    expect(timings).toHaveLength(5);
    const parts = [['cluster', ['cluster.name', 'cluster.voters', 'cluster.size']] as const];
    const expected = [
      ...options.filter((name) => name !== 'cluster' && name !== 'timings'),
      ...parts.flatMap(([, names]) => names),
      ...timings.map((name) => `timings.${name}`),
    ];
    const listed = namesUnder('Options').filter((name) => name !== 'size' && name !== 'voters');
    expect([...listed].sort()).toEqual([...expected].sort());
  });

  test('gives the defaults of the timings as they are', () => {
    const defaults = new Map(rowsUnder('Options').map(([name, value]) => [name, value]));
    for (const [name, value] of Object.entries(DEFAULT_TIMINGS)) {
      expect(defaults.get(`\`timings.${name}\``), name).toBe(String(value));
    }
    expect(defaults.get('`timings.requestIntervalMs`')).toMatch(/^0\.3 of the heartbeat interval/);
    expect(parseTimings({ heartbeatIntervalMs: 200 }).requestIntervalMs).toBe(60);
  });
});

describe('docs/timings.md', () => {
  test('has profiles that are accepted, with the lease that follows from each', async () => {
    const page = await readPage('docs/timings.md');
    const profiles = [...page.text.matchAll(/^\| [^|]+ \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \| (\d+) \|/gm)];
    expect(profiles).toHaveLength(3);
    for (const [, min, max, heartbeat, drift, lease] of profiles) {
      const timings = parseTimings({
        electionTimeoutMinMs: Number(min),
        electionTimeoutMaxMs: Number(max),
        heartbeatIntervalMs: Number(heartbeat),
        maxClockDrift: Number(drift),
      });
      expect(Math.round(leaseDurationMs(timings.electionTimeoutMinMs, timings.maxClockDrift))).toBe(Number(lease));
    }
  });
});
