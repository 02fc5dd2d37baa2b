/** The election that a node plays with itself: that it is whole, ends whatever happens, and leaves nothing but compiled code. */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type Profiler, Session } from 'node:inspector/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Message, MessageKind } from '../../src/core/messages.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { type Clock, systemClock, type Timer } from '../../src/node/clock.js';
import { Node } from '../../src/node/node.js';
import { Rehearsal } from '../../src/node/rehearsal.js';
import { Rehearsals } from '../../src/node/rehearsals.js';
import { MemoryNetwork } from '../../src/testing/memory-network.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { processClock } from '../../src/thread/between/process-clock.js';

/** Generous: the machine may be busy. */
const LIMIT = { timeout: 30_000 };

/**
 * A rehearsal is broken off where turns through the event loop take long, as those of a busy machine do: they take no
 * time by this clock. Nor does a deadline come, so that a node elects nobody; nor is it ever told that it was held up.
 */
const STILL: Clock = { ...systemClock, nowMs: () => 0, watchDelay: () => ({ cancel: () => undefined }) };

describe('a rehearsal', () => {
  test('comes to its end, with messages of every kind, a crash and a hand-over', async () => {
    const handed: Message[] = [];
    expect(await new Rehearsal((message) => void handed.push(message)).play(noPause)).toBe(true);
    expect([...new Set(handed.map(({ kind }) => kind))].sort()).toEqual([
      'heartbeat',
      'heartbeatResponse',
      'preVoteRequest',
      'timeoutNow',
      'voteRequest',
      'voteResponse',
    ] satisfies MessageKind[]);
    const leaders = handed.flatMap((message) => (message.kind === 'heartbeat' ? [message.leader] : []));
    expect(new Set(leaders).size).toBe(3);
    const standing = handed.filter((message) => message.kind === 'voteResponse' && message.standsBy);
    expect(new Set(standing.map(({ term }) => term)).size).toBe(2);
  });

  test.each<[kind: MessageKind, isWhole: boolean]>([
    ['heartbeat', false],
    ['heartbeatResponse', false],
    ['voteResponse', false],
    // Who is never asked to take over stands by himself later.
    ['timeoutNow', true],
  ])('ends also when a driver spoils every %s that it is handed', async (kind, isWhole) => {
    const spoil = (message: Message): void => {
      if (message.kind === kind) Object.assign(message, { term: 0 });
    };
    expect(await new Rehearsal(spoil).play(noPause)).toBe(isWhole);
  });

  test('publishes nothing, and leaves no timer', async () => {
    const heard: unknown[] = [];
    const names = ['state-change', 'leader-change', 'election', 'vote', 'lease', 'heartbeat', 'persist', 'error'];
    const note = (event: unknown): void => void heard.push(event);
    for (const name of names) subscribe(`graft-election:${name}`, note);
    onTestFinished(() => {
      for (const name of names) unsubscribe(`graft-election:${name}`, note);
    });
    expect(names.every((name) => channel(`graft-election:${name}`).hasSubscribers)).toBe(true);
    const before = process.getActiveResourcesInfo();
    await new Rehearsal(() => undefined).play(noPause);
    expect(process.getActiveResourcesInfo()).toEqual(before);
    expect(heard).toEqual([]);
  });
});

const noPause = async (): Promise<boolean> => true;

async function stepsOfOne(): Promise<number> {
  // One more before it begins.
  let steps = 1;
  await new Rehearsal(() => undefined).play(async () => {
    steps += 1;
    return true;
  });
  return steps;
}

/** Time that is looked at around every step, and moves with each look by what a step of that rehearsal is to take. */
class Stopwatch implements Clock {
  /** How often other things were let go first. */
  turns = 0;
  /** How long each of those turns takes. */
  turnMs = 0;
  /** After how many of them each takes longer than a rehearsal waits for. */
  busyAfterTurns = Number.POSITIVE_INFINITY;
  #looks = 0;
  #nowMs = 0;
  readonly #looksOfOne: number;
  readonly #stepMs: (rehearsal: number) => number;

  private constructor(looksOfOne: number, stepMs: (rehearsal: number) => number) {
    this.#looksOfOne = looksOfOne;
    this.#stepMs = stepMs;
  }

  /** @param slow the rehearsals that find nothing compiled, counted from 0. */
  static async of(...slow: readonly number[]): Promise<Stopwatch> {
    return new Stopwatch(2 * (await stepsOfOne()) + 2, (rehearsal) => (slow.includes(rehearsal) ? 1 : 0.2));
  }

  /** So fast that nothing has to be compiled. */
  static async quick(): Promise<Stopwatch> {
    return new Stopwatch(2 * (await stepsOfOne()) + 2, () => 0.01);
  }

  nowMs(): number {
    this.#nowMs += this.#stepMs(Math.floor(this.#looks / this.#looksOfOne));
    this.#looks += 1;
    return this.#nowMs;
  }

  wallMs(): number {
    return 0;
  }

  setTimer(): never {
    throw new Error('the node has a timer');
  }

