import { leaseDurationMs } from '../core/lease.js';
import { DEFAULT_TIMINGS, LONGEST_MS, type Timings } from '../core/options.js';
import type { Measured } from './measured.js';

/** How timings suit what was measured under them. */
export type TimingsVerdict =
  /** Leaders will be lost, or elections fail, though nothing is broken. */
  | 'tooTight'
  | 'fits'
  /** Failover takes much longer than it has to. */
  | 'needlesslySlack'
  /** Too little was measured to say. */
  | 'notEnoughSamples';

/** Timings to be set on all nodes alike: options of `Node.start`, all in milliseconds. */
export type RecommendedTimings = Pick<Timings, 'electionTimeoutMinMs' | 'electionTimeoutMaxMs' | 'heartbeatIntervalMs'>;

/** One step of the reckoning. */
export interface TimingsReason {
  /** The check, or the timing that follows. */
  readonly about: 'lease' | 'election' | keyof RecommendedTimings;
  /** What was reckoned with which values, why, and where that is written. */
  readonly text: string;
}

/** A verdict on timings, and which ones suit what was measured. */
export interface TimingsAdvice {
  readonly verdict: TimingsVerdict;
  /**
   * The shortest timings that leave room: for two lost heartbeats, and for an election that fails once. Where the present
   * ones fit, nothing has to be done about them, be they longer or shorter. Absent while not enough was measured.
   */
  readonly recommended: RecommendedTimings | undefined;
  /** The checks of the present timings, then what led to the recommended ones; or what is missing. */
  readonly reasons: readonly TimingsReason[];
}

/** Fewer round trips than these say nothing of one in a hundred. */
export const ENOUGH_ROUND_TRIPS = 200;
/** Unless even half of so many are too long. */
const ENOUGH_WHEN_HOPELESS = 5;
/** Pre-vote, vote, first heartbeat. */
export const ROUND_TRIPS_OF_ELECTION = 3;
/** The candidate's own vote, then the voters'. */
export const WRITES_OF_ELECTION = 2;
/** An order of magnitude: broadcast time has to be that much less than the election timeout (diss. 3.9). */
export const ROUND_TRIPS_PER_TIMEOUT = 10;
/** How much room an election is given: it may fail once. */
export const ELECTIONS_PER_TIMEOUT = 2;
/** With as many, two that are lost in a row leave a third of the lease for a round trip and a stall. */
export const HEARTBEATS_PER_LEASE = 4.5;
/** The lease is so many times a round trip and a stall. */
export const STALLS_PER_LEASE = 3;
/** The shortest that the authors of Raft call conservative, whatever the network (paper, 9.3). */
export const SHORTEST_TIMEOUT_MS = 150;
/** Random waits are spread over as much again as the least, so that votes do not split (diss. 9.2, 9.3). */
const SPREAD = 2;
/** Slack are timings beyond so many times what is recommended, and beyond so many times the default. */
export const SLACK = { recommended: 20, default: 10 } as const;

/**
 * Judges `timings` by what was measured under them, and says which would do. Decides nothing: no timing is ever changed
 * by it. docs/timings.md has the reckoning with an example.
 */
export function adviseTimings(measured: Measured, timings: Timings): TimingsAdvice {
  const { verdict, recommended, steps } = reckon(measured, timings);
  return { verdict, recommended, reasons: steps.map(({ about, text }) => ({ about, text: text() })) };
}

/**
 * As {@link adviseTimings}, without the reasons: to put them into words takes far longer than to reckon, and a node's
 * status, which has none, is asked for many times at each scrape.
 */
export function judgeTimings(measured: Measured, timings: Timings): Pick<TimingsAdvice, 'verdict' | 'recommended'> {
  const { verdict, recommended } = reckon(measured, timings);
  return { verdict, recommended };
}

/** A {@link TimingsReason} that is put into words only for who reads it. */
interface Step {
  readonly about: TimingsReason['about'];
  readonly text: () => string;
}

interface Reckoning extends Pick<TimingsAdvice, 'verdict' | 'recommended'> {
  readonly steps: readonly Step[];
}

