/** The loop alone, with an elector that says what the test wants: what it owes when a disk hangs. */
import { expect, test, vi } from 'vitest';
import type { Outcome } from '../../src/core/effects.js';
import { Elector } from '../../src/core/elector.js';
import type { Input } from '../../src/core/inputs.js';
import { parseNodeId } from '../../src/core/names.js';
import { settle } from '../../src/core/options.js';
import { Loop } from '../../src/node/loop.js';
import { SimulatedClock } from '../../src/testing/index.js';

/** After 50 ms it wants something written. */
class Writing extends Elector {
  override handle({ kind, nowMs }: Input): Outcome {
    if (kind !== 'deadline') return { effects: [], nextDeadlineMs: nowMs + 50 };
    const state = { term: 1, votedFor: undefined, isNew: false };
    return { effects: [{ kind: 'persist', ...state }], nextDeadlineMs: Number.POSITIVE_INFINITY };
  }
}

test('an alarm rings although the write that a deadline began hangs for ever', async () => {
  const clock = new SimulatedClock();
  const elector = new Writing({
    settings: settle(parseNodeId('a'), { cluster: { name: 'jobs', voters: ['a', 'b', 'c'] } }),
    rng: { next: () => 0.5 },
    incarnation: 1,
    recovered: { term: 0, votedFor: undefined, isNew: false },
  });
  const persist = vi.fn(() => new Promise<void>(() => undefined));
  const nothing = (): void => undefined;
  const loop = new Loop(elector, clock, {
    ...{ persist, broadcast: nothing, send: nothing, tell: nothing, grantVote: () => true, report: nothing },
    ...{ taken: nothing, delayed: nothing, before: nothing, after: nothing },
  });
  const ring = vi.fn();
  loop.post({ kind: 'start' });
  loop.setAlarm(200, ring);
  await clock.advance(100);
  expect(persist).toHaveBeenCalledOnce();
  await clock.advance(100);
  expect(ring).toHaveBeenCalledOnce();
  loop.stop();
  expect(clock.pendingTimers).toBe(0);
});
