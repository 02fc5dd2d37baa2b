import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { type GroundRules, instant, ROUNDING_MS } from './ground-rules.js';
import { LeaseReckoning } from './lease-reckoning.js';

/**
 * Whoever shows itself LEADER holds a lease, and one that a quorum gave: it ends a lease's duration, by the leader's clock,
 * after the newest heartbeat that a quorum answered was *sent*, or the request that a quorum answered with votes that are
 * promises. Reckoned from the messages alone, so that a leader is not
 * asked whether it is right about itself.
 *
 * Source: rule 8; diss. 6.4.1.
 */
export class LeaseWasGranted implements Invariant {
  readonly name = 'a shown LEADER holds a lease';
  readonly source = 'rule 8; diss. 6.4.1';
  readonly kind = 'safety';
  readonly hears = ['sent', 'delivered', 'stateChange', 'step'] as const;
  readonly messages = ['voteRequest', 'voteResponse', 'heartbeat', 'heartbeatResponse'] as const;
  readonly #reckoning: LeaseReckoning;
  readonly #leaseMs = new Map<string, number>();

  constructor({ size, voters, leaseMs }: GroundRules) {
    this.#reckoning = new LeaseReckoning(size);
    // One voter alone needs no answers, and no heartbeat of its has to leave.
    if (size === 1) return;
    // A monotonic clock that stood still while its machine slept does not lengthen a lease: wall time, which goes by the
    // same quartz, ends it.
    for (const { id, rate } of voters) this.#leaseMs.set(id, leaseMs / rate);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'sent':
      case 'delivered':
        this.#reckoning.observe(event, world.nowMs);
        return undefined;
      case 'step':
        return this.#look(world);
      case 'stateChange':
        return event.to === 'LEADER' && world.members.get(event.by)?.isLeader() !== true
          ? `${event.by} shows LEADER of term ${event.term} at ${instant(world.nowMs)} and holds no lease by its own clock`
          : undefined;
      default:
        return undefined;
    }
  }

  #look({ members, nowMs }: WorldView): string | undefined {
    for (const member of members.values()) {
      if (!member.isLeader()) continue;
      const { id, term } = member;
      const leaseMs = this.#leaseMs.get(id);
      if (leaseMs === undefined) continue;
      const endMs = this.#reckoning.quorumSentAtMs(id, term) + leaseMs;
      if (nowMs < endMs + ROUNDING_MS) continue;
      const since =
        endMs === Number.NEGATIVE_INFINITY ? 'no quorum ever answered it' : `its lease ended at ${instant(endMs)}`;
      return `${id} leads term ${term} at ${instant(nowMs)}, and ${since}`;
    }
    return undefined;
  }
}
