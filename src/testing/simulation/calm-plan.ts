import { type Cluster, parseTimings, type Timings } from '../../core/options.js';
import type { MachinePlan, NetworkPlan, Plan } from './plan.js';

/** What a plan without faults is made from. */
export interface CalmPlanOptions {
  /** Decides everything that is drawn. Default 1. */
  readonly seed?: number;
  /** How many voters, `n0`, `n1` and so on; or their ids. Default 3. */
  readonly voters?: number | readonly string[];
  /** Ids of observers (rule 12). Default: none. */
  readonly observers?: readonly string[];
  /** The cluster's name. Default `simulated`. */
  readonly cluster?: string;
  /** The same for every node. Default: the library's. */
  readonly timings?: Partial<Timings>;
  /** Clock rates by id: 1.05 runs 5 % fast. Default 1. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Priorities by id (rule 10). Default 1. */
  readonly priorities?: Readonly<Record<string, number>>;
  readonly preVote?: boolean;
  /** The everyday weather. Default: 0.2 to 2 ms, nothing lost. */
  readonly weather?: Partial<NetworkPlan>;
}

/** A world in which nothing goes wrong by itself. @throws GraftError as `Node.start` does for bad options. */
export function calmPlan(options: CalmPlanOptions = {}): Plan {
  const { seed = 1, voters = 3, observers = [], cluster: name = 'simulated', timings = {}, preVote = true } = options;
  const { rates = {}, priorities = {}, weather = {} } = options;
  const ids = typeof voters === 'number' ? Array.from({ length: voters }, (_, index) => `n${index}`) : voters;
  const machine = (id: string, observer: boolean): MachinePlan => {
    return { id, observer, priority: priorities[id] ?? 1, rate: rates[id] ?? 1, position: 0 };
  };
  const cluster: Cluster = { name, voters: ids };
  return {
    seed,
    cluster,
    machines: [...ids.map((id) => machine(id, false)), ...observers.map((id) => machine(id, true))],
    timings: parseTimings(timings),
    preVote,
    network: { delayMs: [0.2, 2], loss: 0, repeat: 0, reorder: false, ...weather },
    disk: { stepMs: 0, failure: 0 },
    drainMs: undefined,
    comparesPositions: false,
    harm: 'none',
    schedule: [],
    quietAtMs: 0,
  };
}
