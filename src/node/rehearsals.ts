import type { Message } from '../core/messages.js';
import type { Rng } from '../core/random.js';
import type { Clock, Timer } from './clock.js';
import { Rehearsal } from './rehearsal.js';

/** V8 forgets what has not run during some half a dozen collections of old garbage; how often these are, differs. */
const SHORTEST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** What is compiled takes a millisecond or two on any machine that is not busy, and is not looked into further. */
const QUICK_MS = 5;
/** Where a turn through the event loop takes longer there are more urgent things to do, a thousand nodes to start say. */
const LONGEST_TURN_MS = 50;
/** The same, of all that is rehearsed in a row, with what comes between the steps: a node that starts waits for it. */
const LONGEST_MS = 500;
/** Code that is compiled first takes several times as long as when it runs again. */
const FORGOTTEN = 2;
/** V8 compiles what runs often once more, to machine code: an election then takes half as long as the second one. */
const OFTEN = 10;

/** What rehearsals take. */
export interface RehearsalsParts {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly setAlarm: (delayMs: number, ring: () => void) => unknown;
  /** Is handed each message that is rehearsed with. Must not throw. */
  readonly rehearseMessage: (message: Message) => void;
}

/**
 * When a node rehearses an election: before it joins its cluster, and now and then after that, so that V8 has at hand
 * what a real one needs. Often where V8 turns out to have forgotten it since the last time; ever more seldom where not.
 * Where another node of the process has rehearsed before, seldom from the beginning: it does so for all.
 */
export class Rehearsals {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #setAlarm: RehearsalsParts['setAlarm'];
  readonly #rehearseMessage: RehearsalsParts['rehearseMessage'];
  #waitMs = LONGEST_WAIT_MS;
  #endsAtMs = Number.POSITIVE_INFINITY;
  #pause: Timer | undefined;
  #stopped = false;

  constructor({ clock, rng, setAlarm, rehearseMessage }: RehearsalsParts) {
    this.#clock = clock;
    this.#rng = rng;
    this.#setAlarm = setAlarm;
    this.#rehearseMessage = rehearseMessage;
  }

  /**
   * Gives way to whatever else there is to do, the first time too: the process may lead with other nodes. Takes half a
   * second at most.
   */
  async rehearse(): Promise<void> {
    this.#endsAtMs = this.#clock.nowMs() + LONGEST_MS;
    this.#waitMs = (await this.#playInARow()) ? SHORTEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, 2 * this.#waitMs);
  }

  /** Again and again, until {@link stop}. */
  goOn(): void {
    // Nodes that were started together do not all rehearse at once.
    const waitMs = this.#waitMs * (1 - this.#rng.next() / 2);
    this.#setAlarm(waitMs, () => void this.rehearse().then(() => this.goOn()));
  }

  /** What is being rehearsed is not played to its end. */
  stop(): void {
    this.#stopped = true;
    this.#pause?.cancel();
  }

  /** @returns whether it is soon due again: something had been forgotten, or it was broken off before that was known. */
  async #playInARow(): Promise<boolean> {
    const firstMs = await this.#play();
    if (firstMs === undefined) return true;
    if (firstMs <= QUICK_MS) return false;
    const secondMs = await this.#play();
    if (secondMs === undefined) return true;
    if (firstMs <= FORGOTTEN * secondMs) return false;
    let played = 2;
    while (played < OFTEN && (await this.#play()) !== undefined) played += 1;
    return true;
  }

  /** @returns how long the steps took, without what came between them; undefined where it was broken off. */
  async #play(): Promise<number | undefined> {
    let tookMs = 0;
    let sinceMs = this.#clock.nowMs();
    const pause = async (): Promise<boolean> => {
      const pausedMs = this.#clock.nowMs();
      tookMs += pausedMs - sinceMs;
      await new Promise<void>((resolve) => {
        if (!this.#stopped) this.#pause = this.#clock.afterPendingInput(resolve);
      });
      sinceMs = this.#clock.nowMs();
      return sinceMs - pausedMs <= LONGEST_TURN_MS && sinceMs < this.#endsAtMs;
    };
    const isWhole = (await pause()) && (await new Rehearsal(this.#rehearseMessage).play(pause));
    return isWhole ? tookMs + this.#clock.nowMs() - sinceMs : undefined;
  }
}
