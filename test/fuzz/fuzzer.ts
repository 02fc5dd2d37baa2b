import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Source } from './source.js';
import type { OpenTarget, Surroundings, Target } from './target.js';

export interface Plan {
  readonly seed: number;
  /** The first case; default 0. */
  readonly from?: number;
  /** How many cases; default: as many as the time allows. */
  readonly cases?: number;
  /** Default: as long as it takes. */
  readonly forMs?: number;
  /** Told the number of the case that comes next, and that of the first since the last inspection. */
  readonly onCase?: (caseNumber: number, inspected: number) => void;
}

export interface Finding {
  /** The cases that it takes to see it again: a state may have been building up since the last inspection. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Fuzzed {
  readonly cases: number;
  readonly seconds: number;
  /** How often each outcome was seen. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** By how much the memory in use has grown since the first inspection, at most. */
  readonly growthBytes: number;
  readonly finding: Finding | undefined;
}

/** What a target may grow after its first inspection. Compiled code and caches come to a few megabytes. */
const MOST_GROWTH_BYTES = 32 * 1024 * 1024;

/** Feeds a target until the plan is done or something is found. */
export async function fuzz(target: Target, surroundings: Surroundings, plan: Plan): Promise<Fuzzed> {
  const began = performance.now();
  const { seed, from = 0, cases = Number.POSITIVE_INFINITY, forMs = Number.POSITIVE_INFINITY, onCase } = plan;
  const outcomes: Record<string, number> = {};
  const memory = new Memory();
  let finding: Finding | undefined;
  let next = from;
  let inspected = from;
  const open = await target.open(surroundings);
  try {
    while (next < from + cases && performance.now() - began < forMs) {
      onCase?.(next, inspected);
      const outcome = await open.feed(new Source(seed, next));
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      next += 1;
      if ((next - from) % target.inspectEvery !== 0) continue;
      await inspect(open, memory);
      inspected = next;
    }
    await inspect(open, memory);
  } catch (error) {
    finding = { from: inspected, to: next, text: textOf(error) };
  } finally {
    await open[Symbol.asyncDispose]();
  }
  const seconds = (performance.now() - began) / 1000;
  return { cases: next - from, seconds, outcomes, growthBytes: memory.growthBytes, finding };
}

async function inspect(open: OpenTarget, memory: Memory): Promise<void> {
  // What was put off, to be thrown when nobody listens any more, is due now.
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  await open.inspect();
  memory.look();
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The memory that is still in use when all garbage is gone. */
class Memory {
  #firstBytes: number | undefined;
  #growthBytes = 0;

  get growthBytes(): number {
    return this.#growthBytes;
  }

  /** @throws Error when it has grown beyond all reason. */
  look(): void {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    this.#firstBytes ??= heapUsed + external;
    this.#growthBytes = Math.max(this.#growthBytes, heapUsed + external - this.#firstBytes);
    if (this.#growthBytes > MOST_GROWTH_BYTES) throw new Error(`memory has grown by ${this.#growthBytes} bytes`);
  }
}

/** Node shows it only to who asks on its command line, which a thread cannot. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
}
