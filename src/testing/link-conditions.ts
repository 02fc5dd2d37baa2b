import { GraftError } from '../core/errors.js';
import type { Rng } from '../core/random.js';
import type { Direction } from './cuts.js';

/** How one direction between two nodes treats what it carries. */
export interface LinkConditions {
  /** Milliseconds on the way: one number, or least and greatest, drawn uniformly for each message. Default 0. */
  readonly delayMs: number | readonly [min: number, max: number];
  /** Chance that a message is lost, 0 to 1. Default 0. */
  readonly dropProbability: number;
  /** Chance that a message arrives twice, each time with its own delay, 0 to 1. Default 0. */
  readonly repeatProbability: number;
  /** Whether a message may overtake an earlier one whose drawn delay is longer. Default false: order is kept. */
  readonly reorder: boolean;
}

const PERFECT: LinkConditions = { delayMs: 0, dropProbability: 0, repeatProbability: 0, reorder: false };

/** The conditions of every link: those of the network, and what single links have instead. */
export class ConditionTable {
  #general: LinkConditions = PERFECT;
  readonly #special = new Map<string, Map<string, Partial<LinkConditions>>>();

  /** Changes what holds for every link that has nothing else. @throws GraftError `INVALID_OPTION`. */
  setGeneral(conditions: Partial<LinkConditions>): void {
    check(conditions);
    this.#general = { ...this.#general, ...conditions };
  }

  /**
   * Replaces what one link has instead; an empty object gives it back to the general.
   * @throws GraftError `INVALID_OPTION`.
   */
  setSpecial({ from, to }: Direction, conditions: Partial<LinkConditions>): void {
    check(conditions);
    const ofSender = this.#special.get(from) ?? new Map<string, Partial<LinkConditions>>();
    this.#special.set(from, ofSender.set(to, conditions));
  }

  of({ from, to }: Direction): LinkConditions {
    const special = this.#special.get(from)?.get(to);
    return special === undefined ? this.#general : { ...this.#general, ...special };
  }
}

/** Milliseconds on the way for one message; draws only where there is something to draw. */
export function drawDelay(delayMs: LinkConditions['delayMs'], rng: Rng): number {
  return typeof delayMs === 'number' ? delayMs : delayMs[0] + (delayMs[1] - delayMs[0]) * rng.next();
}

function check({ delayMs = 0, dropProbability = 0, repeatProbability = 0 }: Partial<LinkConditions>): void {
  const [min, max] = typeof delayMs === 'number' ? [delayMs, delayMs] : delayMs;
  if (!(min >= 0 && max >= min && Number.isFinite(max))) {
    throw new GraftError('INVALID_OPTION', `delayMs is ${delayMs}: give milliseconds from 0, or [least, greatest]`);
  }
  for (const [name, value] of Object.entries({ dropProbability, repeatProbability })) {
    if (!(value >= 0 && value <= 1)) throw new GraftError('INVALID_OPTION', `${name} is ${value}: a chance is 0 to 1`);
  }
}
