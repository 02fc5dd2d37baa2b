import type { Timings } from '../../core/options.js';
import type { Measured, Spread } from '../../timings/measured.js';

/** Whether `value` can be a node's timings; of a newer version, perhaps, which takes more. */
export function isTimings(value: unknown): value is Timings {
  if (!isRecord(value)) return false;
  const { maxClockDrift } = value;
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs, requestIntervalMs } = value;
  const times = [electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs, requestIntervalMs];
  return times.every((ms) => isAmount(ms) && ms > 0) && isAmount(maxClockDrift) && maxClockDrift < 1;
}

export function isMeasured(value: unknown): value is Measured {
  return isRecord(value) && [value['roundTrip'], value['eventLoopDelay'], value['persist']].every(isSpread);
}

function isSpread(value: unknown): value is Spread {
  if (!isRecord(value)) return false;
  const { count, p50Ms, p99Ms, recurringMs, longestMs } = value;
  return [count, p50Ms, p99Ms, recurringMs, longestMs].every(isAmount);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
