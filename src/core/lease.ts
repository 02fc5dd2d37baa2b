import type { Instant } from './inputs.js';

/**
 * How long a leader may act on answers to a heartbeat, counted from when the heartbeat was *sent* (rule 8, diss.
 * 6.4.1): what is left of the voters' promise of `electionTimeoutMinMs` when their clocks run fast and the leader's
 * runs slow, each by at most `maxClockDrift`.
 */
export function leaseDurationMs(electionTimeoutMinMs: number, maxClockDrift: number): number {
  return (electionTimeoutMinMs * (1 - maxClockDrift)) / (1 + maxClockDrift);
}

/** The end of a lease: it is over as soon as one of the two clocks says so (rule 8). */
export interface LeaseEnd {
  /** By the monotonic clock. */
  readonly endMs: number;
  /** By wall time. */
  readonly endWallMs: number;
}

/** In interop mode: plain graft's leadership ends by no clock (rule 15). */
export const FOR_EVER: LeaseEnd = Object.freeze({
  endMs: Number.POSITIVE_INFINITY,
  endWallMs: Number.POSITIVE_INFINITY,
});

/**
 * What is left of a lease, in milliseconds by whichever clock leaves less: what was slept away in a suspension is gone,
 * though the monotonic clock has not seen it (rule 8). 0 once it is over.
 */
export function leaseLeftMs({ endMs, endWallMs }: LeaseEnd, { nowMs, wallMs }: Instant): number {
  return Math.max(0, Math.min(endMs - nowMs, endWallMs - wallMs));
}

/**
 * When each recent heartbeat left, by both clocks. Older rounds than the lease reaches back are forgotten: an
 * answer to one of them could prolong nothing.
 */
export class SentRounds {
  readonly #atMs: Float64Array;
  readonly #atWallMs: Float64Array;
  #newest = 0;

  /** @param kept how many rounds to remember: at least as many as are sent while a lease lasts. */
  constructor(kept: number) {
    this.#atMs = new Float64Array(kept);
    this.#atWallMs = new Float64Array(kept);
  }

  /** The newest round that was sent; `0` before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** Notes that the next round leaves now, and returns its number. */
  add({ nowMs, wallMs }: Instant): number {
    this.#newest += 1;
    const slot = this.#newest % this.#atMs.length;
    this.#atMs[slot] = nowMs;
    this.#atWallMs[slot] = wallMs;
    return this.#newest;
  }

  /** When `round` left by the monotonic clock; `-Infinity` when that is forgotten or it never did. */
  sentAtMs(round: number): number {
    return this.#read(this.#atMs, round);
  }

  /** When `round` left by the wall clock, likewise. */
  sentAtWallMs(round: number): number {
    return this.#read(this.#atWallMs, round);
  }

  #read(times: Float64Array, round: number): number {
    if (round < 1 || round > this.#newest || round <= this.#newest - times.length) return Number.NEGATIVE_INFINITY;
    return times[round % times.length] ?? Number.NEGATIVE_INFINITY;
  }
}
