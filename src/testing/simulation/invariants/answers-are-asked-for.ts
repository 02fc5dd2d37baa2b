import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import { instant } from './ground-rules.js';

/**
 * Whoever answers a round answers a heartbeat that was sent, in that very term. News of a newer term carries no round: its
 * receiver may lead that term by the time that it arrives, and would take it for a promise.
 *
 * Source: rules 8 and 11.
 */
export class AnswersAreAskedFor implements Invariant {
  readonly name = 'answers are asked for';
  readonly source = 'rules 8, 11';
  readonly kind = 'safety';
  readonly hears = ['sent'] as const;
  readonly messages = ['heartbeat', 'heartbeatResponse'] as const;
  /** By leader, then by term: the newest round that was sent. */
  readonly #newest = new Map<string, Map<number, number>>();

  observe(event: WorldEvent, { nowMs }: WorldView): string | undefined {
    if (event.kind !== 'sent') return undefined;
    const { message, from, to } = event;
    if (message.kind === 'heartbeat') {
      this.#note(from, message.term, message.round);
    } else if (message.kind === 'heartbeatResponse') {
      const { term, round } = message;
      if (round <= (this.#newest.get(to)?.get(term) ?? 0)) return undefined;
      return `${from} answers round ${round} of term ${term} at ${instant(nowMs)}, and ${to} has sent no such heartbeat`;
    }
    return undefined;
  }

  #note(leader: string, term: number, round: number): void {
    let newest = this.#newest.get(leader);
    if (newest === undefined) {
      newest = new Map();
      this.#newest.set(leader, newest);
    }
    if (round > (newest.get(term) ?? 0)) newest.set(term, round);
  }
}
