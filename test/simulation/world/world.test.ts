/** Whole nodes in simulated worlds: one seed decides everything, and what a world is told to do it does. */
import { describe, expect, test } from 'vitest';
import {
  allSometimes,
  drawPlan,
  type Fault,
  type Invariant,
  InvariantViolation,
  runWorld,
  World,
} from '../../../src/testing/index.js';
import { digestOf } from '../../../src/testing/simulation/digest.js';

describe('one seed', () => {
  test.each([1, 2, 3, 5, 8, 13, 21, 34])('%i: run twice, the same world, byte for byte', async (seed) => {
    const [one, other] = [await digestOf(seed), await digestOf(seed)];
    expect(one.report.steps).toBeGreaterThan(20);
    expect(one.digest).toBe(other.digest);
  });

  test('means for ever what it means today: plan, steps and occurrences of a few are pinned', async () => {
    const meanings = [];
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const sometimes = allSometimes();
      const { plan, verdict, steps, simulatedMs } = await runWorld(seed, { hearers: sometimes });
      const happened = sometimes.flatMap(({ name, count }) => (count > 0 ? [`${name}: ${count}`] : []));
      const kinds = plan.schedule.map(({ kind }) => kind).join(' ');
      const { harm, machines } = plan;
      meanings.push({
        seed,
        harm,
        machines: machines.length,
        kinds,
        verdict,
        steps,
        ms: Math.round(simulatedMs),
        happened,
      });
    }
    expect(meanings).toMatchSnapshot();
  });

  test('and another one differ', async () => {
    expect((await digestOf(1)).digest).not.toBe((await digestOf(2)).digest);
  });

  test('the first 150 keep every invariant', { timeout: 120_000 }, async () => {
    const failed = [];
    for (let seed = 1; seed <= 150; seed++) {
      const { verdict, breach } = await runWorld(seed);
      if (verdict !== 'passed') failed.push({ seed, breach });
    }
    expect(failed).toEqual([]);
  });
});

describe('a plan', () => {
  test('has every size from 1 to 7, both ways to say who votes, observers, witnesses and every harm within 500 seeds', () => {
    const plans = Array.from({ length: 500 }, (_, seed) => drawPlan(seed));
    const sizes = new Set(plans.map(({ machines }) => machines.filter(({ observer }) => !observer).length));
    expect([...sizes].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(plans.map(({ cluster }) => 'size' in cluster)).size).toBe(2);
    expect(plans.some(({ machines }) => machines.some(({ observer }) => observer))).toBe(true);
    expect(plans.some(({ machines }) => machines.some(({ priority }) => priority === 0))).toBe(true);
    expect(new Set(plans.map(({ harm }) => harm))).toEqual(new Set(['none', 'fastClocks', 'lostDisks', 'crowd']));
  });

  test('has every kind of fault within 500 seeds, and clocks off by more than maxClockDrift where harm is expected only', () => {
    const plans = Array.from({ length: 500 }, (_, seed) => drawPlan(seed));
    const kinds = new Set(plans.flatMap(({ schedule }) => schedule.map(({ kind }) => kind)));
    const all: Record<Fault['kind'], true> = {
      cut: true,
      isolate: true,
      split: true,
      shape: true,
      freeze: true,
      storm: true,
      crash: true,
      crashAtWrite: true,
      failWrites: true,
      hangWrites: true,
      pause: true,
      suspend: true,
      wallJump: true,
      transfer: true,
      stepDown: true,
      restart: true,
      rollingRestart: true,
      position: true,
      replaceDisk: true,
    };
    expect([...kinds].sort()).toEqual(Object.keys(all).sort());
    for (const { machines, timings, harm } of plans) {
      const drift = Math.max(...machines.map(({ rate }) => Math.abs(rate - 1)));
      if (harm !== 'fastClocks') expect(drift).toBeLessThanOrEqual(timings.maxClockDrift + 1e-9);
    }
  });

  test('loses a disk only in peace, unless harm is expected: no other fault is in force until the new log has waited', () => {
    const plans = Array.from({ length: 3_000 }, (_, seed) => drawPlan(seed)).filter(({ harm }) => harm !== 'lostDisks');
    let replaced = 0;
    for (const { schedule, timings } of plans) {
      const index = schedule.findIndex(({ kind }) => kind === 'replaceDisk');
      if (index < 0) continue;
      replaced += 1;
      const { atMs } = schedule[index] ?? { atMs: 0 };
      expect(index).toBe(0);
      expect(schedule.every((item, at) => at === 0 || item.atMs > atMs + timings.electionTimeoutMaxMs)).toBe(true);
    }
    expect(replaced).toBeGreaterThan(20);
  });
});

