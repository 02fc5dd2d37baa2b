// Rule 3: who counts as alive together, against a naive version with unbounded memory.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Roster } from '../../../src/core/roster.js';

const WINDOW_MS = 1000;

interface Sighting {
  readonly voter: string;
  readonly atMs: number;
}

/** Stretches of time in which a voter was never silent for longer than the window, the last for each voter. */
function stretches(sightings: readonly Sighting[]): { readonly fromMs: number; readonly toMs: number }[] {
  const last = new Map<string, { fromMs: number; toMs: number }>();
  for (const { voter, atMs } of sightings) {
    const stretch = last.get(voter);
    if (stretch !== undefined && atMs - stretch.toMs <= WINDOW_MS) stretch.toMs = atMs;
    else last.set(voter, { fromMs: atMs, toMs: atMs });
  }
  return [...last.values()];
}

/** Whether at some instant more voters than the size, this one included, were alive. */
function naiveIsCrowded(sightings: readonly Sighting[], size: number, nowMs: number): boolean {
  const recent = stretches(sightings).filter(({ toMs }) => nowMs - toMs <= WINDOW_MS);
  return recent.some(
    ({ fromMs: instantMs }) =>
      1 + recent.filter(({ fromMs, toMs }) => fromMs <= instantMs && instantMs <= toMs).length > size,
  );
}

const steps = fc.array(fc.record({ voter: fc.constantFrom('a', 'b', 'c', 'd', 'e'), waitMs: fc.nat(600) }), {
  maxLength: 40,
});

describe('Roster', () => {
  test('sees the crowd that counting by hand sees', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (size, moves) => {
        const roster = new Roster('a', size, WINDOW_MS);
        const sightings: Sighting[] = [];
        let nowMs = 0;
        for (const { voter, waitMs } of moves) {
          nowMs += waitMs;
          if (voter !== 'a') sightings.push({ voter, atMs: nowMs });
          const crowded = naiveIsCrowded(sightings, size, nowMs);
          expect(roster.hear(voter, nowMs)).toBe(voter === 'a' ? false : crowded);
          expect(roster.isCrowded(nowMs)).toBe(crowded);
        }
      }),
      { numRuns: 2000, seed: 3 },
    );
  });

  test('a flood of made-up ids does not grow its memory', () => {
    const roster = new Roster('a', 3, WINDOW_MS);
    for (let voter = 0; voter < 10_000; voter++) roster.hear(`x${voter}`, 0);
    expect(roster.alive(0)).toHaveLength(14);
  });

  test('a voter that was silent for longer than the window is not alive', () => {
    const roster = new Roster('a', 3, WINDOW_MS);
    roster.hear('b', 0);
    roster.hear('c', 500);
    expect(roster.alive(1000)).toEqual(['b', 'c']);
    expect(roster.alive(1001)).toEqual(['c']);
  });
});
