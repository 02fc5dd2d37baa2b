import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { type GroundRules, instant, quorumsOverlap } from './ground-rules.js';

/** So many times the longest election timeout: by then a leader that all others hear has heard of them all. */
const TIMEOUTS = 2;

/**
 * Where more voters are alive than the cluster's size, two quorums need not share a voter: once they hear each other,
 * nobody goes on leading. Somebody may begin to, since a crowd that keeps silent is forgotten; then it is seen again.
 *
 * Source: rule 3.
 */
export class NobodyLeadsACrowd implements Invariant {
  readonly name = 'nobody leads a crowd';
  readonly source = 'rule 3';
  readonly kind = 'safety';
  readonly hears = ['started', 'resumed', 'stateChange', 'step', 'end'] as const;
  readonly #size: number;
  readonly #graceMs: number;
  /** Since when the same node has led the same voters. */
  #sinceMs = 0;

  constructor({ size, timings }: GroundRules) {
    this.#size = size;
    this.#graceMs = TIMEOUTS * timings.electionTimeoutMaxMs;
  }

  holdsIn(plan: Plan): boolean {
    return !quorumsOverlap(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    const { nowMs, quietSinceMs, members } = world;
    if (event.kind === 'stateChange' ? event.to === 'LEADER' : event.kind === 'started' || event.kind === 'resumed') {
      this.#sinceMs = nowMs;
    }
    if (event.kind !== 'step' && event.kind !== 'end') return undefined;
    if (nowMs < Math.max(this.#sinceMs, quietSinceMs) + this.#graceMs) return undefined;
    let alive = 0;
    let leader: string | undefined;
    for (const member of members.values()) {
      if (!member.observer && member.condition === 'running') alive += 1;
      if (member.isLeader()) leader = member.id;
    }
    if (leader === undefined || alive <= this.#size) return undefined;
    return `${leader} leads at ${instant(nowMs)}, and ${alive} voters are alive where the size is ${this.#size}`;
  }
}
