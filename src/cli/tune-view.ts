import type { ClusterStatus } from '../client/cluster-status.js';
import type { ClusterTimings } from '../client/cluster-timings.js';
import { type TimingsVerdict, timingsSetting } from '../timings/advise-timings.js';
import type { Measured, Spread } from '../timings/measured.js';
import { table } from './table.js';
import type { Style, Terminal } from './terminal.js';
import { brief } from './time-text.js';

const VERDICTS: Readonly<Record<TimingsVerdict, readonly [text: string, style: Style]>> = {
  tooTight: ['the timings are too tight', 'red'],
  fits: ['the timings fit', 'green'],
  needlesslySlack: ['the timings are needlessly slack', 'yellow'],
  notEnoughSamples: ['not enough was measured yet', 'yellow'],
};

const SETTINGS = [
  ['electionTimeoutMinMs', '--election-timeout-min'],
  ['electionTimeoutMaxMs', '--election-timeout-max'],
  ['heartbeatIntervalMs', '--heartbeat-interval'],
] as const;

const QUANTITIES: readonly (readonly [quantity: keyof Measured, text: string])[] = [
  ['roundTrip', 'round trip'],
  ['eventLoopDelay', 'event loop late by'],
  ['persist', 'write'],
];

/** What was measured, and what follows, as people read it. */
export function tuneLines(status: ClusterStatus, tuned: ClusterTimings, terminal: Terminal): readonly string[] {
  const { cluster, leader, term, missing, troubles } = status;
  const { verdict, timings, recommended, reasons } = tuned;
  const [text, style] = VERDICTS[verdict];
  const title = (each: string): string => terminal.paint('dim', each);
  return [
    `${terminal.paint('bold', cluster)}: ${leader ?? 'nobody'} leads, term ${term}; ${terminal.paint(style, text)}`,
    '',
    ...table([
      ['', 'present', 'recommended', 'graft run'].map(title),
      ...SETTINGS.map(([name, flag]) => [name, String(timings[name]), String(recommended?.[name] ?? ''), flag]),
    ]),
    '',
    ...table([
      ['measured', 'by', 'how often', 'p50', 'p99', 'three times', 'longest'].map(title),
      ...QUANTITIES.flatMap(([quantity, name]) => spreadRows(status, quantity, name)),
    ]),
    ...(missing.length > 0 ? ['', terminal.paint('red', `no answer from ${missing.join(', ')}`)] : []),
    '',
    ...table(reasons.map((reason) => [title(reason.about), reason.text])),
    ...(recommended === undefined || verdict === 'fits'
      ? []
      : ['', `to be set, on all nodes alike: ${timingsSetting(recommended)}`]),
    ...(troubles.length > 0 ? ['', ...troubles.map((each) => terminal.paint('yellow', `! ${each}`))] : []),
  ];
}

/** A row for each node that has measured it. */
function spreadRows({ nodes }: ClusterStatus, quantity: keyof Measured, name: string): readonly (readonly string[])[] {
  const spreads = nodes.flatMap(({ id, measured }): readonly (readonly [string, Spread])[] =>
    measured === undefined || measured[quantity].count === 0 ? [] : [[id, measured[quantity]]],
  );
  return spreads.map(([id, { count, p50Ms, p99Ms, recurringMs, longestMs }], row) => [
    row === 0 ? name : '',
    id,
    String(count),
    ...[p50Ms, p99Ms, recurringMs, longestMs].map(brief),
  ]);
}
