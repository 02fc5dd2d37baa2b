import { SentRounds } from '../../src/core/lease.js';
import { type Fields, type IsShared, visitGraph } from './object-graph.js';

/**
 * Where time stands still: a stored state is always one at which now is 0. The core ends the name of every instant
 * that it keeps with `Ms`, or `WallMs` by the wall clock, so instants are found by name.
 */
const INSTANT = /Ms$/;

/**
 * Lets time pass for the graph, and makes every instant that is over the same one: the core only ever asks whether an
 * instant is over, so how long ago it was makes no difference. When a heartbeat was sent matters for one lease. When a
 * pre-vote was asked for brings an heir's next question forward by the time that the answer took: here it stays as late
 * as any other's, which every question may be.
 */
export function passTime(root: object, elapsedMs: number, leaseMs: number, isShared: IsShared): void {
  visitGraph(root, isShared, (object) => {
    if (object instanceof SentRounds) passRounds(object, elapsedMs, leaseMs);
    else passFields(object, elapsedMs);
  });
}

function passFields(object: object, elapsedMs: number): void {
  if (object instanceof Float64Array || object instanceof Set || Array.isArray(object)) return;
  const fields: Fields = Object.assign(object);
  for (const key in fields) {
    const value = fields[key];
    if (!INSTANT.test(key)) continue;
    if (typeof value === 'number') fields[key] = left(value, elapsedMs, 0);
    else if (isListOfInstants(value)) pass(value, elapsedMs, 0);
  }
}

function passRounds(rounds: SentRounds, elapsedMs: number, leaseMs: number): void {
  for (const [key, value] of Object.entries(rounds)) {
    if (!INSTANT.test(key) || !(value instanceof Float64Array)) continue;
    pass(value, elapsedMs, -leaseMs);
    // Slots that no round has used yet mean nothing, so they may not tell states apart.
    for (let slot = rounds.newest + 1; slot <= value.length; slot++) value[slot % value.length] = -leaseMs;
  }
}

function isListOfInstants(value: unknown): value is number[] {
  return Array.isArray(value);
}

function pass(instants: number[] | Float64Array, elapsedMs: number, earliest: number): void {
  for (let slot = 0; slot < instants.length; slot++) {
    instants[slot] = left(instants[slot] ?? 0, elapsedMs, earliest);
  }
}

function left(instant: number, elapsedMs: number, earliest: number): number {
  return Math.max(earliest, instant - elapsedMs);
}
