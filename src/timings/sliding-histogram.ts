import { NO_SPREAD, type Spread } from './measured.js';

/** Each bucket ends at its predecessor's end times 2^(1/8), so a quantile is at most 9 % too great. */
const BUCKETS_PER_OCTAVE = 8;
/** Everything shorter is in the first bucket. */
const FIRST_END_MS = 0.01;
/** From a hundredth of a millisecond to the longest timing that there is, ten minutes. */
const BUCKETS = 26 * BUCKETS_PER_OCTAVE + 1;
/** The oldest goes as a whole when a new one begins, so what is shown reaches back for 3 to 4 parts of the window. */
const PARTS = 4;
/** How often a value must be reached to be a habit. */
const RECURRING = 3;

/** One part of the window. */
interface Part {
  readonly counts: Uint32Array;
  count: number;
  longestMs: number;
}

/**
 * What a quantity was like lately, in memory of a fixed size: 3 kB, taken when the first value comes. Noting a value
 * allocates nothing.
 */
export class SlidingHistogram {
  readonly #partMs: number;
  #parts: readonly Part[] = [];
  #newest = 0;
  #newestEndMs: number | undefined;

  /** @param windowMs how far back it reaches; `Infinity`: nothing is forgotten. */
  constructor(windowMs: number) {
    this.#partMs = windowMs / PARTS;
  }

  note(valueMs: number, nowMs: number): void {
    if (this.#parts.length === 0) this.#parts = Array.from({ length: PARTS }, emptyPart);
    this.#slide(nowMs);
    const part = this.#parts[this.#newest];
    if (part === undefined) return;
    const bucket = bucketOf(valueMs);
    part.counts[bucket] = (part.counts[bucket] ?? 0) + 1;
    part.count += 1;
    part.longestMs = Math.max(part.longestMs, valueMs);
  }

  /** What is within the window at `nowMs`. */
  spread(nowMs: number): Spread {
    this.#slide(nowMs);
    let count = 0;
    let longestMs = 0;
    for (const part of this.#parts) {
      count += part.count;
      longestMs = Math.max(longestMs, part.longestMs);
    }
    if (count === 0) return NO_SPREAD;
    const counts = this.#sum();
    const atRank = (rank: number): number => Math.min(longestMs, endOfRank(rank, counts));
    return {
      count,
      p50Ms: atRank(Math.ceil(count * 0.5)),
      p99Ms: atRank(Math.ceil(count * 0.99)),
      recurringMs: count < RECURRING ? longestMs : atRank(count - RECURRING + 1),
      longestMs,
    };
  }

  #slide(nowMs: number): void {
    this.#newestEndMs ??= nowMs + this.#partMs;
    if (nowMs < this.#newestEndMs) return;
    // After a long silence all parts are emptied, and none twice.
    const passed = Math.min(PARTS, Math.floor((nowMs - this.#newestEndMs) / this.#partMs) + 1);
    for (let each = 0; each < passed; each++) {
      this.#newest = (this.#newest + 1) % PARTS;
      const part = this.#parts[this.#newest];
      if (part === undefined) continue;
      part.counts.fill(0);
      part.count = 0;
      part.longestMs = 0;
    }
    this.#newestEndMs = nowMs + this.#partMs;
  }

  /** Of all parts together: once for all ranks that are looked for. */
  #sum(): Uint32Array {
    const sum = new Uint32Array(BUCKETS);
    for (const { count, counts } of this.#parts) {
      if (count === 0) continue;
      for (let bucket = 0; bucket < BUCKETS; bucket++) sum[bucket] = (sum[bucket] ?? 0) + (counts[bucket] ?? 0);
    }
    return sum;
  }
}

/** The end of the bucket in which the value of that rank is, 1 being the least. */
function endOfRank(rank: number, counts: Uint32Array): number {
  let passed = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    passed += counts[bucket] ?? 0;
    if (passed >= rank) return FIRST_END_MS * 2 ** (bucket / BUCKETS_PER_OCTAVE);
  }
  return Number.POSITIVE_INFINITY;
}

function emptyPart(): Part {
  return { counts: new Uint32Array(BUCKETS), count: 0, longestMs: 0 };
}

function bucketOf(valueMs: number): number {
  const octaves = Math.log2(Math.max(valueMs, FIRST_END_MS) / FIRST_END_MS);
  return Math.min(BUCKETS - 1, Math.ceil(octaves * BUCKETS_PER_OCTAVE));
}
