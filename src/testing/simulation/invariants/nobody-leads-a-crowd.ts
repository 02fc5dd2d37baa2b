import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { type GroundRules, instant, quorumsOverlap } from './ground-rules.js';

/** So many times the longest election timeout after the last voter has come, and the last fault has gone, the crowd has been seen. */
const TIMEOUTS = 3;

/**
 * Where more voters are alive than the cluster's size, two quorums need not share a voter: once they hear each other,
 * nobody leads for as long as that lasts.
 *
 * Source: rule 3.
 */
export class NobodyLeadsACrowd implements Invariant {
  readonly name = 'nobody leads a crowd';
  readonly source = 'rule 3';
  readonly kind = 'safety';
  readonly hears = ['started', 'resumed', 'step'] as const;
  readonly #size: number;
  readonly #graceMs: number;
  #sinceMs = 0;

  constructor({ size, timings }: GroundRules) {
    this.#size = size;
    this.#graceMs = TIMEOUTS * timings.electionTimeoutMaxMs;
  }

  holdsIn(plan: Plan): boolean {
    return !quorumsOverlap(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    if (event.kind === 'started' || event.kind === 'resumed') this.#sinceMs = world.nowMs;
    if (event.kind !== 'step') return undefined;
    const { nowMs, quietSinceMs, members } = world;
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
