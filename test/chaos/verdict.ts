import type { Entry } from '../processes/entries.js';
import { type Life, overlaps, type Span, spansOfAnswers, spansOfEvents, violations } from '../processes/history.js';
import { type Availability, availability } from './availability.js';
import type { ChaosEntry, WriteEntry } from './entries.js';
import type { RunRecord } from './record.js';
import { registerViolations, type Writes } from './register-check.js';

/** What came of a run. */
export interface Verdict {
  /** What must never be, whatever goes wrong: two leaders, a vote forgotten, an older token taken. */
  readonly violations: readonly string[];
  /** Processes that ended by themselves, or did not when asked to. */
  readonly crashes: readonly string[];
  /** Whether somebody led at the end, nothing being wrong any more. */
  readonly isLedAtTheEnd: boolean;
  /** Who led when. */
  readonly leaderships: readonly Span[];
  /** From the first fault to the end. */
  readonly availability: Availability;
  /** From the end of the last fault to the end. */
  readonly afterTheLastFault: Availability;
  readonly counts: Counts;
}

/** How much happened: a run in which nothing did shows nothing. */
export interface Counts {
  readonly faults: number;
  readonly skipped: number;
  readonly processes: number;
  /** Elections after the first, of leaders that answered that they lead. */
  readonly elections: number;
  readonly answers: number;
  readonly writesTaken: number;
  readonly writesRefused: number;
  /** Of those written late on purpose, how many a newer token kept out. */
  readonly lateRefused: number;
  readonly late: number;
  /** Errors that members reported, and those that kept them from starting, by code. */
  readonly errors: Readonly<Record<string, number>>;
}

/** How old the last answer of the last leader may be: it is asked every few milliseconds, on a machine that may be busy. */
const LAST_ANSWER_WITHIN_US = 1_000_000;

/** Judges a run by what is recorded of it. */
export function judge(record: RunRecord): Verdict {
  const { beganUs, healedUs, endedUs, lives } = record;
  const told: readonly Life[] = lives.map(({ name, log, entries }) => ({ name, log, entries: entries.filter(isTold) }));
  const writers: readonly Writes[] = lives.map(({ name, entries }) => ({ name, writes: entries.filter(isWrite) }));
  // The twin leads for as long as no event says otherwise, also while it stands still.
  const beliefs = record.trustsEvents ? told.flatMap(spansOfEvents) : [];
  const leaderships = told.flatMap(spansOfAnswers).sort((one, other) => one.sinceUs - other.sinceUs);
  const whole = { sinceUs: beganUs, untilUs: endedUs };
  return {
    violations: [
      ...violations({ lives: told, sightings: record.sightings }),
      ...overlaps(beliefs),
      ...record.corruptLogs,
      ...registerViolations(record.taken, writers),
    ],
    crashes: lives.flatMap(({ fault }) => fault ?? []),
    isLedAtTheEnd: leaderships.some(
      ({ sinceUs, untilUs }) => sinceUs <= endedUs && untilUs >= Math.max(healedUs, endedUs - LAST_ANSWER_WITHIN_US),
    ),
    leaderships,
    availability: availability(leaderships, whole),
    afterTheLastFault: availability(leaderships, { ...whole, sinceUs: healedUs }),
    counts: countsOf(record, leaderships),
  };
}

function countsOf({ faults, lives, beganUs }: RunRecord, leaderships: readonly Span[]): Counts {
  const entries = lives.flatMap((life) => life.entries);
  const writes = entries.filter(isWrite);
  const late = writes.filter(({ isLate }) => isLate);
  const errors: Record<string, number> = {};
  for (const entry of entries) {
    if (entry.kind === 'error' || entry.kind === 'refused') errors[entry.code] = (errors[entry.code] ?? 0) + 1;
  }
  return {
    faults: faults.length,
    skipped: faults.filter(({ skipped }) => skipped !== undefined).length,
    processes: lives.length,
    elections: leaderships.filter(({ sinceUs }) => sinceUs > beganUs).length,
    answers: entries.filter(({ kind }) => kind === 'answer').length,
    writesTaken: writes.filter(({ outcome }) => outcome === 'taken').length,
    writesRefused: writes.filter(({ outcome }) => outcome === 'refused').length,
    late: late.length,
    lateRefused: late.filter(({ outcome }) => outcome === 'refused').length,
    errors,
  };
}

function isWrite(entry: ChaosEntry): entry is WriteEntry {
  return entry.kind === 'write';
}

function isTold(entry: ChaosEntry): entry is Entry {
  return entry.kind !== 'write';
}
