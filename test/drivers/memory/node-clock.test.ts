/** The clock of one simulated process: drift, pause, suspend, death. */
import { describe, expect, test } from 'vitest';
import { NodeClock, SimulatedClock } from '../../../src/testing/index.js';

/** After eleven days, a number of milliseconds no longer holds a ten-millionth of one; a local clock near 0 does. */
const COARSE_MS = 1e9;

describe('drift', () => {
  test('a clock 5 % fast and one 5 % slow, each true to its own milliseconds', async () => {
    const world = new SimulatedClock();
    const [fast, slow] = [new NodeClock(world, { rate: 1.05 }), new NodeClock(world, { rate: 0.95 })];
    const ran: string[] = [];
    fast.setTimer(1_000, () => void ran.push(`fast at ${Math.round(world.nowMs())}`));
    slow.setTimer(1_000, () => void ran.push(`slow at ${Math.round(world.nowMs())}`));
    await world.advance(2_000);
    expect(ran).toEqual(['fast at 952', 'slow at 1053']);
    expect(fast.nowMs()).toBeCloseTo(2_100, 6);
    expect(slow.nowMs()).toBeCloseTo(1_900, 6);
  });

  test('a timer never sees itself early, whatever the rate: 2,000 timers of awkward lengths', async () => {
    const world = new SimulatedClock({ startMs: COARSE_MS });
    for (const rate of [0.95, 1 / 3, 1.05, 1.000_001]) {
      const clock = new NodeClock(world, { rate, offsetMs: -COARSE_MS });
      let early = 0;
      for (let index = 1; index <= 500; index += 1) {
        const dueMs = clock.nowMs() + index * 0.1;
        clock.setTimer(index * 0.1, () => {
          if (clock.nowMs() < dueMs) early += 1;
        });
      }
      await world.advance(200);
      expect(early).toBe(0);
    }
  });

  test('a node that sets its timer again until its deadline has come gets there, whatever the rate', async () => {
    const world = new SimulatedClock({ startMs: COARSE_MS });
    const clock = new NodeClock(world, { rate: 1.05, offsetMs: -COARSE_MS });
    const deadlineMs = clock.nowMs() + 333.333;
    let looks = 0;
    const look = () => {
      looks += 1;
      if (clock.nowMs() < deadlineMs) clock.setTimer(deadlineMs - clock.nowMs(), look);
    };
    look();
    await world.advance(400);
    expect(looks).toBeLessThanOrEqual(3);
  });

  test('time never runs back when the rate changes, and waiting timers move along', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    const ran: number[] = [];
    clock.setTimer(100, () => void ran.push(world.nowMs()));
    await world.advance(50);
    clock.setRate(2);
    expect(clock.nowMs()).toBe(50);
    await world.advance(25);
    expect(ran).toEqual([75]);
    expect(clock.nowMs()).toBe(100);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a rate of %d is refused and the old one stays', (rate) => {
    const clock = new NodeClock(new SimulatedClock());
    expect(() => clock.setRate(rate)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(() => new NodeClock(new SimulatedClock(), { rate })).toThrow(/rate is/);
  });

  test('monotonic and wall time are set off each on its own, and wall time can be stepped back', async () => {
    const world = new SimulatedClock({ wallStartMs: 1_000_000 });
    const clock = new NodeClock(world, { offsetMs: 500, wallOffsetMs: -30 });
    expect([clock.nowMs(), clock.wallMs()]).toEqual([500, 999_970]);
    clock.stepWall(-70);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([500, 999_900]);
  });

  test('wall time is as fast as monotonic time: a slow quartz drives both, whatever the rate was before', async () => {
    const world = new SimulatedClock({ wallStartMs: 1_000_000 });
    const clock = new NodeClock(world, { rate: 0.5 });
    await world.advance(1_000);
    clock.setRate(2);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([500, 1_000_500]);
    await world.advance(1_000);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([2_500, 1_002_500]);
  });
});

