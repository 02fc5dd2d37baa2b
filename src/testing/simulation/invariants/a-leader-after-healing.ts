import { quorumSize } from '../../../core/quorum.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { type GroundRules, instant, quorumsOverlap } from './ground-rules.js';

/** How many times the longest election timeout a healed world takes, at most, to agree on a leader. */
export const HEALING_TIMEOUTS = 5;

/**
 * Once no fault is left, a leader is there within {@link HEALING_TIMEOUTS} of the longest election timeout, and all that run
 * know it: provided that a quorum of voters runs, and one of them may lead. It is there when the world ends, too.
 *
 * Source: diss. 3.9, availability; rules 5 to 7.
 */
export class ALeaderAfterHealing implements Invariant {
  readonly name = 'a leader after healing';
  readonly source = 'diss. 3.9; rules 5 to 7';
  readonly kind = 'liveness';
  readonly hears = ['step', 'end'] as const;
  readonly #quorum: number;
  readonly #withinMs: number;
  readonly #witnesses: ReadonlySet<string>;
  #agreed = false;

  constructor({ size, timings, voters }: GroundRules) {
    this.#quorum = quorumSize(size);
    this.#withinMs = HEALING_TIMEOUTS * timings.electionTimeoutMaxMs;
    this.#witnesses = new Set(voters.filter(({ priority }) => priority === 0).map(({ id }) => id));
  }

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    const { nowMs, quietSinceMs } = world;
    if (nowMs < quietSinceMs || (event.kind !== 'step' && event.kind !== 'end')) return undefined;
    if (event.kind === 'end') this.#agreed = false;
    if (this.#agreed) return undefined;
    this.#agreed = agree(world);
    const tookMs = nowMs - quietSinceMs;
    if (this.#agreed || tookMs <= this.#withinMs || !this.#canElect(world)) return undefined;
    return `nobody is known to all as the leader at ${instant(nowMs)}, ${instant(tookMs)} after the last fault`;
  }

  #canElect({ members }: WorldView): boolean {
    let voters = 0;
    let mayLead = false;
    for (const { id, observer, condition } of members.values()) {
      if (observer || condition !== 'running') continue;
      voters += 1;
      if (!this.#witnesses.has(id)) mayLead = true;
    }
    return mayLead && voters >= this.#quorum;
  }
}

function agree({ members }: WorldView): boolean {
  let leader: string | undefined;
  for (const member of members.values()) if (member.isLeader()) leader = member.id;
  if (leader === undefined) return false;
  for (const member of members.values()) {
    if (member.condition === 'running' && member.leader !== leader) return false;
  }
  return true;
}
