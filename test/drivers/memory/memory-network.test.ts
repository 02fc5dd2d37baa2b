/** The network in memory: who hears whom, every fault in each direction, and one seed for all of it. */
import { describe, expect, test } from 'vitest';
import {
  type ClusterName,
  GraftError,
  type NodeId,
  parseClusterName,
  parseNodeId,
} from '../../../src/drivers/index.js';
import {
  type Clock,
  type FrameEvent,
  MemoryNetwork,
  type MemoryNetworkOptions,
  SimulatedClock,
  seededRng,
} from '../../../src/testing/index.js';

const CLUSTER = parseClusterName('orders');

describe('a healthy network', () => {
  test('a broadcast reaches every other process of the cluster, a message its id, and nobody another cluster', async () => {
    const { clock, join, heard } = setUp();
    const [a] = [join('a'), join('b'), join('c'), join('b', 'billing')];
    a.broadcast(frame(1));
    a.send(id('b'), frame(2));
    await clock.advance(0);
    expect(heard()).toEqual({ 'orders/a': [], 'orders/b': [1, 2], 'orders/c': [1], 'billing/b': [] });
  });

  test('nothing arrives inside the call that sends, and each frame arrives as an event of its own', async () => {
    const { clock, network, join, heard } = setUp();
    const [a] = [join('a'), join('b')];
    a.send(id('b'), frame(1));
    a.send(id('b'), frame(2));
    expect(heard()['orders/b']).toEqual([]);
    expect([network.inFlight, clock.pendingTimers]).toEqual([2, 2]);
    await clock.advance(0);
    expect(heard()['orders/b']).toEqual([1, 2]);
    expect(network.counts).toEqual({ sent: 2, delivered: 2, dropped: 0 });
  });

  test('two processes with one id: both hear what is sent to it, each hears the broadcasts of the other', async () => {
    const { clock, join, heardBy } = setUp();
    const [a, twin, other] = [join('a'), join('twin'), join('twin')];
    a.send(id('twin'), frame(1));
    twin.broadcast(frame(2));
    twin.send(id('twin'), frame(3));
    await clock.advance(0);
    expect([heardBy(a), heardBy(twin), heardBy(other)]).toEqual([[2], [1, 3], [1, 2, 3]]);
  });

  test('a detached process neither hears nor sends, what it had sent arrives, and its id may be taken again', async () => {
    const { clock, join, heardBy } = setUp();
    const [a, b] = [join('a'), join('b')];
    a.send(id('b'), frame(1));
    b.send(id('a'), frame(2));
    a.detach();
    a.detach();
    a.send(id('b'), frame(3));
    a.broadcast(frame(4));
    const restarted = join('a');
    await clock.advance(0);
    expect([heardBy(a), heardBy(b), heardBy(restarted)]).toEqual([[], [1], [2]]);
  });

  test('what is sent to an id that nobody has is lost and told so', async () => {
    const { clock, network, join, drops } = setUp();
    join('a').send(id('nobody'), frame(1));
    await clock.advance(0);
    expect(drops()).toEqual(['noReceiver']);
    expect(network.inFlight).toBe(0);
  });
});

