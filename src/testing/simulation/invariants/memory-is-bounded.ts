import type { Invariant, WorldEvent, WorldView } from '../invariant.js';
import type { Fault, Plan } from '../plan.js';
import { instant } from './ground-rules.js';

/** What one node may have to say to one other in a request interval: it asks twice, answers as often, and leads. */
const FRAMES_AN_INTERVAL = 8;
/** A process has one timer for its rules, one turn of the event loop to come, a write to wait for, and a driver's. */
const TIMERS_A_MACHINE = 16;
/** A fault waits for its end, and so does what comes of it. */
const TIMERS_A_FAULT = 2;
/**
 * While these last, what is said piles up: at a frozen broker, before a process that stands still, or in a node that reads
 * nothing until its write has ended, and then answers it all at once.
 */
const HOLDING: ReadonlySet<Fault['kind']> = new Set<Fault['kind']>(['freeze', 'pause', 'suspend', 'hangWrites']);
/** The world's own: its next fault, its end. */
const TIMERS_OF_THE_WORLD = 16;

/**
 * What is under way is bounded by what nodes may say while the slowest message travels, and what waits on the clock by what
 * is under way: neither a repeated question nor an answer to it ever multiplies. The bound goes by the faults that struck,
 * whoever planned them: by the slowest weather until now, and by how long anything was held.
 *
 * Source: rule 15, "nor grow its memory without bound"; TigerBeetle's TIGER_STYLE, a limit on everything.
 */
export class MemoryIsBounded implements Invariant {
  readonly name = 'memory is bounded';
  readonly source = 'rule 15';
  readonly kind = 'safety';
  readonly hears = ['fault', 'step'] as const;
  readonly #machines: number;
  readonly #requestIntervalMs: number;
  #slowestMs: number;
  /** How many faults hold frames up now, since when, and for how long others did before. */
  #holds = 0;
  #heldSinceMs = 0;
  #heldMs = 0;
  #faults = 0;

  constructor({ machines, timings, network }: Plan) {
    this.#machines = machines.length;
    this.#requestIntervalMs = timings.requestIntervalMs;
    this.#slowestMs = network.delayMs[1];
  }

  observe(event: WorldEvent, world: WorldView): string | undefined {
    const { inFlight, pendingTimers, nowMs } = world;
    if (event.kind === 'fault') {
      this.#widen(event, nowMs);
      return undefined;
    }
    const mostFrames = this.#mostFrames(nowMs);
    if (inFlight > mostFrames) {
      return `${inFlight} frames are under way at ${instant(nowMs)}, and at most ${mostFrames} should be`;
    }
    // What a stopped process has not read is under way no more, and waits in its event loop when it goes on.
    const mostTimers =
      mostFrames + this.#machines * TIMERS_A_MACHINE + this.#faults * TIMERS_A_FAULT + TIMERS_OF_THE_WORLD;
    if (pendingTimers <= mostTimers) return undefined;
    const timers = pendingTimers - world.serviceTimers;
    if (timers <= mostTimers) return undefined;
    return `${timers} timers wait at ${instant(nowMs)}, and at most ${mostTimers} should`;
  }

  #widen({ begins, ends }: Extract<WorldEvent, { kind: 'fault' }>, nowMs: number): void {
    if (begins !== undefined) this.#faults += 1;
    if (begins?.kind === 'storm') this.#slowestMs = Math.max(this.#slowestMs, begins.network.delayMs[1]);
    if (begins !== undefined && HOLDING.has(begins.kind)) {
      if (this.#holds === 0) this.#heldSinceMs = nowMs;
      this.#holds += 1;
    }
    if (ends !== undefined && HOLDING.has(ends.kind)) {
      this.#holds -= 1;
      if (this.#holds === 0) this.#heldMs += nowMs - this.#heldSinceMs;
    }
  }

  #mostFrames(nowMs: number): number {
    const heldMs = this.#heldMs + (this.#holds > 0 ? nowMs - this.#heldSinceMs : 0);
    const intervals = 1 + (this.#slowestMs + heldMs) / this.#requestIntervalMs;
    // Every frame may be repeated once; a process speaks to its own id as well (rule 4).
    return Math.ceil(2 * this.#machines ** 2 * FRAMES_AN_INTERVAL * intervals);
  }
}
