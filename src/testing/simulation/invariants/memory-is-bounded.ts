import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Plan } from '../plan.js';
import { instant } from './ground-rules.js';

/** What one node may have to say to one other in a request interval: it asks twice, answers as often, and leads. */
const FRAMES_AN_INTERVAL = 8;
/** A process has one timer for its rules, one turn of the event loop to come, a write to wait for, and a driver's. */
const TIMERS_A_MACHINE = 16;
/** While these last, frames pile up: at a frozen broker, or before a process that stands still. */
const HOLDING: ReadonlySet<string> = new Set(['freeze', 'pause', 'suspend']);
/** The world's own: its next fault, its end. */
const TIMERS_OF_THE_WORLD = 16;

/**
 * What is under way is bounded by what nodes may say while the slowest message travels, and what waits on the clock by what
 * is under way: neither a repeated question nor an answer to it ever multiplies.
 *
 * Source: rule 15, "nor grow its memory without bound"; TigerBeetle's TIGER_STYLE, a limit on everything.
 */
export class MemoryIsBounded implements Invariant {
  readonly name = 'memory is bounded';
  readonly source = 'rule 15';
  readonly kind = 'safety';
  readonly hears = ['step'] as const;
  readonly #mostFrames: number;
  readonly #mostTimersBeside: number;

  constructor({ machines, timings, network, schedule }: Plan) {
    let slowestMs = network.delayMs[1];
    let heldMs = 0;
    for (const item of schedule) {
      if (item.kind === 'storm') slowestMs = Math.max(slowestMs, item.network.delayMs[1]);
      if (HOLDING.has(item.kind) && 'forMs' in item) heldMs += item.forMs;
    }
    const intervals = 1 + (slowestMs + heldMs) / timings.requestIntervalMs;
    // Every frame may be repeated once; a process speaks to its own id as well (rule 4).
    this.#mostFrames = Math.ceil(2 * machines.length ** 2 * FRAMES_AN_INTERVAL * intervals);
    this.#mostTimersBeside = machines.length * TIMERS_A_MACHINE + schedule.length * 2 + TIMERS_OF_THE_WORLD;
  }

  observe(_event: WorldEvent, { inFlight, pendingTimers, nowMs }: WorldView): string | undefined {
    if (inFlight > this.#mostFrames) {
      return `${inFlight} frames are under way at ${instant(nowMs)}, and at most ${this.#mostFrames} should be`;
    }
    // What a stopped process has not read is under way no more, and waits in its event loop when it goes on.
    const mostTimers = this.#mostFrames + this.#mostTimersBeside;
    if (pendingTimers <= mostTimers) return undefined;
    return `${pendingTimers} timers wait at ${instant(nowMs)}, and at most ${mostTimers} should`;
  }
}