describe('a paused process', () => {
  test('runs nothing while time goes on; resumed, overdue timers come first, then the input, in their orders', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    const ran: string[] = [];
    clock.setTimer(200, () => void ran.push('timer 200'));
    clock.setTimer(100, () => {
      ran.push('timer 100');
      clock.afterPendingInput(() => void ran.push('after pending input'));
    });
    clock.setTimer(900, () => void ran.push('timer 900'));
    clock.pause();
    world.setTimer(50, () => clock.admit(() => void ran.push('input 50')));
    world.setTimer(60, () => clock.admit(() => void ran.push('input 60')));
    await world.advance(600);
    expect(ran).toEqual([]);
    expect([clock.nowMs(), clock.isRunning]).toEqual([600, false]);
    clock.resume();
    await world.advance(0);
    expect(ran).toEqual(['timer 100', 'timer 200', 'input 50', 'input 60', 'after pending input']);
    await world.advance(300);
    expect(ran.at(-1)).toBe('timer 900');
  });

  test('input that comes while held input waits queues behind it', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    const ran: string[] = [];
    clock.pause();
    clock.admit(() => void ran.push('held'));
    clock.resume();
    clock.admit(() => void ran.push('new'));
    expect(ran).toEqual([]);
    await world.advance(0);
    expect(ran).toEqual(['held', 'new']);
    clock.admit(() => void ran.push('at once'));
    expect(ran.at(-1)).toBe('at once');
  });

  test('paused again before it has run what it owes: nothing is lost and nothing runs twice', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    const ran: string[] = [];
    clock.setTimer(10, () => void ran.push('timer'));
    clock.pause();
    clock.admit(() => void ran.push('input'));
    await world.advance(20);
    clock.resume();
    clock.pause();
    await world.advance(20);
    expect(ran).toEqual([]);
    clock.resume();
    await world.advance(0);
    expect(ran).toEqual(['timer', 'input']);
  });

  test('holds a bounded amount of input: what is beyond it is lost', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world, { maxHeldInput: 3 });
    const heard: number[] = [];
    clock.pause();
    for (let index = 0; index < 10; index += 1) clock.admit(() => void heard.push(index));
    clock.resume();
    await world.advance(0);
    expect(heard).toEqual([0, 1, 2]);
  });

  test('a timer cancelled while paused does not run', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    const ran: string[] = [];
    const timer = clock.setTimer(10, () => void ran.push('timer'));
    clock.pause();
    timer.cancel();
    clock.resume();
    await world.advance(100);
    expect(ran).toEqual([]);
    expect(world.pendingTimers).toBe(0);
  });
});

describe('a suspended machine', () => {
  test('monotonic time stands still, wall time goes on, timers have as long to go as before (rule 8)', async () => {
    const world = new SimulatedClock({ wallStartMs: 0 });
    const clock = new NodeClock(world);
    const ran: number[] = [];
    clock.setTimer(100, () => void ran.push(world.nowMs()));
    await world.advance(40);
    clock.suspend();
    await world.advance(10_000);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([40, 10_040]);
    clock.resume();
    expect(clock.nowMs()).toBe(40);
    await world.advance(60);
    expect(ran).toEqual([10_100]);
    expect(clock.nowMs()).toBe(100);
  });

  test('the twin: merely paused for as long, monotonic time has gone on and the timer is overdue', async () => {
    const world = new SimulatedClock({ wallStartMs: 0 });
    const clock = new NodeClock(world);
    const ran: number[] = [];
    clock.setTimer(100, () => void ran.push(world.nowMs()));
    await world.advance(40);
    clock.pause();
    await world.advance(10_000);
    clock.resume();
    await world.advance(0);
    expect([clock.nowMs(), clock.wallMs()]).toEqual([10_040, 10_040]);
    expect(ran).toEqual([10_040]);
  });

  test('suspended while paused, and paused while suspended, time is kept as each says', async () => {
    const world = new SimulatedClock();
    const clock = new NodeClock(world);
    clock.pause();
    await world.advance(10);
    clock.suspend();
    await world.advance(10);
    clock.pause();
    await world.advance(10);
    clock.resume();
    expect(clock.nowMs()).toBe(20);
  });
});

test('a killed process: nothing that it waits for or sets later happens, and it cannot be resumed', async () => {
  const world = new SimulatedClock();
  const clock = new NodeClock(world);
  const ran: string[] = [];
  const run = () => void ran.push('ran');
  clock.setTimer(10, run);
  clock.pause();
  clock.admit(run);
  clock.kill();
  clock.setTimer(10, run);
  clock.afterPendingInput(run);
  clock.admit(run);
  clock.resume();
  await world.advance(100);
  expect([ran, clock.isRunning, world.pendingTimers]).toEqual([[], false, 0]);
});
