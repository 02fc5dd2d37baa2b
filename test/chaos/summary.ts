import type { RunRecord } from './record.js';
import type { Verdict } from './verdict.js';

/** What a run ended with. */
export const EXIT = {
  ok: 0,
  /** Something that must never be. */
  violation: 1,
  /** It could not begin. */
  cannotRun: 2,
  /** The command line is wrong. */
  wrongUse: 3,
  /** Nobody led though nothing was wrong any more. */
  noLeader: 4,
  /** A process ended by itself, or did not end when asked to. */
  crash: 5,
} as const;

export function exitCodeOf({ violations, crashes, isLedAtTheEnd }: Verdict): number {
  if (violations.length > 0) return EXIT.violation;
  if (crashes.length > 0) return EXIT.crash;
  return isLedAtTheEnd ? EXIT.ok : EXIT.noLeader;
}

/** How the same faults are had again. Real time is not: what processes do in between is theirs. */
export function replayCommand({ cast, seed, minutes, trustsEvents }: RunRecord): string {
  const twin = trustsEvents ? ' --trust-events' : '';
  return `npm run chaos -- --transport ${cast.transport} --minutes ${minutes} --seed ${seed}${twin}`;
}

/** Violations of one cause come in droves. */
const MOST_SHOWN = 10;

/** What is printed at the end. */
export function summary(record: RunRecord, verdict: Verdict): string {
  const { counts, availability, afterTheLastFault } = verdict;
  const { cast, seed, means } = record;
  const errors = Object.entries(counts.errors).map(([code, times]) => `${code} ${times}`);
  const bad = [...verdict.violations, ...verdict.crashes, ...(verdict.isLedAtTheEnd ? [] : ['nobody led at the end'])];
  const server = means.natsServer === undefined ? '' : `, nats-server ${means.natsServer}`;
  const rows: readonly (readonly [string, string])[] = [
    ['seed', `${seed}, ${record.minutes} minutes over ${cast.transport}, Node ${means.node}${server}`],
    ['faults', `${counts.faults}${counts.skipped > 0 ? `, of which nothing came of ${counts.skipped}` : ''}`],
    ['wall clock', means.clock],
    ['processes', `${counts.processes}, one after the other, of ${cast.members.length} members`],
    ['elections', `${counts.elections}`],
    ['availability', `${(availability.share * 100).toFixed(1)} % of the time somebody led`],
    ['longest gap', `${ms(availability.longestGapMs)}; after the last fault ${ms(afterTheLastFault.longestGapMs)}`],
    ['answers', `${counts.answers} of isLeader()`],
    ['register', `${means.register}: ${counts.writesTaken} writes taken, ${counts.writesRefused} refused`],
    ['late writes', `${counts.late} on purpose, ${counts.lateRefused} of them after a newer token, and refused`],
    ['reported', errors.length === 0 ? 'nothing' : errors.join(', ')],
    ['violations', `${verdict.violations.length}`],
  ];
  const lines = rows.map(([what, value]) => `${what.padEnd(13)} ${value}`);
  if (bad.length > 0) {
    lines.push('', `FAILED  ${bad.length} times`, ...bad.slice(0, MOST_SHOWN).map((line) => `        ${line}`));
    if (bad.length > MOST_SHOWN) lines.push(`        and ${bad.length - MOST_SHOWN} more: see the report`);
    lines.push(
      `replay  ${replayCommand(record)}`,
      '        (the same faults at the same times; real time is not replayed)',
    );
  }
  return lines.join('\n');
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}
