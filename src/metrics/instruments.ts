import type { NodeStatus } from '../node/status.js';
import type { CounterLike, HistogramLike } from './prom-client-like.js';
import { errorsOf, READINGS, statesOf, verdictsOf } from './readings.js';
import type { MetricMaker } from './registry-metrics.js';

/** In seconds: from half a millisecond, a round trip in one data centre, to several leases. */
const ROUND_TRIP_BUCKETS: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
/** In seconds: from a write over the file and its sync on a good disk to one that hangs. */
const PERSIST_BUCKETS: readonly number[] = [
  0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
];

/** The labels that say which node a value belongs to. */
export type NodeLabels = Readonly<Record<'cluster' | 'id', string>>;

export function labelsOf({ cluster, id }: NodeLabels): NodeLabels {
  return { cluster, id };
}

/** Every metric there is; each node that is watched has its own labels in them. */
export class Instruments {
  readonly leaderChanges: CounterLike;
  readonly electionsStarted: CounterLike;
  readonly electionsWon: CounterLike;
  readonly electionsLost: CounterLike;
  readonly votesGranted: CounterLike;
  readonly votesRefused: CounterLike;
  readonly leaseRenewals: CounterLike;
  readonly persistFailures: CounterLike;
  readonly persist: HistogramLike;
  readonly roundTrip: HistogramLike;

  /** @param statuses of all nodes that are watched, at this instant. */
  constructor(maker: MetricMaker, statuses: () => readonly NodeStatus[]) {
    readAtScrape(maker, statuses);
    const counter = (name: string, help: string, ...labels: string[]): CounterLike =>
      maker.counter({ name, help, labels });
    this.leaderChanges = counter('graft_leader_changes_total', 'Leaders that this node has come to know of.');
    this.electionsStarted = counter('graft_elections_started_total', 'Votes that this node has asked for.');
    this.electionsWon = counter('graft_elections_won_total', 'Votes that this node has won.');
    this.electionsLost = counter('graft_elections_lost_total', 'Votes that this node has lost, or given up.');
    this.votesGranted = counter(
      'graft_votes_granted_total',
      'Votes and pre-votes that this node has given.',
      'request',
    );
    this.votesRefused = counter(
      'graft_votes_refused_total',
      'Votes and pre-votes that this node has refused.',
      'request',
      'reason',
    );
    this.leaseRenewals = counter('graft_lease_renewals_total', 'How often the lease was gained or prolonged.');
    this.persistFailures = counter('graft_persist_failures_total', 'Writes of term and vote that failed.');
    this.persist = maker.histogram(
      { name: 'graft_persist_seconds', help: 'How long term and vote took to become durable, or to fail to.' },
      PERSIST_BUCKETS,
    );
    this.roundTrip = maker.histogram(
      { name: 'graft_heartbeat_round_trip_seconds', help: "From a heartbeat's leaving to each voter's answer." },
      ROUND_TRIP_BUCKETS,
    );
  }
}

/** What a node knows by itself is asked for when it is wanted. What a closed node showed goes with it. */
function readAtScrape(maker: MetricMaker, statuses: () => readonly NodeStatus[]): void {
  for (const { name, help, read } of READINGS) {
    maker.gauge({ name, help }, (gauge) => {
      gauge.reset();
      for (const status of statuses()) gauge.set(labelsOf(status), read(status));
    });
  }
  const state = { name: 'graft_state', help: '1 for the state that the node shows, 0 for the others.' };
  maker.gauge({ ...state, labels: ['state'] }, (gauge) => {
    gauge.reset();
    for (const status of statuses()) {
      for (const [each, shown] of statesOf(status)) gauge.set({ ...labelsOf(status), state: each }, shown);
    }
  });
  const verdict = { name: 'graft_timings_verdict', help: '1 for how the timings suit what was measured, 0 otherwise.' };
  maker.gauge({ ...verdict, labels: ['verdict'] }, (gauge) => {
    gauge.reset();
    for (const status of statuses()) {
      for (const [each, given] of verdictsOf(status)) gauge.set({ ...labelsOf(status), verdict: each }, given);
    }
  });
  const errors = { name: 'graft_errors_total', help: 'Errors that came up, reported or not.' };
  maker.counter({ ...errors, labels: ['code'] }, (counter) => {
    counter.reset();
    for (const status of statuses()) {
      for (const [code, count] of errorsOf(status)) counter.inc({ ...labelsOf(status), code }, count);
    }
  });
}