function reckon(measured: Measured, timings: Timings): Reckoning {
  const { count } = measured.roundTrip;
  if (count < ENOUGH_ROUND_TRIPS && !isHopeless(measured, timings)) {
    const text = (): string =>
      `${count} round trips of heartbeats were measured, and it takes ${ENOUGH_ROUND_TRIPS} to say anything: ${MISSING}`;
    return { verdict: 'notEnoughSamples', recommended: undefined, steps: [{ about: 'lease', text }] };
  }
  const costs = costsOf(measured);
  const checks = [checkLease(costs, timings), checkElection(costs, timings)];
  const { recommended, steps } = recommend(costs, timings);
  const isTight = checks.some(({ holds }) => !holds);
  const isSlack =
    timings.electionTimeoutMinMs > SLACK.recommended * recommended.electionTimeoutMinMs &&
    timings.electionTimeoutMinMs > SLACK.default * DEFAULT_TIMINGS.electionTimeoutMinMs;
  return {
    verdict: isTight ? 'tooTight' : isSlack ? 'needlesslySlack' : 'fits',
    recommended,
    steps: [...checks, ...steps],
  };
}

/**
 * Whether a few round trips are enough to see that the timings are too tight: where they are far too tight, leaders last
 * for moments and measure little, and what takes longer than the lease is not seen at all.
 */
function isHopeless(measured: Measured, timings: Timings): boolean {
  const { count, p50Ms } = measured.roundTrip;
  if (count < ENOUGH_WHEN_HOPELESS) return false;
  const costs = { ...costsOf(measured), roundTripMs: p50Ms };
  return !checkLease(costs, timings).holds || !checkElection(costs, timings).holds;
}

/** As they are written in `Node.start`, to be copied. */
export function timingsSetting({
  electionTimeoutMinMs,
  electionTimeoutMaxMs,
  heartbeatIntervalMs,
}: RecommendedTimings): string {
  return `timings: { electionTimeoutMinMs: ${electionTimeoutMinMs}, electionTimeoutMaxMs: ${electionTimeoutMaxMs}, heartbeatIntervalMs: ${heartbeatIntervalMs} }`;
}

const MISSING =
  'they are measured by a leader of two voters or more, at every heartbeat, and not in interop mode, where nobody answers';

/** What has to be reckoned with, in milliseconds. */
interface Costs {
  readonly roundTripMs: number;
  readonly stallMs: number;
  readonly writeMs: number;
}

interface Check extends Step {
  readonly holds: boolean;
}

/**
 * Stalls and long writes happen by accident, so what recurs counts. Writes are never forgotten, and may be few: one bad
 * moment of a disk would be held against the timings for as long as the process lives.
 */
function costsOf({ roundTrip, eventLoopDelay, persist }: Measured): Costs {
  return { roundTripMs: roundTrip.p99Ms, stallMs: eventLoopDelay.recurringMs, writeMs: persist.recurringMs };
}

/** One lost heartbeat must not end leadership: the one after it, its answer and a stall have to fit into the lease. */
function checkLease({ roundTripMs, stallMs }: Costs, timings: Timings): Check {
  const { electionTimeoutMinMs, heartbeatIntervalMs, maxClockDrift } = timings;
  const leaseMs = leaseDurationMs(electionTimeoutMinMs, maxClockDrift);
  const neededMs = 2 * heartbeatIntervalMs + roundTripMs + stallMs;
  const holds = neededMs <= leaseMs;
  const survived = Math.max(0, Math.floor((leaseMs - roundTripMs - stallMs) / heartbeatIntervalMs) - 1);
  const survives = (): string =>
    ['no lost heartbeat is', 'one lost heartbeat is'][survived] ?? `${survived} lost in a row are`;
  return {
    about: 'lease',
    holds,
    text: () =>
      `2 heartbeat intervals of ${shown(heartbeatIntervalMs)} + round trip ${shown(roundTripMs)} + stall of the event loop ` +
      `${shown(stallMs)} = ${shown(neededMs)}, ${holds ? 'within' : 'more than'} the lease of ${lease(leaseMs)}: ` +
      `${survives()} survived (rule 8)`,
  };
}

