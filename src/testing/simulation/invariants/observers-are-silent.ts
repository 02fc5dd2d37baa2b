import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * An observer sends nothing, and stands for nothing.
 *
 * Source: rule 12; diss. 4.2.1, of learners.
 */
export class ObserversAreSilent implements Invariant {
  readonly name = 'observers are silent';
  readonly source = 'rule 12';
  readonly kind = 'safety';
  readonly hears = ['sent', 'stateChange'] as const;

  observe(event: WorldEvent, { members, nowMs }: WorldView): string | undefined {
    if (event.kind === 'sent') {
      const { from, to, message } = event;
      if (members.get(from)?.observer !== true) return undefined;
      return `the observer ${from} sends a ${message.kind} to ${to} at ${instant(nowMs)}`;
    }
    if (event.kind !== 'stateChange' || event.to === 'FOLLOWER' || event.to === 'CLOSED') return undefined;
    if (members.get(event.by)?.observer !== true) return undefined;
    return `the observer ${event.by} shows ${event.to} at ${instant(nowMs)}`;
  }
}
