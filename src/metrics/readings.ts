import type { GraftErrorCode } from '../core/errors.js';
import type { State } from '../core/roles.js';
import type { NodeStatus } from '../node/status.js';

/** What is read off a node at every scrape, by the clock of that instant. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly read: (status: NodeStatus) => number;
}

/**
 * What a running node may report. Shown from the first scrape on: a count that is not there before the first time has no
 * increase when it comes.
 */
const REPORTED: readonly GraftErrorCode[] = [
  'LOG_WRITE_FAILED',
  'DRIVER_FAILED',
  'DRIVER_DISCONNECTED',
  'MALFORMED_MESSAGE',
  'INPUT_OVERFLOW',
  'EVENT_LOOP_BLOCKED',
  'DUPLICATE_ID',
  'TOO_MANY_VOTERS',
  'UNLISTED_VOTER',
  'SECOND_LEADER',
  'PLAIN_GRAFT_PEER',
  'TERM_EXHAUSTED',
  'TIMINGS_TOO_TIGHT',
  'TIMINGS_SLACK',
  'HANDLER_FAILED',
  'WORK_FAILED',
  'INTERNAL',
];

const STATES: readonly Exclude<State, 'CLOSED'>[] = ['FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER'];

const VERDICTS: readonly NodeStatus['tuning']['verdict'][] = [
  ...(['tooTight', 'fits', 'needlesslySlack', 'notEnoughSamples'] as const),
];

export const READINGS: readonly Reading[] = [
  {
    name: 'graft_is_leader',
    help: '1 while this node leads, by the clock at the scrape; 0 otherwise.',
    read: ({ isLeader }) => Number(isLeader),
  },
  { name: 'graft_term', help: 'The newest term that this node has heard of.', read: ({ term }) => term },
  {
    name: 'graft_knows_leader',
    help: '1 while this node knows who leads, be it itself; 0 otherwise.',
    read: ({ leader }) => Number(leader !== undefined),
  },
  {
    name: 'graft_lease_left_seconds',
    help: 'How long the lease of this leader holds unless it is prolonged; 0 on a node that does not lead.',
    read: ({ leaseLeftMs }) => leaseLeftMs / 1000,
  },
  {
    name: 'graft_voters',
    help: 'How many voters the cluster has, by the options of this node.',
    read: ({ size }) => size,
  },
  {
    name: 'graft_is_voter',
    help: '1 on a node that votes, 0 on an observer.',
    read: ({ observer }) => Number(!observer),
  },
  {
    name: 'graft_event_loop_delay_seconds',
    help: "How late the event loop was, the last time that the node's timer came due or a tick came late.",
    read: ({ eventLoopDelayMs }) => eventLoopDelayMs / 1000,
  },
  {
    name: 'graft_event_loop_delay_max_seconds',
    help: 'The longest such delay since the node was started.',
    read: ({ longestEventLoopDelayMs }) => longestEventLoopDelayMs / 1000,
  },
  {
    name: 'graft_event_loop_delay_p99_seconds',
    help: 'The delay that 99 of 100 did not exceed in the past hour.',
    read: ({ measured }) => measured.eventLoopDelay.p99Ms / 1000,
  },
  {
    name: 'graft_heartbeat_round_trip_p50_seconds',
    help: 'The round trip of heartbeats that half did not exceed in the past hour; 0 where this node did not lead.',
    read: ({ measured }) => measured.roundTrip.p50Ms / 1000,
  },
  {
    name: 'graft_heartbeat_round_trip_p99_seconds',
    help: 'The round trip that 99 of 100 did not exceed in the past hour; 0 where this node did not lead.',
    read: ({ measured }) => measured.roundTrip.p99Ms / 1000,
  },
  {
    name: 'graft_persist_max_seconds',
    help: 'The longest write of term and vote since the node was started.',
    read: ({ measured }) => measured.persist.longestMs / 1000,
  },
  {
    name: 'graft_election_timeout_min_seconds',
    help: 'electionTimeoutMinMs, as it is set.',
    read: ({ timings }) => timings.electionTimeoutMinMs / 1000,
  },
  {
    name: 'graft_recommended_election_timeout_min_seconds',
    help: 'electionTimeoutMinMs, as this node recommends it by what it has measured; 0 while that is too little.',
    read: ({ tuning }) => (tuning.recommended?.electionTimeoutMinMs ?? 0) / 1000,
  },
];

/** For each state that a node can show, whether it does: 1 or 0. */
export function statesOf({ state }: NodeStatus): readonly (readonly [state: string, shown: number])[] {
  return STATES.map((each) => [each, Number(each === state)]);
}

/** For each verdict on the timings, whether it is this node's: 1 or 0. */
export function verdictsOf({ tuning }: NodeStatus): readonly (readonly [verdict: string, given: number])[] {
  return VERDICTS.map((each) => [each, Number(each === tuning.verdict)]);
}

/** How often each error has come up. */
export function errorsOf({ errors }: NodeStatus): readonly (readonly [code: string, count: number])[] {
  const zeros = Object.fromEntries(REPORTED.map((code) => [code, 0]));
  return Object.entries({ ...zeros, ...errors });
}
