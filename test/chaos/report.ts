import { describeAction } from './fault.js';
import type { RunRecord } from './record.js';
import { exitCodeOf, replayCommand } from './summary.js';
import type { Verdict } from './verdict.js';

/** The report for programs: JSON. Times are milliseconds since the first leader was there. */
export function report(record: RunRecord, verdict: Verdict): object {
  const sinceMs = (atUs: number): number => Math.round((atUs - record.beganUs) / 100) / 10;
  const { availability, afterTheLastFault, leaderships, ...judged } = verdict;
  return {
    ...{ seed: record.seed, minutes: record.minutes, ...record.cast, trustsEvents: record.trustsEvents },
    replay: replayCommand(record),
    exitCode: exitCodeOf(verdict),
    means: record.means,
    ...judged,
    availability: {
      share: availability.share,
      longestGapMs: availability.longestGapMs,
      longestGapAfterTheLastFaultMs: afterTheLastFault.longestGapMs,
      gaps: availability.gaps.map(({ sinceUs, untilUs }) => ({ fromMs: sinceMs(sinceUs), untilMs: sinceMs(untilUs) })),
    },
    healedMs: sinceMs(record.healedUs),
    endedMs: sinceMs(record.endedUs),
    leaderships: leaderships.map(({ name, term, sinceUs, untilUs }) => ({
      ...{ process: name, term, fromMs: sinceMs(sinceUs), untilMs: sinceMs(untilUs) },
    })),
    faults: record.faults.map(({ fault, on, to, fromUs, untilUs, skipped }) => ({
      ...{ what: describeAction(fault.action), on, to, fromMs: sinceMs(fromUs), untilMs: sinceMs(untilUs), skipped },
      drawn: fault,
    })),
    processes: record.lives.map(({ name, startedUs, endedUs }) => ({
      ...{ name, fromMs: sinceMs(startedUs), untilMs: sinceMs(endedUs) },
    })),
  };
}
