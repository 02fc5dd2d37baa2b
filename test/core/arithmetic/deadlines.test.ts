// The one table of everything that an elector waits for.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deadline, DeadlineTable, DUE } from '../../../src/core/deadlines.js';

const deadlines: readonly Deadline[] = Object.values(DUE);

test('there is none at first', () => {
  expect(new DeadlineTable().next()).toBe(Number.POSITIVE_INFINITY);
});

describe.each(Object.entries(DUE))('%s', (_name, deadline) => {
  test('is the earliest when it is the only one, until it is taken', () => {
    const table = new DeadlineTable();
    table.set(deadline, 7.5);
    expect(table.next()).toBe(7.5);
    expect(table.take(deadline, 7.4)).toBe(false);
    expect(table.take(deadline, 7.5)).toBe(true);
    expect(table.next()).toBe(Number.POSITIVE_INFINITY);
  });
});

test('the earliest of any is next', () => {
  fc.assert(
    fc.property(fc.tuple(...deadlines.map(() => fc.double({ noNaN: true }))), (times) => {
      const table = new DeadlineTable();
      for (const deadline of deadlines) table.set(deadline, times[deadline] ?? Number.NaN);
      expect(table.next()).toBe(Math.min(...times));
    }),
  );
});
