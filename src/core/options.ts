import { GraftError } from './errors.js';
import { leaseDurationMs } from './lease.js';
import { type ClusterName, describe, type NodeId, parseClusterName, parseNodeId } from './names.js';
import { checkNames, type OptionGroup, type OptionNames } from './option-names.js';

/** How long things take. All in milliseconds. */
export interface Timings {
  /**
   * How long a voter stands by a leader that it has heard (rule 7), and how long the heir waits before it campaigns
   * (rule 10). Failover takes about this long. Default 500.
   */
  readonly electionTimeoutMinMs: number;
  /** The longest random election timeout (rule 5), and the wait of a node whose log is new (rule 7). Default 1000. */
  readonly electionTimeoutMaxMs: number;
  /** How often a leader sends heartbeats (rule 5). At most half of the lease. Default 100. */
  readonly heartbeatIntervalMs: number;
  /**
   * How often, at most, an unanswered request is repeated (rule 6). Each wait is drawn from half of this to all of
   * it. Default: 0.3 of the heartbeat interval, 1 at least.
   */
  readonly requestIntervalMs: number;
  /**
   * How far any clock may run fast or slow, as a fraction (rule 8). 0 to 0.25. The lease is
   * `electionTimeoutMinMs * (1 - maxClockDrift) / (1 + maxClockDrift)`. Default 0.05.
   */
  readonly maxClockDrift: number;
}

/** Which nodes elect (rule 3). */
export type Cluster =
  /** Preferred: the voters by name. Votes of others never count. */
  | { readonly name: string; readonly voters: readonly string[] }
  /** As graft: how many voters there are, whoever they may be. */
  | { readonly name: string; readonly size: number };

/** A {@link Cluster} that was checked. */
export type Membership =
  | { readonly name: ClusterName; readonly voters: readonly NodeId[]; readonly size: number }
  | { readonly name: ClusterName; readonly voters: undefined; readonly size: number };

/** What a user may set of the rules. */
export interface ElectionOptions {
  readonly cluster: Cluster;
  readonly timings?: Partial<Timings> | undefined;
  /**
   * Who takes over sooner, 0 to 255 (rule 10): among the voters that answer freshest, the one with the highest
   * priority is the heir. Only ever biases time; 0 alone is absolute: a witness votes and never leads. Default 1.
   */
  readonly priority?: number | undefined;
  /** Hears who leads; never votes, answers or leads (rule 12). Needs no log. Default false. */
  readonly observer?: boolean | undefined;
  /** Plain graft on the wire, for clusters with Go graft nodes (rule 15). Default false. */
  readonly interop?: boolean | undefined;
  /** Ask before campaigning, so that a node that was cut off disturbs nobody (rule 6). Default true. */
  readonly preVote?: boolean | undefined;
}

export const TIMINGS_GROUP: OptionGroup = {
  prefix: 'timings.',
  names: {
    electionTimeoutMinMs: true,
    electionTimeoutMaxMs: true,
    heartbeatIntervalMs: true,
    requestIntervalMs: true,
    maxClockDrift: true,
  } satisfies OptionNames<Timings>,
};
export const CLUSTER_GROUP: OptionGroup = { prefix: 'cluster.', names: { name: true, voters: true, size: true } };
export const ELECTION_OPTIONS: OptionNames<ElectionOptions> = {
  cluster: true,
  timings: true,
  priority: true,
  observer: true,
  interop: true,
  preVote: true,
};

/** Everything that an elector goes by: checked, complete, frozen. */
export interface Settings {
  readonly id: NodeId;
  readonly membership: Membership;
  readonly timings: Timings;
  readonly leaseMs: number;
  readonly priority: number;
  readonly observer: boolean;
  readonly interop: boolean;
  readonly preVote: boolean;
}

export const DEFAULT_TIMINGS: Omit<Timings, 'requestIntervalMs'> = Object.freeze({
  electionTimeoutMinMs: 500,
  electionTimeoutMaxMs: 1000,
  heartbeatIntervalMs: 100,
  maxClockDrift: 0.05,
});

