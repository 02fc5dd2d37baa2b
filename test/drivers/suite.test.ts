/** The conformance suite of `RpcDriver`: drivers that keep the contract pass it, and each way of breaking it is found. */
import { AssertionError } from 'node:assert';
import type { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { RpcDriver } from '../../src/drivers/index.js';
import { type DriverCapabilities, describeRpcDriver, MemoryNetwork, MockRpcDriver } from '../../src/testing/index.js';
import * as broken from './minimal/broken-drivers.js';
import { EventHubRpcDriver } from './minimal/event-hub-rpc-driver.js';

const HEALTHY = { reliable: true, ordered: true, unrepeated: true, sharedIds: true, injectable: true } as const;

describeRpcDriver({
  runner: { describe, test },
  name: 'MockRpcDriver on a healthy MemoryNetwork',
  createNetwork: () => memoryNetwork(new MemoryNetwork()),
  capabilities: { ...HEALTHY, interop: true },
});

describeRpcDriver({
  runner: { describe, test },
  name: 'MockRpcDriver on a MemoryNetwork that loses, repeats, delays and reorders',
  createNetwork: () =>
    memoryNetwork(new MemoryNetwork({ dropProbability: 0.3, repeatProbability: 0.3, delayMs: [0, 10], reorder: true })),
  capabilities: { sharedIds: true, interop: true, injectable: true },
});

describeRpcDriver({
  runner: { describe, test },
  name: 'the minimal driver of docs/drivers.md',
  createNetwork: () => hubNetwork((hub) => new EventHubRpcDriver(hub)),
  capabilities: HEALTHY,
});

describe('a driver that breaks the contract fails the case that names it', () => {
  const breaks: readonly (readonly [BrokenDriver, string])[] = [
    [broken.DropsResponses, 'every field of a voteResponse arrives'],
    [broken.DropsOneInAThousand, '2,000 messages sent in one go arrive'],
    [broken.RepeatsEverything, 'no message arrives twice'],
    [broken.SwapsNeighbours, 'messages of one node arrive in the order'],
    [broken.TellsEverybody, 'a message to one id reaches that id alone'],
    [broken.BroadcastsToOne, 'a broadcast reaches every other node of the cluster'],
    [broken.FoldsCaseOfIds, 'a message to one id reaches that id alone'],
    [broken.DeliversAtOnce, 'nothing is received before broadcast and send have returned'],
    [broken.ForgetsTheCluster, 'two clusters in one process with the same ids never hear each other'],
    [broken.FoldsCaseOfClusters, 'clusters whose names differ in case never hear each other'],
    [broken.JoinsNamesWithADot, 'clusters whose names begin alike never hear each other'],
    [broken.ClosesTheSharedHub, 'closing one driver leaves the others of the same network working'],
    [broken.LosesTheHeir, 'every field of a heartbeat arrives'],
    [broken.SaysWhatItRehearses, 'what a driver rehearses, if it can, goes nowhere'],
    [broken.ReadsPositionsAsText, 'binary positions arrive unchanged'],
    [broken.ResolvesInitTooEarly, 'init resolves only once messages sent from then on arrive'],
    [broken.StartsTwice, 'a second init rejects with DRIVER_IN_USE'],
    [broken.IgnoresTheSignal, 'init with a signal that has been aborted rejects'],
    [broken.RejectsButListens, 'a signal aborted during init'],
    [broken.TakesInteropAnyway, 'init in interop mode rejects'],
    [broken.ThrowsBeforeInit, 'broadcast and send before init do not throw'],
    [broken.SwallowsGarbage, 'garbage is reported as MALFORMED_MESSAGE'],
    [broken.HangsInTheSecondClose, 'closing twice resolves twice'],
    [broken.RefusesCloseBeforeInit, 'close before init resolves'],
    [broken.OpensAfterItsClose, 'close during init ends both and leaves nothing listening'],
    [broken.ForgetsItsLastWords, 'what was sent before close still leaves'],
    [broken.HearsAfterClose, 'nothing is received once close has resolved'],
    [broken.SpeaksAfterClose, 'broadcast and send after close do not throw and say nothing'],
    [broken.KeepsOneProcessPerId, 'two live processes with one id both hear'],
  ];

  test.each(breaks.map(([Driver, title]) => ({ name: Driver.name, Driver, title })))(
    '$name fails "$title"',
    async ({ Driver, title }) => {
      const named = collect((hub) => new Driver(hub), { timeoutMs: 300 }).filter((one) => one.title.startsWith(title));
      expect(named).toHaveLength(1);
      await expect(named[0]?.run()).rejects.toSatisfy(isVerdict);
    },
  );

  test('the wrapper that they share, with nothing broken, fails no case', async () => {
    for (const { run } of collect((hub) => new broken.Wrapped(hub), {})) await run();
  });

  test('every case is failed by one of them, but for the kinds of message that share a case with those above', () => {
    const titles = collect((hub) => new EventHubRpcDriver(hub), {}).map((one) => one.title);
    const unbroken = titles.filter((title) => !breaks.some(([, named]) => title.startsWith(named)));
    expect(unbroken).toEqual([
      'every field of a voteRequest arrives: set, absent, at its greatest',
      'every field of a preVoteRequest arrives: set, absent, at its greatest',
      'every field of a heartbeatResponse arrives: set, absent, at its greatest',
      'every field of a timeoutNow arrives: set, absent, at its greatest',
    ]);
  });
});

describe('the suite says what the driver failed to do', () => {
  test('a driver whose init never resolves fails by the limit, not by hanging', async () => {
    class NeverOpens extends broken.Wrapped {
      override init(): Promise<void> {
        return new Promise(() => undefined);
      }
    }
    const [first] = collect((hub) => new NeverOpens(hub), { timeoutMs: 30 });
    await expect(first?.run()).rejects.toThrow('init of greeter did not come to an end within 30 ms');
  });

  test('a driver that claims injectable without a hook is told so', async () => {
    const garbage = collect((hub) => new EventHubRpcDriver(hub), {}, { withHook: false }).find(({ title }) =>
      title.startsWith('garbage'),
    );
    await expect(garbage?.run()).rejects.toThrow('the network has no injectGarbage');
  });
});

test('docs/drivers.md shows the minimal driver as it is tested', async () => {
  const source = await readFile(new URL('./minimal/event-hub-rpc-driver.ts', import.meta.url), 'utf8');
  const page = await readFile(new URL('../../docs/drivers.md', import.meta.url), 'utf8');
  expect(page).toContain(source.replace('../../../src/drivers/index.js', 'graft-election/driver'));
});

/** Whether the suite judged, or passed on what the driver must not throw, rather than failing by a mistake of its own. */
function isVerdict(error: unknown): boolean {
  return error instanceof AssertionError || (error instanceof Error && error.message === 'not open');
}

type BrokenDriver = new (hub: EventEmitter) => RpcDriver;

interface Collected {
  readonly title: string;
  readonly run: () => Promise<void>;
}

/** The suite's cases, declared with a runner that only notes them. */
function collect(
  createDriver: (hub: EventEmitter) => RpcDriver,
  limits: { readonly timeoutMs?: number },
  { withHook = true } = {},
): readonly Collected[] {
  const collected: Collected[] = [];
  describeRpcDriver({
    runner: { describe: (_name, declare) => declare(), test: (title, run) => collected.push({ title, run }) },
    name: 'a driver under suspicion',
    createNetwork: () => {
      const { injectGarbage, ...network } = hubNetwork(createDriver);
      return withHook ? { ...network, injectGarbage } : network;
    },
    capabilities: HEALTHY satisfies Partial<DriverCapabilities>,
    limits,
  });
  return collected;
}

function hubNetwork(createDriver: (hub: EventEmitter) => RpcDriver) {
  const hub = broken.createHub();
  return {
    createDriver: () => createDriver(hub),
    injectGarbage: ({
      cluster,
      to,
      bytes,
    }: {
      readonly cluster: string;
      readonly to: string;
      readonly bytes: Uint8Array;
    }) => hub.emit(`${cluster}/to/${to}`, bytes),
    close: async () => {
      hub.removeAllListeners();
    },
  };
}

function memoryNetwork(network: MemoryNetwork) {
  return {
    createDriver: () => new MockRpcDriver(network),
    injectGarbage: ({ bytes, ...target }: Parameters<MemoryNetwork['inject']>[0] & { readonly bytes: Uint8Array }) =>
      network.inject(target, bytes),
    close: async () => undefined,
  };
}