/** What takes longer than the least election timeout is disturbed by whoever campaigns next. */
function checkElection({ roundTripMs, writeMs }: Costs, { electionTimeoutMinMs }: Timings): Check {
  const neededMs = electionMs({ roundTripMs, writeMs });
  const holds = neededMs <= electionTimeoutMinMs;
  return {
    about: 'election',
    holds,
    text: () =>
      `an election is ${ROUND_TRIPS_OF_ELECTION} round trips of ${shown(roundTripMs)} + ${WRITES_OF_ELECTION} writes of ` +
      `${shown(writeMs)} = ${shown(neededMs)}, ${holds ? 'within' : 'more than'} electionTimeoutMinMs ` +
      `${shown(electionTimeoutMinMs)}: ` +
      `${holds ? 'it is over before the next one campaigns' : 'the next one campaigns before it is over'} (diss. 3.9)`,
  };
}

function electionMs({ roundTripMs, writeMs }: Pick<Costs, 'roundTripMs' | 'writeMs'>): number {
  return ROUND_TRIPS_OF_ELECTION * roundTripMs + WRITES_OF_ELECTION * writeMs;
}

function recommend(
  costs: Costs,
  { maxClockDrift }: Timings,
): { readonly recommended: RecommendedTimings; readonly steps: readonly Step[] } {
  const { roundTripMs, stallMs } = costs;
  const leasePerTimeout = leaseDurationMs(1, maxClockDrift);
  const broadcast = ROUND_TRIPS_PER_TIMEOUT * roundTripMs;
  const election = ELECTIONS_PER_TIMEOUT * electionMs(costs);
  const stall = (STALLS_PER_LEASE * (roundTripMs + stallMs)) / leasePerTimeout;
  const grounds: readonly (readonly [leastMs: number, text: () => string])[] = [
    [
      broadcast,
      () => `${ROUND_TRIPS_PER_TIMEOUT} round trips of ${shown(roundTripMs)}, an order of magnitude (diss. 3.9)`,
    ],
    [election, () => `${ELECTIONS_PER_TIMEOUT} elections of ${shown(electionMs(costs))} (diss. 3.9)`],
    [
      stall,
      () =>
        `a lease of ${STALLS_PER_LEASE} times round trip ${shown(roundTripMs)} + stall ${shown(stallMs)}, so that two ` +
        'heartbeats lost in a row are survived (rule 8)',
    ],
    [SHORTEST_TIMEOUT_MS, () => 'the shortest that is called conservative, whatever the network (Raft paper, 9.3)'],
  ];
  const [leastMs, why] = grounds.reduce((greatest, each) => (each[0] > greatest[0] ? each : greatest));
  const electionTimeoutMinMs = roundedUp(Math.min(leastMs, LONGEST_MS / SPREAD));
  const electionTimeoutMaxMs = SPREAD * electionTimeoutMinMs;
  const leaseMs = electionTimeoutMinMs * leasePerTimeout;
  const heartbeatIntervalMs = roundedDown(leaseMs / HEARTBEATS_PER_LEASE);
  return {
    recommended: { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatIntervalMs },
    steps: [
      { about: 'electionTimeoutMinMs', text: () => `${shown(electionTimeoutMinMs)}: ${why()}` },
      {
        about: 'electionTimeoutMaxMs',
        text: () => `${shown(electionTimeoutMaxMs)}: ${SPREAD} times the least, so that votes do not split (diss. 9.3)`,
      },
      {
        about: 'heartbeatIntervalMs',
        text: () =>
          `${shown(heartbeatIntervalMs)}: ${HEARTBEATS_PER_LEASE} in each lease of ${lease(leaseMs)} (rule 8)`,
      },
    ],
  };
}

/** To two digits, as people set timings; never less. */
function roundedUp(ms: number): number {
  const step = 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Math.ceil(ms / step) * step;
}

/** To two digits; never more. */
function roundedDown(ms: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(ms)) - 1);
  return Math.floor(ms / step) * step;
}

function lease(ms: number): string {
  return `${Math.floor(ms)} ms`;
}

/** What is waited for is rounded up, and the lease down: the words never say that something fits which does not. */
function shown(ms: number): string {
  return `${ms < 10 ? Math.ceil(ms * 10) / 10 : Math.ceil(ms)} ms`;
}