  afterPendingInput(callback: () => void): Timer {
    this.turns += 1;
    this.#nowMs += this.turns > this.busyAfterTurns ? 51 : this.turnMs;
    return systemClock.afterPendingInput(callback);
  }
}

interface Alarm {
  readonly delayMs: number;
  readonly ring: () => void;
}

describe('a node rehearses again', () => {
  /** Each alarm that is set, as soon as it is. */
  function rehearsals(clock: Clock, drawn = 0): { made: Rehearsals; alarm: () => Promise<Alarm> } {
    const set: Alarm[] = [];
    const awaited: ((alarm: Alarm) => void)[] = [];
    const made = new Rehearsals({
      clock,
      rng: { next: () => drawn },
      setAlarm: (delayMs, ring) => {
        const [next] = awaited.splice(0, 1);
        if (next === undefined) set.push({ delayMs, ring });
        else next({ delayMs, ring });
      },
      rehearseMessage: () => undefined,
    });
    const alarm = (): Promise<Alarm> => {
      const [first] = set.splice(0, 1);
      return first === undefined ? new Promise((resolve) => awaited.push(resolve)) : Promise.resolve(first);
    };
    return { made, alarm };
  }

  async function waitsOf(clock: Clock, { count, drawn }: { count: number; drawn?: number }): Promise<number[]> {
    const { made, alarm } = rehearsals(clock, drawn);
    await made.rehearse();
    made.goOn();
    const waits: number[] = [];
    while (waits.length < count) {
      const { delayMs, ring } = await alarm();
      waits.push(delayMs / 1000);
      ring();
    }
    return waits;
  }

  test('after half a minute, ever more seldom while nothing was forgotten, once an hour at last', async () => {
    const waits = await waitsOf(await Stopwatch.of(0), { count: 10 });
    expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  test('after half a minute again once it took longer than when all is compiled', async () => {
    const waits = await waitsOf(await Stopwatch.of(0, 14), { count: 6 });
    expect(waits).toEqual([30, 60, 120, 30, 60, 120]);
  });

  test('once an hour from the beginning where everything was compiled when it started', async () => {
    expect(await waitsOf(await Stopwatch.of(), { count: 3 })).toEqual([3600, 3600, 3600]);
  });

  test('once is enough to see that everything is compiled, where it is quick', async () => {
    const clock = await Stopwatch.quick();
    expect(await waitsOf(clock, { count: 1 })).toEqual([3600]);
    await expect.poll(() => clock.turns, LIMIT).toBe(2 * (await stepsOfOne()));
  });

  test('soon, and is broken off, where something else holds the event loop up: there is more urgent work', async () => {
    const clock = await Stopwatch.of();
    clock.busyAfterTurns = 0;
    expect(await waitsOf(clock, { count: 2 })).toEqual([30, 30]);
    await expect.poll(() => clock.turns, LIMIT).toBe(3);
  });

  test('soon, and is broken off, where all that comes between its steps takes long', async () => {
    const clock = await Stopwatch.of(0);
    clock.turnMs = 45;
    expect(await waitsOf(clock, { count: 1 })).toEqual([30]);
    // Eleven turns of 45 ms are half a second, nearly; the first of the next rehearsal may have begun.
    expect(clock.turns).toBeLessThanOrEqual(12);
  });

  test.each<[what: string, plays: number, slow: readonly number[], brokenOffAfter?: number]>([
    ['ten times in a row where nothing was compiled: V8 compiles once more what runs often', 10, [0]],
    ['twice where all was', 2, []],
    ['no more than was whole where one in a row is broken off, the second', 1, [0], 1],
    ['no more than was whole where one in a row is broken off, the fifth', 4, [0], 4],
  ])('%s', async (_what, plays, slow, brokenOffAfter = Number.POSITIVE_INFINITY) => {
    const clock = await Stopwatch.of(...slow);
    const steps = await stepsOfOne();
    clock.busyAfterTurns = brokenOffAfter * steps;
    await rehearsals(clock).made.rehearse();
    expect(clock.turns).toBe(plays * steps + (brokenOffAfter === plays ? 1 : 0));
  });

  test('half a second at most, however many in a row', async () => {
    const clock = await Stopwatch.of(0);
    clock.turnMs = 2;
    const { made } = rehearsals(clock);
    const beganMs = clock.nowMs();
    await made.rehearse();
    expect(clock.turns).toBeGreaterThan(2 * (await stepsOfOne()));
    expect(clock.turns).toBeLessThan(10 * (await stepsOfOne()));
    expect(clock.nowMs() - beganMs).toBeLessThan(520);
  });

  test('somewhat earlier, at random, so that nodes that were started together do not all at once', async () => {
    expect(await waitsOf(await Stopwatch.of(0), { count: 3, drawn: 0.5 })).toEqual([22.5, 45, 90]);
  });

  test('in pieces, so that whatever else there is to do comes between two steps', async () => {
    const clock = await Stopwatch.of();
    await rehearsals(clock).made.rehearse();
    expect(clock.turns).toBe(2 * (await stepsOfOne()));
  });

  test.each([1, 2, 5])(
    'and not after it has stopped, in the midst of a rehearsal neither: after %i turns',
    async (turns) => {
      const clock = await Stopwatch.of(0);
      const { made, alarm } = rehearsals(clock);
      made.goOn();
      (await alarm()).ring();
      while (clock.turns < turns) await new Promise((resolve) => setImmediate(resolve));
      made.stop();
      for (let later = 0; later < 5; later++) await new Promise((resolve) => setImmediate(resolve));
      expect(clock.turns).toBe(turns);
    },
  );
});

/** How often each function of the core has run while `act` went on. */
async function callsOfCore(act: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
    await act();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    return callsIn(result.filter(({ url }) => /\/src\/core\/elector\.ts/.test(url)));
  } finally {
    session.disconnect();
  }
}

function callsIn(scripts: readonly Profiler.ScriptCoverage[]): ReadonlyMap<string, number> {
  const functions = scripts.flatMap((script) => script.functions);
  return new Map(functions.map(({ functionName, ranges }) => [functionName, ranges[0]?.count ?? 0]));
}

const { nowMs, wallMs, setTimer, afterPendingInput } = STILL;
const neverLate: Clock = { nowMs, wallMs, setTimer, afterPendingInput };

describe('a node that has started and elected nobody', () => {
  const ELECTION = ['campaign', 'onGrant', 'standByCandidate', 'acceptLeader', 'handOver', 'loseLeadership'];

  async function start(options: { readonly clock?: Clock; readonly observer?: boolean; readonly interop?: boolean }) {
    const node = await Node.start({
      cluster: { name: 'rehearsed', size: 3 },
      id: 'a',
      rpc: new MockRpcDriver(new MemoryNetwork()),
      handler: {},
      log: new MemoryLog(),
      clock: STILL,
      ...options,
    });
    await node.close();
  }

  test.each([
    ['', {}],
    [' in a thread of its own', { clock: { ...processClock, nowMs: () => 0 } }],
  ])('has run the code of an election%s', async (_where, options) => {
    const calls = await callsOfCore(() => start(options));
    for (const name of ELECTION) expect([name, (calls.get(name) ?? 0) > 0]).toEqual([name, true]);
  });

  test.each([
    ['without a rehearsal, as on a clock that is never late', { clock: neverLate }],
    ['as an observer', { observer: true }],
    ['in interop mode', { interop: true }],
  ])('the twin: %s, it has run none of it', async (_how, options) => {
    const calls = await callsOfCore(() => start(options));
    for (const name of ELECTION) expect([name, calls.get(name) ?? 0]).toEqual([name, 0]);
  });
});

describe('what a driver does with a rehearsal', () => {
  test('a node that is told to give up starting does so in the midst of it, and rehearses no further', async () => {
    const controller = new AbortController();
    let steps = 0;
    class Aborting extends MockRpcDriver {
      rehearse(): void {
        steps += 1;
        controller.abort(new Error('enough'));
      }
    }
    const log = new MemoryLog();
    const starting = Node.start({
      cluster: { name: 'rehearsed', size: 3 },
      id: 'a',
      rpc: new Aborting(new MemoryNetwork()),
      handler: {},
      log,
      clock: STILL,
      signal: controller.signal,
    });
    await expect(starting).rejects.toThrow('enough');
    const stepsByThen = steps;
    expect(stepsByThen).toBeLessThan(10);
    for (let later = 0; later < 5; later++) await new Promise((resolve) => setImmediate(resolve));
    expect(steps).toBe(stepsByThen);
  });

  test('a node hands it every kind of message before it opens it', async () => {
    const heard: string[] = [];
    class Rehearsing extends MockRpcDriver {
      rehearse(message: Message): void {
        heard.push(message.kind);
      }
      override init(...given: Parameters<MockRpcDriver['init']>): Promise<void> {
        heard.push('init');
        return super.init(...given);
      }
    }
    const node = await Node.start({
      cluster: { name: 'rehearsed', size: 3 },
      id: 'a',
      rpc: new Rehearsing(new MemoryNetwork()),
      handler: {},
      log: new MemoryLog(),
      clock: STILL,
    });
    await node.close();
    expect(heard.at(-1)).toBe('init');
    expect(new Set(heard).size).toBe(7);
  });

  test('one that throws is reported, and the node starts all the same', async () => {
    const codes: string[] = [];
    class Throwing extends MockRpcDriver {
      rehearse(): void {
        throw new Error('no');
      }
    }
    const node = await Node.start({
      cluster: { name: 'rehearsed', size: 1 },
      id: 'a',
      rpc: new Throwing(new MemoryNetwork()),
      handler: { asyncError: ({ code }) => void codes.push(code) },
      log: new MemoryLog(),
      clock: STILL,
    });
    await node.close();
    expect(new Set(codes)).toEqual(new Set(['DRIVER_FAILED']));
  });
});
