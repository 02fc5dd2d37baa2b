import { Elector } from '../../src/core/elector.js';
import { Cluster } from './cluster.js';
import type { Configuration } from './configuration.js';
import { Continuation } from './continuation.js';
import { type Exploration, explore, type Found } from './explorer.js';
import type { MakeElector } from './opened-elector.js';
import { Reachability, type ReachabilityCounts } from './reachability.js';
import { Reached, type ReachedCounts, unreached } from './reached.js';
import { type Story, tell } from './story.js';

/** What the exploration of one configuration came to. */
export interface Checked extends Omit<Exploration, 'violation'> {
  readonly configuration: Configuration;
  readonly story: Story | undefined;
  readonly reached: ReachedCounts;
  /** What the bounds allow and no state has. */
  readonly unreached: readonly string[];
  /** Where the configuration asks for it, and the exploration came to its end. */
  readonly reachability: ReachabilityCounts | undefined;
  /** Steps that the bounds cut off. */
  readonly cutOff: number;
  /** Different machines (one voter's process and disk), and how often the real `handle()` ran. */
  readonly machines: number;
  readonly handled: number;
  /** From beginning to end: an exploration keeps one core busy, and CPU time is counted for all threads of a process. */
  readonly seconds: number;
}

export interface CheckOptions {
  /** Default: the real elector. */
  readonly make?: MakeElector;
  readonly mostStates?: number;
  readonly onProgress?: (found: Found) => void;
}

/** Explores a configuration. */
export function check(configuration: Configuration, options: CheckOptions = {}): Checked {
  const { make = (start) => new Elector(start), mostStates, onProgress } = options;
  const beganMs = performance.now();
  const cluster = new Cluster(configuration, make);
  const continuation = new Continuation(cluster);
  const reached = new Reached(cluster);
  const reachability = configuration.reachability ? new Reachability(cluster) : undefined;
  const { violation, ...exploration } = explore(cluster, {
    ...(mostStates === undefined ? {} : { states: mostStates }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(configuration.continued ? { stuckIn: (state) => continuation.violationIn(state) } : {}),
    watchers: reachability === undefined ? [reached] : [reached, reachability],
  });
  return {
    ...exploration,
    configuration,
    story: violation && tell(cluster, violation),
    reached: reached.counts(),
    unreached: unreached(cluster, reached.counts()),
    reachability: reachability?.counts,
    cutOff: cluster.cutOff,
    machines: cluster.machines.size,
    handled: cluster.machines.handled,
    seconds: (performance.now() - beganMs) / 1_000,
  };
}
