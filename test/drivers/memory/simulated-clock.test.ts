/** The simulated clock: order, promises between events, limits. */
import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../../../src/testing/index.js';

describe('order', () => {
  test('events run by time, and those of one instant in the order in which they were set', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    const note = (name: string) => () => void ran.push(`${name}@${clock.nowMs()}`);
    clock.setTimer(20, note('late'));
    clock.setTimer(10, note('first'));
    clock.setTimer(10, note('second'));
    clock.setTimer(0, note('now'));
    await clock.advance(20);
    expect(ran).toEqual(['now@0', 'first@10', 'second@10', 'late@20']);
  });

  test('what is set while an event runs takes its place, also at the same instant', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    clock.setTimer(10, () => {
      ran.push('a');
      clock.setTimer(0, () => void ran.push('c'));
    });
    clock.setTimer(10, () => void ran.push('b'));
    await clock.advance(10);
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('afterPendingInput lets in everything that is due at this instant, and not what comes later', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    clock.setTimer(600, () => clock.afterPendingInput(() => void ran.push('deadline looked at again')));
    for (const input of ['heartbeat 1', 'heartbeat 2']) clock.setTimer(600, () => void ran.push(input));
    clock.setTimer(600.001, () => void ran.push('later'));
    await clock.advance(601);
    expect(ran).toEqual(['heartbeat 1', 'heartbeat 2', 'deadline looked at again', 'later']);
  });

  test('a cancelled timer never runs, also when cancelled by an event of its own instant', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    const early = clock.setTimer(5, () => void ran.push('early'));
    clock.setTimer(10, () => doomed.cancel());
    const doomed = clock.setTimer(10, () => void ran.push('doomed'));
    early.cancel();
    await clock.advance(100);
    expect(ran).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a negative delay counts as none; NaN is refused, since it has no place in the order', async () => {
    const clock = new SimulatedClock();
    const ran: number[] = [];
    clock.setTimer(-5, () => void ran.push(clock.nowMs()));
    await clock.advance(0);
    expect(ran).toEqual([0]);
    expect(() => clock.setTimer(Number.NaN, () => undefined)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});

describe('promises', () => {
  test('a chain of 1,000 awaits set off by one event ends before the next event of the same instant', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    clock.setTimer(10, async () => {
      for (let link = 0; link < 1_000; link += 1) await undefined;
      ran.push('chain');
    });
    clock.setTimer(10, () => void ran.push('next event'));
    await clock.advance(10);
    expect(ran).toEqual(['chain', 'next event']);
  });

  test('a timer set by a promise that settled before advance is part of the advance', async () => {
    const clock = new SimulatedClock();
    const ran: number[] = [];
    void Promise.resolve()
      .then(() => undefined)
      .then(() => clock.setTimer(3, () => void ran.push(clock.nowMs())));
    await clock.advance(5);
    expect(ran).toEqual([3]);
  });

  test('what the last event sets off has run when advance resolves', async () => {
    const clock = new SimulatedClock();
    let ended = false;
    clock.setTimer(1, async () => {
      for (let link = 0; link < 50; link += 1) await undefined;
      ended = true;
    });
    await clock.advance(1);
    expect(ended).toBe(true);
  });
});

describe('time', () => {
  test('advance ends at its end though nothing is due there; wall time goes along', async () => {
    const clock = new SimulatedClock({ startMs: 1_000, wallStartMs: 50_000 });
    await clock.advance(250.5);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([1_250.5, 50_250.5]);
  });

  test('advanceUntil stops at the event that made it so and tells how long it took', async () => {
    const clock = new SimulatedClock();
    await clock.advance(100);
    let isSo = false;
    clock.setTimer(40, () => {
      isSo = true;
    });
    clock.setTimer(41, () => undefined);
    expect(await clock.advanceUntil(() => isSo, 1_000)).toBe(40);
    expect([clock.nowMs(), clock.pendingTimers]).toEqual([140, 1]);
  });

  test('advanceUntil fails at its limit and says what it waited for, the time, and what is pending', async () => {
    const clock = new SimulatedClock();
    await expect(clock.advanceUntil(() => clock.nowMs() > 500, 500)).rejects.toThrow(
      'still not so after 500 simulated ms (now 500 ms; nothing is scheduled any more): () => clock.nowMs() > 500',
    );
    clock.setTimer(1e6, () => undefined);
    await expect(clock.advanceUntil(() => false, 10)).rejects.toThrow('1 timers are pending');
  });

  test('a condition on the clock itself is looked at when the limit is reached', async () => {
    const clock = new SimulatedClock();
    expect(await clock.advanceUntil(() => clock.nowMs() >= 500, 500)).toBe(500);
  });
});

describe('misuse', () => {
  test('two advances at once are refused, since their order would be nobody’s', async () => {
    const clock = new SimulatedClock();
    const first = clock.advance(10);
    await expect(clock.advance(10)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await first;
    await clock.advance(10);
    expect(clock.nowMs()).toBe(20);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('advance(%d) is refused', async (ms) => {
    await expect(new SimulatedClock().advance(ms)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  test('an event that throws fails the advance where it happened, and the clock can go on', async () => {
    const clock = new SimulatedClock();
    const ran: string[] = [];
    clock.setTimer(10, () => {
      throw new Error('broken event');
    });
    clock.setTimer(20, () => void ran.push('next'));
    await expect(clock.advance(50)).rejects.toThrow('broken event');
    expect(clock.nowMs()).toBe(10);
    await clock.advance(10);
    expect(ran).toEqual(['next']);
  });

  test('a timer that sets itself again without delay fails the advance instead of hanging it', async () => {
    const clock = new SimulatedClock();
    const again = () => void clock.setTimer(0, again);
    again();
    await expect(clock.advance(1)).rejects.toThrow('time stands still at 0 ms');
  });
});

test('200,000 timers, each set by the one before: none is lost and none is early', async () => {
  const clock = new SimulatedClock();
  let ran = 0;
  const next = () => {
    ran += 1;
    if (ran < 200_000) clock.setTimer(1, next);
  };
  clock.setTimer(1, next);
  await clock.advance(200_000);
  expect([ran, clock.nowMs(), clock.pendingTimers]).toEqual([200_000, 200_000, 0]);
});