describe('cuts', () => {
  test('a partition into two groups: each hears its own alone; ids named in none are a group of their own', async () => {
    const { network, exchange } = setUp();
    network.partition(['a', 'b'], ['c']);
    expect(await exchange(['a', 'b', 'c', 'd', 'e'])).toEqual(['a>b', 'b>a', 'd>e', 'e>d']);
  });

  test('a partition replaces the one before', async () => {
    const { network, exchange } = setUp();
    network.partition(['a', 'b'], ['c']);
    network.partition(['a'], ['b', 'c']);
    expect(await exchange(['a', 'b', 'c'])).toEqual(['b>c', 'c>b']);
  });

  test('a cut stops one direction alone, and each of the two by itself', async () => {
    const { network, exchange } = setUp();
    network.cut({ from: 'a', to: 'b' });
    expect(await exchange(['a', 'b'])).toEqual(['b>a']);
    network.uncut({ from: 'a', to: 'b' });
    network.cut({ from: 'b', to: 'a' });
    expect(await exchange(['a', 'b'])).toEqual(['a>b']);
    network.cut({ from: 'a', to: 'b' });
    expect(await exchange(['a', 'b'])).toEqual([]);
  });

  test('an isolated node neither hears nor is heard; the others go on', async () => {
    const { network, exchange } = setUp();
    network.isolate('b');
    expect(await exchange(['a', 'b', 'c'])).toEqual(['a>c', 'c>a']);
  });

  test('healing undoes partition, cut and isolation at once', async () => {
    const { network, exchange } = setUp();
    network.partition(['a'], ['b']);
    network.cut({ from: 'a', to: 'c' });
    network.isolate('b');
    network.heal();
    expect(await exchange(['a', 'b', 'c'])).toHaveLength(6);
  });

  test('a frame under way when its link is cut is lost, and one that arrives after healing is not', async () => {
    const { clock, network, join, heardBy, drops } = setUp({ delayMs: 100 });
    const [a, b] = [join('a'), join('b')];
    a.send(id('b'), frame(1));
    await clock.advance(50);
    a.send(id('b'), frame(2));
    network.cut({ from: 'a', to: 'b' });
    await clock.advance(50);
    network.heal();
    await clock.advance(50);
    expect([heardBy(b), drops()]).toEqual([[2], ['cut']]);
  });

  test('an id in two groups is refused', () => {
    expect(() => setUp().network.partition(['a', 'b'], ['b'])).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('"b"') }),
    );
  });
});

describe('chance', () => {
  test('a probability of 1 loses everything, of 0 nothing, of 0.3 about that, each direction by itself', async () => {
    const { clock, network, join, heardBy } = setUp({ dropProbability: 0.3 });
    const [a, b, c] = [join('a'), join('b'), join('c')];
    network.setLinkConditions({ from: 'a', to: 'c' }, { dropProbability: 1 });
    network.setLinkConditions({ from: 'c', to: 'a' }, { dropProbability: 0 });
    for (let round = 1; round <= 1_000; round += 1) {
      a.broadcast(frame(round % 256));
      c.send(id('a'), frame(round % 256));
    }
    await clock.advance(0);
    expect([heardBy(a).length, heardBy(c).length]).toEqual([1_000, 0]);
    expect(heardBy(b).length).toBeGreaterThan(630);
    expect(heardBy(b).length).toBeLessThan(770);
  });

  test('a repeat arrives once more, with a delay of its own', async () => {
    const { clock, network, join, heardBy } = setUp({ repeatProbability: 1, delayMs: [1, 100], reorder: true });
    const [a, b] = [join('a'), join('b')];
    const arrivals: number[] = [];
    network.tap(({ kind, atMs }) => void (kind === 'delivered' && arrivals.push(atMs)));
    a.send(id('b'), frame(1));
    await clock.advance(100);
    expect(heardBy(b)).toEqual([1, 1]);
    expect(new Set(arrivals).size).toBe(2);
    expect(network.counts).toEqual({ sent: 1, delivered: 2, dropped: 0 });
  });

  test('delays are drawn within their range and links keep their order; the twin: told to reorder, they do not', async () => {
    const inOrder = setUp({ delayMs: [5, 50] });
    const outOfOrder = setUp({ delayMs: [5, 50], reorder: true });
    const sent = Array.from({ length: 100 }, (_, round) => round);
    for (const { clock, join, heardBy } of [inOrder, outOfOrder]) {
      const [a, b] = [join('a'), join('b')];
      for (const round of sent) a.send(id('b'), frame(round));
      await clock.advance(4.999);
      expect(heardBy(b)).toEqual([]);
      await clock.advance(45.001);
      expect(heardBy(b)).toHaveLength(100);
    }
    expect(inOrder.heard()['orders/b']).toEqual(sent);
    expect(outOfOrder.heard()['orders/b']).not.toEqual(sent);
  });

  test('a longer delay on one link alone, given back to the general one by {}', async () => {
    const { clock, network, join, heardBy } = setUp({ delayMs: 10 });
    const [a, b, c] = [join('a'), join('b'), join('c')];
    network.setLinkConditions({ from: 'a', to: 'b' }, { delayMs: 500 });
    a.broadcast(frame(1));
    await clock.advance(10);
    expect([heardBy(b), heardBy(c)]).toEqual([[], [1]]);
    await clock.advance(490);
    network.setLinkConditions({ from: 'a', to: 'b' }, {});
    a.broadcast(frame(2));
    await clock.advance(10);
    expect(heardBy(b)).toEqual([1, 2]);
  });

  test('on a clock of whole milliseconds, whose timers can fire out of order as setTimeout’s do, frames do not', async () => {
    const world = new SimulatedClock();
    const clock: Clock = {
      nowMs: () => world.nowMs(),
      wallMs: () => world.wallMs(),
      setTimer: (delayMs, callback) => world.setTimer(Math.floor(delayMs), callback),
      afterPendingInput: (callback) => world.afterPendingInput(callback),
    };
    const { network, join, heardBy } = setUp({ clock, delayMs: 10.9 });
    const [a, b] = [join('a'), join('b')];
    const fired: string[] = [];
    clock.setTimer(10.9, () => void fired.push('set first'));
    a.send(id('b'), frame(1));
    await world.advance(0.95);
    network.setConditions({ delayMs: 0 });
    clock.setTimer(9.95, () => void fired.push('set second'));
    a.send(id('b'), frame(2));
    await world.advance(20);
    expect(fired).toEqual(['set second', 'set first']);
    expect(heardBy(b)).toEqual([1, 2]);
  });

  test.each([
    [{ dropProbability: 1.1 }, 'dropProbability is 1.1'],
    [{ repeatProbability: Number.NaN }, 'repeatProbability is NaN'],
    [{ delayMs: -1 }, 'delayMs is -1'],
    [{ delayMs: [20, 10] as const }, 'delayMs is 20,10'],
  ])('conditions out of range are refused with their value: %o', (conditions, message) => {
    expect(() => new MemoryNetwork(conditions)).toThrow(message);
    const network = new MemoryNetwork();
    expect(() => network.setConditions(conditions)).toThrow(GraftError);
    expect(() => network.setLinkConditions({ from: 'a', to: 'b' }, conditions)).toThrow(message);
  });
});

