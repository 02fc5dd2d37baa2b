// What counts as a main thread that hangs, on a clock that moves only when told to.
import { describe, expect, test } from 'vitest';
import { NodeClock } from '../../src/testing/node-clock.js';
import { SimulatedClock } from '../../src/testing/simulated-clock.js';
import { Board } from '../../src/thread/between/board.js';
import { MainThreadWatch } from '../../src/thread/worker/main-thread-watch.js';

const TIMEOUT_MS = 1000;
const PULSE_MS = 50;

class World {
  readonly clock = new SimulatedClock();
  /** The worker's: it can be stopped. */
  readonly worker = new NodeClock(this.clock);
  readonly board = new Board();
  readonly told: string[] = [];
  readonly watch = new MainThreadWatch({
    board: this.board,
    clock: this.worker,
    timeoutMs: TIMEOUT_MS,
    onSilent: () => this.told.push(`silent at ${this.clock.nowMs() - this.#sinceMs}`),
    onLife: () => this.told.push('alive'),
    onLook: () => undefined,
  });
  readonly #sinceMs = this.clock.nowMs();

  constructor() {
    this.watch.start();
  }

  async livesFor(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += PULSE_MS) {
      this.board.beat();
      await this.clock.advance(PULSE_MS);
    }
  }

  async hangsFor(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }
}

describe('a main thread', () => {
  test('that beats is alive for as long as it does', async () => {
    const world = new World();
    await world.livesFor(20_000);
    expect(world.told).toEqual([]);
    expect(world.watch.silentMs()).toBeLessThanOrEqual(2 * PULSE_MS);
  });

  test('that shows no life for less than the limit is alive', async () => {
    const world = new World();
    await world.livesFor(1000);
    await world.hangsFor(TIMEOUT_MS - PULSE_MS);
    await world.livesFor(1000);
    expect(world.told).toEqual([]);
  });

  test('that shows none for longer is silent, once, and alive as soon as it beats again', async () => {
    const world = new World();
    await world.hangsFor(5000);
    expect(world.told).toEqual(['silent at 1050']);
    await world.livesFor(200);
    expect(world.told.slice(1)).toEqual(['alive']);
  });

  test('is not silent for time in which the whole process stood still', async () => {
    const world = new World();
    await world.livesFor(1000);
    world.worker.pause();
    await world.clock.advance(60_000);
    world.worker.resume();
    await world.clock.advance(PULSE_MS);
    await world.livesFor(1000);
    expect(world.told).toEqual([]);
  });
});
