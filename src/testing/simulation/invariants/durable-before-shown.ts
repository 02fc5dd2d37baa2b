import type { Message } from '../../../core/messages.js';
import type { DurableState } from '../../../log/term-log.js';
import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * Nothing that relies on a term or a vote leaves a node before its disk holds them: a crash right after would have let
 * others count on what nobody remembers.
 *
 * Source: rule 1; diss. 3.8.
 */
export class DurableBeforeShown implements Invariant {
  readonly name = 'durable before shown';
  readonly source = 'rule 1; diss. 3.8';
  readonly kind = 'safety';
  readonly hears = ['durable', 'diskReplaced', 'sent'] as const;
  readonly messages = ['voteRequest', 'voteResponse', 'heartbeat', 'heartbeatResponse', 'timeoutNow'] as const;
  readonly #disks = new Map<string, DurableState>();

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    switch (event.kind) {
      case 'durable':
        this.#disks.set(event.by, event.state);
        return undefined;
      case 'diskReplaced':
        this.#disks.delete(event.by);
        return undefined;
      case 'sent': {
        const { message, from, to } = event;
        const reliesOn = relied(message);
        if (reliesOn === 'nothing') return undefined;
        const disk = this.#disks.get(from);
        const termHeld = disk?.term ?? 0;
        const candidate = message.kind === 'voteRequest' ? from : to;
        // A vote of a term that has passed was durable when it was first shown; that is another invariant's to know.
        if (termHeld > message.term) return undefined;
        if (termHeld === message.term && (reliesOn === 'term' || disk?.votedFor === candidate)) return undefined;
        const held = `term ${termHeld} and a vote for ${disk?.votedFor ?? 'nobody'}`;
        return `${from} sends a ${message.kind} of term ${message.term} to ${to} at ${instant(nowMs)} while its disk holds ${held}`;
      }
      default:
        return undefined;
    }
  }
}

/** What of the disk a message relies on. Pre-votes rely on nothing (rule 6), refusals promise nothing. */
function relied(message: Message): 'term' | 'vote' | 'nothing' {
  switch (message.kind) {
    case 'voteRequest':
      return 'vote';
    case 'voteResponse':
      return message.granted && !message.preVote ? 'vote' : 'nothing';
    case 'heartbeat':
    case 'heartbeatResponse':
    case 'timeoutNow':
      return 'term';
    default:
      return 'nothing';
  }
}