describe('a frozen network', () => {
  test('delivers nothing while it is held, then everything late, in one burst and in order', async () => {
    const { clock, network, join, heardBy } = setUp({ delayMs: 5 });
    const [a, b] = [join('a'), join('b')];
    a.send(id('b'), frame(1));
    network.hold();
    await clock.advance(1_000);
    a.send(id('b'), frame(2));
    await clock.advance(2_000);
    expect([heardBy(b), network.inFlight]).toEqual([[], 2]);
    network.release();
    a.send(id('b'), frame(3));
    expect(heardBy(b)).toEqual([]);
    await clock.advance(0);
    expect(heardBy(b)).toEqual([1, 2]);
    await clock.advance(5);
    expect(heardBy(b)).toEqual([1, 2, 3]);
  });

  test('held again before the burst has gone out, it keeps the rest', async () => {
    const { clock, network, join, heardBy } = setUp();
    const [a, b] = [join('a'), join('b')];
    network.hold();
    a.send(id('b'), frame(1));
    await clock.advance(10);
    network.release();
    network.hold();
    await clock.advance(10);
    expect(heardBy(b)).toEqual([]);
    network.release();
    await clock.advance(0);
    expect(heardBy(b)).toEqual([1]);
  });

  test('what is sent beyond the limit of frames under way is lost and counted', async () => {
    const { clock, network, join, heardBy, drops } = setUp({ maxInFlight: 2 });
    const [a, b] = [join('a'), join('b')];
    network.hold();
    for (const round of [1, 2, 3]) a.send(id('b'), frame(round));
    network.release();
    await clock.advance(0);
    expect([heardBy(b), drops(), network.counts.dropped]).toEqual([[1, 2], ['overflow'], 1]);
  });
});

