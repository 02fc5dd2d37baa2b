import type { Invariant, MemberView, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { clocksKeepTime, instant, quorumsOverlap } from './ground-rules.js';

/**
 * At no instant of true time do two nodes lead, be one of them stopped: it could go on right then. Time alone only ends
 * leases, so looking after each event misses nothing.
 *
 * Source: rule 8; diss. 6.4.1.
 */
export class LeasesNeverOverlap implements Invariant {
  readonly name = 'leases never overlap';
  readonly source = 'rule 8; diss. 6.4.1';
  readonly kind = 'safety';
  readonly hears = ['stateChange', 'step'] as const;

  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan) && clocksKeepTime(plan);
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    if (event.kind !== 'step' && event.kind !== 'stateChange') return undefined;
    let leader: MemberView | undefined;
    for (const member of world.members.values()) {
      if (!member.isLeader()) continue;
      if (leader !== undefined) {
        const one = `${leader.id} (term ${leader.term}, ${leader.condition})`;
        return `${one} and ${member.id} (term ${member.term}, ${member.condition}) lead at ${instant(world.nowMs)}`;
      }
      leader = member;
    }
    return undefined;
  }
}