/** How much of the heartbeat interval the default request interval is. */
const REQUESTS_PER_HEARTBEAT = 0.3;
/** Longest timing that is accepted: beyond it a failover takes minutes, which is surely a slip of units. */
export const LONGEST_MS = 600_000;

/**
 * Checks the options once, values and relations, and completes them.
 * @throws GraftError `INVALID_CLUSTER`, `INVALID_ID`, `INVALID_OPTION` or `CONTRADICTING_TIMINGS`, with the values.
 */
export function settle(id: NodeId, options: ElectionOptions): Settings {
  const observer = flag('observer', options.observer, false);
  const interop = flag('interop', options.interop, false);
  const membership = parseCluster(options.cluster);
  const priority = options.priority ?? 1;
  if (!Number.isInteger(priority) || priority < 0 || priority > 255) {
    throw new GraftError('INVALID_OPTION', `priority is ${describe(priority)}: it is a whole number from 0 to 255`);
  }
  if (interop && membership.voters !== undefined) {
    throw new GraftError(
      'INVALID_OPTION',
      'interop is true and cluster.voters is given: Go graft nodes have no fixed ids, so give cluster.size instead',
    );
  }
  if (!observer && membership.voters !== undefined && !membership.voters.includes(id)) {
    throw new GraftError(
      'INVALID_OPTION',
      `id ${describe(id)} is not one of cluster.voters (${membership.voters.join(', ')}): ` +
        'add it there on every node, or set observer: true',
    );
  }
  if (observer && membership.voters?.includes(id)) {
    throw new GraftError(
      'INVALID_OPTION',
      `id ${describe(id)} is one of cluster.voters and observer is true: an observer never votes, so it cannot be listed`,
    );
  }
  const timings = options.timings === undefined ? ALL_DEFAULTS : parseTimings(options.timings);
  return Object.freeze({
    id,
    membership,
    timings,
    leaseMs: leaseDurationMs(timings.electionTimeoutMinMs, timings.maxClockDrift),
    priority,
    observer,
    interop,
    preVote: flag('preVote', options.preVote, true) && !interop,
  });
}

/** @throws GraftError `INVALID_CLUSTER`, `INVALID_ID` or, for a name that is none, `INVALID_OPTION` (rule 3). */
export function parseCluster(cluster: Cluster): Membership {
  if (typeof cluster !== 'object' || cluster === null) {
    throw new GraftError('INVALID_CLUSTER', `cluster is ${describe(cluster)}: give { name, voters } or { name, size }`);
  }
  checkNames(cluster, CLUSTER_GROUP);
  const name = parseClusterName(cluster.name);
  const hasVoters = 'voters' in cluster && cluster.voters !== undefined;
  const hasSize = 'size' in cluster && cluster.size !== undefined;
  if (hasVoters && hasSize) {
    throw new GraftError('INVALID_CLUSTER', 'cluster has both voters and size: give one of them');
  }
  if (hasVoters) {
    const { voters } = cluster;
    if (!Array.isArray(voters) || voters.length === 0) {
      throw new GraftError(
        'INVALID_CLUSTER',
        `cluster.voters is ${Array.isArray(voters) ? 'empty' : describe(voters)}: list at least one id`,
      );
    }
    // Not map, which skips the holes of a sparse list.
    const ids = Array.from(voters, (voter, index) => parseNodeId(voter, `cluster.voters[${index}]`));
    const twice = ids.find((voter, index) => ids.indexOf(voter) !== index);
    if (twice !== undefined) {
      throw new GraftError('INVALID_CLUSTER', `cluster.voters names ${describe(twice)} twice: each voter has one vote`);
    }
    return Object.freeze({ name, voters: Object.freeze(ids), size: ids.length });
  }
  if (!hasSize) {
    throw new GraftError(
      'INVALID_CLUSTER',
      'cluster has neither voters nor size: give { name, voters } or { name, size }',
    );
  }
  const { size } = cluster;
  if (!Number.isInteger(size) || size < 1 || size > 255) {
    throw new GraftError('INVALID_CLUSTER', `cluster.size is ${describe(size)}: it is a whole number from 1 to 255`);
  }
  return Object.freeze({ name, voters: undefined, size });
}

