import { UsageError } from './failure.js';
import type { Flag, Given } from './flags.js';
import { durationText } from './time-text.js';

const DEFAULT_INTERVAL_MS = 250;
/** More often is of no use to the eye, and a burden to the nodes. */
const MIN_INTERVAL_MS = 50;

/** How often a command asks that asks again and again. */
export const INTERVAL_FLAG = {
  value: 'TIME',
  help: `how often it asks, ${durationText(MIN_INTERVAL_MS)} at least`,
  default: durationText(DEFAULT_INTERVAL_MS),
} as const satisfies Flag;

/** In milliseconds. @throws UsageError when it is too short. */
export function intervalGiven(given: Given): number {
  const intervalMs = given.durationMs('interval') ?? DEFAULT_INTERVAL_MS;
  if (intervalMs >= MIN_INTERVAL_MS) return intervalMs;
  throw new UsageError(`--interval is too short: give ${durationText(MIN_INTERVAL_MS)} at least`);
}