describe('watching and intruding', () => {
  test('a tap hears what befalls each frame, with the time, until it is removed', async () => {
    const { clock, network, join } = setUp({ delayMs: 7 });
    const [a] = [join('a'), join('b'), join('c')];
    const events: string[] = [];
    const untap = network.tap((event) => {
      const reason = event.kind === 'dropped' ? ` (${event.reason})` : '';
      events.push(`${event.atMs} ${event.from}>${event.to} ${event.kind}${reason} ${event.bytes[0]}`);
    });
    network.cut({ from: 'a', to: 'c' });
    a.broadcast(frame(1));
    await clock.advance(7);
    untap();
    a.broadcast(frame(2));
    await clock.advance(7);
    expect(events).toEqual(['0 a>b sent 1', '0 a>c sent 1', '0 a>c dropped (cut) 1', '7 a>b delivered 1']);
  });

  test('an injected frame arrives whatever is cut or lost, at the id and cluster it names alone', async () => {
    const { clock, network, join, heard } = setUp({ dropProbability: 1 });
    for (const one of ['a', 'b']) join(one);
    join('b', 'billing');
    network.isolate('b');
    network.inject({ cluster: CLUSTER, to: id('b') }, frame(9));
    expect(heard()['orders/b']).toEqual([]);
    await clock.advance(0);
    expect(heard()).toEqual({ 'orders/a': [], 'orders/b': [9], 'billing/b': [] });
  });
});

describe('determinism', () => {
  const trace = async (seed: number) => {
    const { clock, network, join } = setUp({
      rng: seededRng(seed),
      dropProbability: 0.2,
      repeatProbability: 0.2,
      delayMs: [0, 50],
      reorder: true,
    });
    const events: string[] = [];
    network.tap(({ kind, atMs, from, to, bytes }) => void events.push(`${atMs} ${kind} ${from}>${to} ${bytes[0]}`));
    const endpoints = ['a', 'b', 'c'].map((one) => join(one));
    for (let round = 0; round < 100; round += 1) {
      for (const endpoint of endpoints) endpoint.broadcast(frame(round));
      if (round === 30) network.partition(['a'], ['b', 'c']);
      if (round === 60) network.heal();
      await clock.advance(10);
    }
    return events;
  };

  test('one seed, one trace: 100 rounds of broadcasts under loss, repeats, delays, reordering and a partition', async () => {
    const [first, again] = [await trace(3053), await trace(3053)];
    expect(first.length).toBeGreaterThan(1_000);
    expect(again).toEqual(first);
  });

  test('another seed, another trace', async () => {
    expect(await trace(3054)).not.toEqual(await trace(3053));
  });
});

function id(text: string): NodeId {
  return parseNodeId(text);
}

/** A frame told by its one byte: what the network carries it does not read. */
function frame(byte: number): Uint8Array {
  return Uint8Array.of(byte);
}

interface Joined {
  readonly name: string;
  readonly heard: number[];
  broadcast(bytes: Uint8Array): void;
  send(to: NodeId, bytes: Uint8Array): void;
  detach(): void;
}

function setUp(options: MemoryNetworkOptions = {}) {
  const clock = new SimulatedClock();
  const network = new MemoryNetwork({ clock, ...options });
  const everyone: Joined[] = [];
  const events: FrameEvent[] = [];
  network.tap((event) => void events.push(event));

  const join = (name: string, cluster: ClusterName | string = CLUSTER): Joined => {
    const heard: number[] = [];
    const endpoint = network.attach({
      cluster: parseClusterName(cluster),
      id: id(name),
      receive: ([byte = -1]) => void heard.push(byte),
    });
    const joined = { ...endpoint, name: `${cluster}/${name}`, heard };
    everyone.push(joined);
    return joined;
  };

  return {
    clock,
    network,
    join,
    heard: () => Object.fromEntries(everyone.map((one) => [one.name, one.heard])),
    heardBy: (one: Joined) => one.heard,
    drops: () => events.flatMap((event) => (event.kind === 'dropped' ? [event.reason] : [])),
    /** Lets everyone broadcast once; tells who heard whom. */
    exchange: async (names: readonly string[]) => {
      const from = events.length;
      const missing = names.filter((name) => !everyone.some((one) => one.name === `${CLUSTER}/${name}`));
      for (const name of missing) join(name);
      for (const one of everyone) one.broadcast(frame(1));
      await clock.advance(0);
      const delivered = events.slice(from).filter(({ kind }) => kind === 'delivered');
      return delivered.map((event) => `${event.from}>${event.to}`).toSorted();
    },
  };
}