describe('a world of a test', () => {
  test('elects; the leader killed, another leads a later term; healed, the first one follows', async () => {
    const world = await World.start({ voters: 3, seed: 7 });
    const first = await world.untilLeader(2_000);
    const { id, term } = first;
    world.strike({ kind: 'crash', whom: 'LEADER', how: 'kill', forMs: Number.POSITIVE_INFINITY });
    const second = await world.untilLeader(1_500);
    expect(second.id).not.toBe(id);
    expect(second.term).toBeGreaterThan(term);
    world.heal();
    await world.until(() => world.members.get(id)?.leader === second.id, 1_000);
    expect(world.node(id).state).toBe('FOLLOWER');
    await world.close();
  });

  test('runs a service of its own: work under lead() runs on the leader alone, before and after a hand-over', async () => {
    const working: string[] = [];
    const world = await World.start({
      voters: ['a', 'b', 'c'],
      service: ({ id }) => ({
        run: (node) =>
          node.lead(async ({ signal }) => {
            working.push(id);
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
            working.splice(working.indexOf(id), 1);
          }),
      }),
    });
    const first = await world.untilLeader();
    expect(working).toEqual([first.id]);
    world.strike({ kind: 'transfer', whom: 'LEADER', to: undefined });
    await world.until(() => world.leader !== undefined && world.leader.id !== first.id, 500);
    expect(working).toEqual([world.leader?.id]);
    await world.close();
    expect(working).toEqual([]);
  });

  test('runs a service with hundreds of timers, which are no growth of the library', async () => {
    const world = await World.start({
      service: ({ clock }) => ({
        run: async () => {
          await Promise.all(Array.from({ length: 400 }, () => new Promise<void>((done) => clock.setTimer(500, done))));
        },
      }),
    });
    await world.untilLeader();
    await world.run(1_000);
    await world.close();
    expect([world.pendingTimers, world.serviceTimers]).toEqual([0, 0]);
  });

  test('keeps invariants of its own too: one that breaks ends the wait, with its name, source, step and time', async () => {
    const nobodyLeads: Invariant = {
      name: 'nobody leads',
      kind: 'safety',
      source: 'this test',
      hears: ['stateChange'],
      observe: (event) => (event.kind === 'stateChange' && event.to === 'LEADER' ? `${event.by} leads` : undefined),
    };
    const world = await World.start({ invariants: [nobodyLeads] });
    const waiting = world.untilLeader();
    await expect(waiting).rejects.toBeInstanceOf(InvariantViolation);
    await expect(waiting).rejects.toThrow(/^nobody leads \(this test\): n\d leads; step \d+, t = \d+/);
  });

  test('shows an invariant the messages that it names, and every other event that it hears', async () => {
    const heard = new Set<string>();
    const listener: Invariant = {
      name: 'listens',
      kind: 'safety',
      source: 'this test',
      hears: ['sent', 'delivered', 'started'],
      messages: ['heartbeat', 'voteRequest'],
      observe: (event) => {
        heard.add('message' in event ? `${event.kind} ${event.message.kind}` : event.kind);
        return undefined;
      },
    };
    const world = await World.start({ invariants: [listener] });
    await world.untilLeader();
    await world.close();
    expect([...heard].sort()).toEqual([
      'delivered heartbeat',
      'delivered voteRequest',
      'sent heartbeat',
      'sent voteRequest',
      'started',
    ]);
  });

  test('whose service throws ends with what it threw', async () => {
    const run = async (): Promise<void> => {
      throw new RangeError('a bug of the service');
    };
    await expect(World.start({ service: () => ({ run }) })).rejects.toThrow('a bug of the service');
  });

  test('healed in the middle of everything and closed, leaves no timer and no message behind', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const { schedule } = drawPlan(seed);
      const world = await World.start({ seed, voters: 3 });
      for (const { atMs, ...fault } of schedule) {
        if (/\b[no][3-9]\b|o\d/.test(JSON.stringify(fault))) continue;
        world.strike(fault);
        await world.run(Math.min(100, atMs / 10));
      }
      await world.close();
      expect([world.pendingTimers, world.inFlight]).toEqual([0, 0]);
    }
  });

  test('a fault at a machine that does not exist is refused, with the ids that do', async () => {
    const world = await World.start();
    expect(() => world.strike({ kind: 'pause', whom: 'n9', forMs: 1 })).toThrow(/n9 is no machine.*n0, n1, n2/);
  });
});