/** @throws GraftError `INVALID_OPTION` (a value, or a name) or `CONTRADICTING_TIMINGS` (two of them, both printed). */
export function parseTimings(given: Partial<Timings>): Timings {
  if (typeof given !== 'object' || given === null) {
    throw new GraftError('INVALID_OPTION', `timings is ${describe(given)}: give an object, values in milliseconds`);
  }
  checkNames(given, TIMINGS_GROUP);
  const heartbeatIntervalMs = given.heartbeatIntervalMs ?? DEFAULT_TIMINGS.heartbeatIntervalMs;
  const timings: Timings = {
    electionTimeoutMinMs: given.electionTimeoutMinMs ?? DEFAULT_TIMINGS.electionTimeoutMinMs,
    electionTimeoutMaxMs: given.electionTimeoutMaxMs ?? DEFAULT_TIMINGS.electionTimeoutMaxMs,
    heartbeatIntervalMs,
    requestIntervalMs: given.requestIntervalMs ?? Math.max(1, heartbeatIntervalMs * REQUESTS_PER_HEARTBEAT),
    maxClockDrift: given.maxClockDrift ?? DEFAULT_TIMINGS.maxClockDrift,
  };
  for (const name of [
    'electionTimeoutMinMs',
    'electionTimeoutMaxMs',
    'heartbeatIntervalMs',
    'requestIntervalMs',
  ] as const) {
    const value = timings[name];
    if (typeof value !== 'number' || !(value >= 1 && value <= LONGEST_MS)) {
      throw new GraftError(
        'INVALID_OPTION',
        `timings.${name} is ${describe(value)}: milliseconds, from 1 to ${LONGEST_MS}`,
      );
    }
  }
  const { electionTimeoutMinMs, electionTimeoutMaxMs, requestIntervalMs, maxClockDrift } = timings;
  if (typeof maxClockDrift !== 'number' || !(maxClockDrift >= 0 && maxClockDrift <= 0.25)) {
    throw new GraftError(
      'INVALID_OPTION',
      `timings.maxClockDrift is ${describe(maxClockDrift)}: a fraction from 0 to 0.25`,
    );
  }
  if (electionTimeoutMaxMs < electionTimeoutMinMs) {
    throw new GraftError(
      'CONTRADICTING_TIMINGS',
      `timings.electionTimeoutMaxMs (${electionTimeoutMaxMs}) is less than electionTimeoutMinMs (${electionTimeoutMinMs})`,
    );
  }
  const leaseMs = leaseDurationMs(electionTimeoutMinMs, maxClockDrift);
  if (heartbeatIntervalMs * 2 > leaseMs) {
    throw new GraftError(
      'CONTRADICTING_TIMINGS',
      `timings.heartbeatIntervalMs (${heartbeatIntervalMs}) is more than half of the lease (${leaseMs.toFixed(1)}, from ` +
        `electionTimeoutMinMs ${electionTimeoutMinMs} and maxClockDrift ${maxClockDrift}): one lost heartbeat would end ` +
        'leadership; lower heartbeatIntervalMs or raise electionTimeoutMinMs',
    );
  }
  if (requestIntervalMs > electionTimeoutMinMs) {
    throw new GraftError(
      'CONTRADICTING_TIMINGS',
      `timings.requestIntervalMs (${requestIntervalMs}) is more than electionTimeoutMinMs (${electionTimeoutMinMs}): ` +
        'a lost request would never be repeated in time',
    );
  }
  return Object.freeze(timings);
}

/** One for all electors that go by the defaults. */
const ALL_DEFAULTS = parseTimings({});

function flag(name: string, value: boolean | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === 'boolean') return value;
  throw new GraftError('INVALID_OPTION', `${name} is ${describe(value)}: give true or false`);
}
