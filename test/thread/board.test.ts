// The shared memory of a node's two threads: what a reader gets is all of one moment, and was true at the instant of its clock.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { Board, type Showing } from '../../src/thread/between/board.js';
import { processClock } from '../../src/thread/between/process-clock.js';
import { compiledSourceDir } from '../support/compiled.js';

const showing: Showing = {
  term: 7,
  state: 'LEADER',
  lease: { endMs: 1234.5, endWallMs: 1_700_000_000_000.25 },
  leader: 'a',
  heir: 'b',
  votedFor: 'a',
  delay: { latestMs: 0.1, longestMs: 99.9 },
};

/** Whether all parts of a showing of {@link hammered} are of one moment. */
function isWhole({ term, lease, leader, heir, votedFor, delay }: Showing): boolean {
  const numbers = [lease?.endMs, lease?.endWallMs, delay.latestMs, delay.longestMs];
  const texts = [leader, heir, votedFor];
  return numbers.every((number) => number === term) && texts.every((text) => text === String(term));
}

/** Reads while another thread shows as fast as it can. */
async function hammered(
  style: 'in turn' | 'in place',
  enough: (seen: { readonly whole: number; readonly torn: number; readonly terms: number }) => boolean,
): Promise<{ readonly whole: number; readonly torn: number; readonly terms: number; readonly backwards: number }> {
  const board = new Board();
  const stop = new SharedArrayBuffer(4);
  const workerData = { sourceDir: await compiledSourceDir(), memory: board.memory, style, stop };
  const version = new Int32Array(board.memory, 0, 1);
  const worker = new Worker(new URL('./hammer.mjs', import.meta.url), { workerData });
  const seen = { whole: 0, torn: 0, terms: 0, backwards: 0 };
  let last = 0;
  const endMs = performance.now() + 30_000;
  while (!enough(seen) && performance.now() < endMs) {
    for (let reads = 0; reads < 1000; reads++) {
      // What the twin's reader looks at is what its writer writes.
      if (style === 'in place') Atomics.store(version, 0, 1);
      const { term, ...rest } = board.read(processClock).showing;
      // Nothing was shown yet.
      if (term === 0) continue;
      if (isWhole({ term, ...rest })) seen.whole += 1;
      else seen.torn += 1;
      if (term !== last) seen.terms += 1;
      if (term < last) seen.backwards += 1;
      last = term;
    }
    // The worker is started by this thread's event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const stopped = once(worker, 'message');
  Atomics.store(new Int32Array(stop), 0, 1);
  await stopped;
  await worker.terminate();
  return seen;
}

describe('a board', () => {
  test('gives back what was shown, to the last bit', () => {
    const board = new Board();
    for (const each of [showing, { ...showing, term: Number.MAX_SAFE_INTEGER, votedFor: 'é'.repeat(100) }]) {
      board.show(each);
      expect(new Board(board.memory).read(processClock).showing).toEqual(each);
    }
  });

  test('tells nothing from none: no lease, no leader, no heir, no vote', () => {
    const board = new Board();
    const empty = { ...showing, state: 'FOLLOWER', lease: undefined, leader: undefined, heir: undefined } as const;
    board.show(showing);
    board.show({ ...empty, votedFor: undefined });
    expect(board.read(processClock).showing).toEqual({ ...empty, votedFor: undefined });
  });

  test('holds a lease that never ends, as in interop mode', () => {
    const board = new Board();
    const lease = { endMs: Number.POSITIVE_INFINITY, endWallMs: Number.POSITIVE_INFINITY };
    board.show({ ...showing, lease });
    expect(board.read(processClock).showing.lease).toEqual(lease);
  });

  test('cuts a vote that only a log of Go graft could hold, and no id', () => {
    const board = new Board();
    board.show({ ...showing, leader: 'x'.repeat(128), votedFor: 'y'.repeat(1000) });
    const { leader, votedFor } = board.read(processClock).showing;
    expect({ leader, votedFor }).toEqual({ leader: 'x'.repeat(128), votedFor: 'y'.repeat(256) });
  });

  test('before anything was shown says that nobody leads', () => {
    const { showing: nothing } = new Board().read(processClock);
    expect(nothing).toMatchObject({ term: 0, state: 'FOLLOWER', lease: undefined, leader: undefined });
  });

  test('reads its clock while what it read was up: what another turn shows meanwhile is read instead', () => {
    const board = new Board();
    board.show(showing);
    let looks = 0;
    const clock = {
      ...processClock,
      nowMs() {
        looks += 1;
        // A loss of leadership, between the page and the clock.
        if (looks === 1) board.show({ ...showing, lease: undefined });
        return 1000;
      },
    };
    expect(board.read(clock).showing.lease).toBeUndefined();
    expect(looks).toBe(2);
  });

  test('whose writer was ended half-way shows the page before, and no reader waits', () => {
    const board = new Board();
    board.show(showing);
    const half = {
      ...showing,
      term: 8,
      get leader(): string {
        throw new Error('the thread ends here');
      },
    };
    expect(() => board.show(half)).toThrow('ends here');
    expect(board.read(processClock).showing).toEqual(showing);
  });
});

describe('a board that another thread shows on as fast as it can', () => {
  test('is never seen half-way, nor going back', async () => {
    // On a busy machine this thread reads many times while the other has no turn to show anything new.
    const seen = await hammered('in turn', ({ whole, terms }) => whole > 100_000 && terms > 100);
    expect(seen).toMatchObject({ torn: 0, backwards: 0 });
    expect(seen.terms).toBeGreaterThan(100);
  });

  test('twin: written in place, it is seen half-way', async () => {
    expect((await hammered('in place', ({ torn }) => torn > 0)).torn).toBeGreaterThan(0);
  });
});
