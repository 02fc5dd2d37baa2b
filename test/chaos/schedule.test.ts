// What the seed decides: everything that is done to the cluster, and nothing that would void what safety rests on.
import { describe, expect, test } from 'vitest';
import { type Action, type Fault, LEADER, type Transport } from './fault.js';
import { drawCast, drawSchedule } from './schedule.js';

const FIVE_MINUTES_MS = 290_000;
const SEEDS = Array.from({ length: 20 }, (_, index) => index * 7919);
const LEASE_MS = 452.38;

function drawn(transport: Transport, seed: number, lengthMs = FIVE_MINUTES_MS) {
  const cast = drawCast({ transport, seed });
  return { cast, faults: drawSchedule(cast, { seed, lengthMs }) };
}

function overlap(one: Fault, other: Fault): boolean {
  return one.startMs <= other.startMs + other.durationMs && other.startMs <= one.startMs + one.durationMs;
}

function overlapping(faults: readonly Fault[], isOfOne: (one: Action, other: Action) => boolean): readonly Fault[][] {
  return faults.flatMap((one, index) =>
    faults
      .slice(index + 1)
      .filter((other) => isOfOne(one.action, other.action) && overlap(one, other))
      .map((other) => [one, other]),
  );
}

describe.each(['nats', 'http'] as const)('The faults over %s', (transport) => {
  test('are the same for the same seed, and others for another', () => {
    expect(drawn(transport, 7)).toEqual(drawn(transport, 7));
    expect(drawn(transport, 7).faults).not.toEqual(drawn(transport, 8).faults);
  });

  test('come in the order of their starts, and are over before the quiet end', () => {
    for (const seed of SEEDS) {
      const { faults } = drawn(transport, seed);
      const starts = faults.map(({ startMs }) => startMs);
      expect(starts).toEqual(starts.toSorted((one, other) => one - other));
      const outside = faults.filter(
        ({ startMs, durationMs }) => startMs < 0 || durationMs < 0 || startMs + durationMs > FIVE_MINUTES_MS,
      );
      expect(outside).toEqual([]);
    }
  });

  test('are of every kind in each run of five minutes, the leader and others hit', () => {
    const everywhere = ['kill', 'terminate', 'pause', 'diskFull', 'clockStep', 'cut', 'silence', 'delay', 'throttle'];
    const ofServers = ['serverKill', 'serverFreeze', 'serverRestart'];
    for (const seed of SEEDS) {
      const { faults } = drawn(transport, seed);
      const kinds = new Set<string>(faults.map(({ action }) => action.kind));
      expect([...kinds].sort()).toEqual([...everywhere, ...(transport === 'nats' ? ofServers : [])].sort());
      const hit = new Set(faults.flatMap(({ action }) => ('member' in action ? [action.member] : [])));
      expect(hit).toContain(LEADER);
      expect(hit.size).toBeGreaterThan(2);
    }
  });

  test('stop processes for less than the lease and for more', () => {
    const { faults } = drawn(transport, 1);
    const pauses = faults.filter(({ action }) => action.kind === 'pause');
    expect(pauses.some(({ durationMs }) => durationMs < LEASE_MS)).toBe(true);
    expect(pauses.some(({ durationMs }) => durationMs > LEASE_MS)).toBe(true);
  });

  test('go one way as well as both', () => {
    const { faults } = drawn(transport, 1);
    const ways = faults.flatMap(({ action }) => ('direction' in action ? [action.direction] : []));
    expect(new Set(ways)).toEqual(new Set(['in', 'out', 'both']));
  });

  test('overlap, but never two of one disk, of one wall clock or of one server', () => {
    for (const seed of SEEDS) {
      const { faults } = drawn(transport, seed);
      expect(overlapping(faults, () => true).length).toBeGreaterThan(100);
      expect(overlapping(faults, (one, other) => one.kind === 'diskFull' && other.kind === 'diskFull')).toEqual([]);
      expect(overlapping(faults, (one, other) => one.kind === 'clockStep' && other.kind === 'clockStep')).toEqual([]);
      expect(
        overlapping(faults, (one, other) => 'server' in one && 'server' in other && one.server === other.server),
      ).toEqual([]);
    }
  });
});

test('One disk alone fills up, and another member has the clock that jumps: which, the seed says', () => {
  const casts = SEEDS.map((seed) => drawCast({ transport: 'nats', seed }));
  expect(new Set(casts.map(({ diskMember }) => diskMember)).size).toBe(5);
  for (const { diskMember, clockMember } of casts) expect(diskMember).not.toBe(clockMember);
});
