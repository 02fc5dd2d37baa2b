import { quorumSize } from '../../../core/quorum.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type Plan, WRITE_STEPS } from '../plan.js';
import { clocksKeepTime, type GroundRules, instant, quorumsOverlap } from './ground-rules.js';

/** How many elections a healed world takes, at most, to agree on a leader. */
export const HEALING_ELECTIONS = 5;
/** Pre-vote, vote and first heartbeat, each there and back. */
const MESSAGES = 6;
/** The candidate's and the voter's, of which each has {@link WRITE_STEPS} steps at most. */
const WRITES = 2;

/** How long a world of that plan may take to agree on a leader once it is healed, in milliseconds. */
export function healingMs({ timings, network, disk }: Plan): number {
  const electionMs = MESSAGES * network.delayMs[1] + WRITES * WRITE_STEPS * disk.stepMs;
  return HEALING_ELECTIONS * (timings.electionTimeoutMaxMs + electionMs);
}

/**
 * Once no fault is left, a leader is there within {@link HEALING_ELECTIONS} times what the slowest election takes, the
 * longest election timeout included, and all that run know it: provided that a quorum of voters runs, and one of them
 * may lead. Once it was there, it is there when the world ends, too, be that early or late. Clocks beyond the drift
 * promise nothing: by a fast one, an election timeout may be over before a round trip is.
 *
 * Source: diss. 3.9, availability; rules 5 to 7.
 */
export class ALeaderAfterHealing implements Invariant {
  readonly name = 'a leader after healing';
  readonly source = 'diss. 3.9; rules 5 to 7';
  readonly kind = 'liveness';
  readonly hears = ['error', 'step', 'end'] as const;
  readonly #quorum: number;
  readonly #withinMs: number;
  readonly #witnesses: ReadonlySet<string>;
  /** Nobody tells an observer that a term went back: one that outlived all logs waits for its own term to come again. */
  readonly #observersAgree: boolean;
  /** Where logs are lost, a term may be led twice. Who was there both times follows nobody until the next one (rule 14). */
  readonly #disputed: Map<string, number> | undefined;
  #agreed = false;

  constructor({ size, voters }: GroundRules, plan: Plan) {
    this.#quorum = quorumSize(size);
    this.#withinMs = healingMs(plan);
    this.#observersAgree = plan.harm !== 'lostDisks';
    this.#disputed = plan.harm === 'lostDisks' ? new Map() : undefined;
    this.#witnesses = new Set(voters.filter(({ priority }) => priority === 0).map(({ id }) => id));
  }

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan) && clocksKeepTime(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    const { nowMs, quietSinceMs } = world;
    if (event.kind === 'error' && event.code === 'SECOND_LEADER') {
      this.#disputed?.set(event.by, world.members.get(event.by)?.term ?? 0);
    }
    if (nowMs < quietSinceMs || (event.kind !== 'step' && event.kind !== 'end')) return undefined;
    const isEnd = event.kind === 'end';
    if (this.#agreed && !isEnd) return undefined;
    const tookMs = nowMs - quietSinceMs;
    // A world that has agreed has had its time: there is no more of it in which a leader that is gone might come back.
    const isDue = this.#agreed || tookMs > this.#withinMs;
    this.#agreed = this.#agree(world);
    if (this.#agreed || !isDue || !this.#canElect(world)) return undefined;
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

  #agree({ members }: WorldView): boolean {
    let leader: string | undefined;
    for (const member of members.values()) if (member.isLeader()) leader = member.id;
    if (leader === undefined) return false;
    for (const member of members.values()) {
      if (member.condition !== 'running' || (member.observer && !this.#observersAgree)) continue;
      if (this.#disputed?.get(member.id) === member.term) continue;
      if (member.leader !== leader) return false;
    }
    return true;
  }
}
