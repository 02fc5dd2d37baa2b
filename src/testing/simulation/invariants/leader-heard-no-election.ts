import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { type GroundRules, instant, quorumsOverlap, ROUNDING_MS } from './ground-rules.js';

/** What has reached one process of its leader. */
interface Heard {
  incarnation: number;
  term: number;
  round: number;
  atMs: number;
}

/**
 * A follower stands for election only when its leader has been silent for the election timeout, and a heartbeat that lies
 * ready to be read while the process stands still breaks that silence: a process that goes on reads it first.
 *
 * Source: rules 5 and 10; docs/design.md, section 2; diss. 3.4.
 */
export class LeaderHeardNoElection implements Invariant {
  readonly name = 'leader heard, no election';
  readonly source = 'rule 5; docs/design.md, section 2';
  readonly kind = 'liveness';
  readonly hears = ['started', 'durable', 'saveFailed', 'delivered', 'stateChange'] as const;
  readonly messages = ['heartbeat'] as const;
  readonly #heard = new Map<string, Heard>();
  /** When each disk last had a write end. */
  readonly #writtenAtMs = new Map<string, number>();
  readonly #silenceMs = new Map<string, number>();

  constructor({ voters, timings }: GroundRules) {
    for (const { id, rate } of voters) this.#silenceMs.set(id, timings.electionTimeoutMinMs / rate);
  }

  /** Where a term may be led twice, neither leader of it is followed (rule 14). */
  holdsIn(plan: Plan): boolean {
    return quorumsOverlap(plan) && plan.harm !== 'lostDisks';
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    switch (event.kind) {
      case 'started':
        this.#heard.delete(event.by);
        return undefined;
      case 'durable':
      case 'saveFailed':
        this.#writtenAtMs.set(event.by, world.nowMs);
        return undefined;
      case 'delivered': {
        const { message, to } = event;
        if (message.kind === 'heartbeat') this.#hear(to, message, world);
        return undefined;
      }
      case 'stateChange': {
        const { by, from, to, reason } = event;
        if (from !== 'FOLLOWER' || reason !== 'electionTimeout') return undefined;
        const heard = this.#heard.get(by);
        const silenceMs = this.#silenceMs.get(by);
        if (heard === undefined || silenceMs === undefined) return undefined;
        const { nowMs } = world;
        // What had to be written first was decided before, nobody knows when.
        if (nowMs - heard.atMs + ROUNDING_MS >= silenceMs || this.#writtenAtMs.get(by) === nowMs) return undefined;
        return `${by} shows ${to} at ${instant(nowMs)}, and was sent a heartbeat of term ${heard.term} at ${instant(heard.atMs)}`;
      }
      default:
        return undefined;
    }
  }

  #hear(
    id: string,
    message: { readonly term: number; readonly round: number; readonly incarnation: number },
    { members, nowMs }: WorldView,
  ): void {
    const { term, round, incarnation } = message;
    if (term < (members.get(id)?.term ?? 0)) return;
    const heard = this.#heard.get(id);
    if (heard === undefined) {
      this.#heard.set(id, { incarnation, term, round, atMs: nowMs });
      return;
    }
    const isOld =
      term < heard.term || (term === heard.term && incarnation === heard.incarnation && round <= heard.round);
    if (isOld) return;
    heard.incarnation = incarnation;
    heard.term = term;
    heard.round = round;
    heard.atMs = nowMs;
  }
}
