import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseFlags } from '../../src/cli/flags.js';
import { BackOff } from '../../src/cli/run/back-off.js';
import { isProgram } from '../../src/cli/run/find-program.js';
import {
  marginsGiven,
  NODE_FLAGS,
  onExitGiven,
  PROGRAM_FLAGS,
  TIMING_FLAGS,
  timingsGiven,
} from '../../src/cli/run/run-flags.js';
import { table } from '../../src/cli/table.js';
import { brief, durationText, elapsed } from '../../src/cli/time-text.js';
import { DEFAULT_TIMINGS } from '../../src/core/options.js';

const given = (...args: readonly string[]) =>
  parseFlags({ ...NODE_FLAGS, ...PROGRAM_FLAGS, ...TIMING_FLAGS }, args, {});
const margins = (...args: readonly string[]) => marginsGiven(given(...args), timingsGiven(given(...args)));

describe('the margins before the end of the lease', () => {
  test('are two fifths and one fifth of it', () => {
    expect(margins()).toEqual({ warnMs: expect.closeTo(181, 0), killMs: expect.closeTo(90.5, 0) });
    expect(margins('--election-timeout-min', '5s').killMs).toBeCloseTo(904.8, 0);
  });

  test.each([
    [['--kill-before', '5ms'], 'to kill takes time'],
    [['--warn-before', '50ms'], 'less than --kill-before'],
    [['--warn-before', '400ms'], 'no room between heartbeats'],
    [['--heartbeat-interval', '200ms'], 'no room between heartbeats'],
  ])('%j leave the program no time, or too little room, and are refused', (args, text) => {
    expect(() => margins(...args)).toThrow(text);
  });
});

test('timings go together: the longest wait follows the shortest, unless it is given', () => {
  expect(TIMING_FLAGS['election-timeout-max'].default).toBe('twice the shortest');
  expect(DEFAULT_TIMINGS.electionTimeoutMaxMs).toBe(2 * DEFAULT_TIMINGS.electionTimeoutMinMs);
  expect(timingsGiven(given())).toEqual({});
  expect(timingsGiven(given('--election-timeout-min', '2s'))).toEqual({
    ...{ electionTimeoutMinMs: 2_000, electionTimeoutMaxMs: 4_000 },
  });
  expect(timingsGiven(given('--election-timeout-max', '3s'))).toEqual({ electionTimeoutMaxMs: 3_000 });
});

test('--on-exit is one of three', () => {
  expect(['restart', 'step-down', 'exit'].map((policy) => onExitGiven(given('--on-exit', policy)))).toHaveLength(3);
  expect(() => onExitGiven(given('--on-exit', 'again'))).toThrow('"again"');
});

test('the waits before a restart double from 100 ms to 30 s, and begin anew once the program ran for 10 s', () => {
  const backOff = new BackOff();
  const waits = Array.from({ length: 11 }, () => backOff.next(50));
  expect(waits).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  expect([backOff.next(10_000), backOff.next(50)]).toEqual([100, 200]);
});

test('a program is looked for as a shell does: on the path, or where its name says; a folder is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'graft-path-'));
  await writeFile(join(folder, 'tool'), '#!/bin/sh\n');
  const path = `/nonexistent:${folder}`;
  expect(await isProgram('tool', path)).toBe(false);
  await chmod(join(folder, 'tool'), 0o755);
  expect(await isProgram('tool', path)).toBe(true);
  expect(await isProgram(join(folder, 'tool'), '')).toBe(true);
  expect(await isProgram(folder, '')).toBe(false);
  await rm(folder, { recursive: true });
});

test('a table has columns as wide as what shows in them: colours take no room', () => {
  const red = '\u001b[31mno\u001b[0m';
  expect(
    table([
      ['id', 'state', 'x'],
      ['a', red, 'y'],
    ]),
  ).toEqual(['id  state  x', `a   ${red}     y`]);
});

test('times are told in the units that people count in', () => {
  expect([0, 999, 61_000, 3_600_000, 90_061_000].map(elapsed)).toEqual(['0s', '0s', '1m 1s', '1h', '1d 1h']);
  expect([500, 1_500, 60_000].map(durationText)).toEqual(['500ms', '1500ms', '60s']);
  expect([0.44, 12.4, Number.POSITIVE_INFINITY].map(brief)).toEqual(['0.4 ms', '12 ms', 'no end']);
});
