/** What docs/simulation.md offers a user's world to be struck with, each for half a minute: no invariant takes it for harm. */
import { describe, expect, test } from 'vitest';
import { type Fault, World } from '../../../src/testing/index.js';

const LASTS_MS = 30_000;
const timed = { forMs: LASTS_MS };

const FAULTS: Readonly<Record<Fault['kind'], Fault>> = {
  cut: { kind: 'cut', from: 'LEADER', to: 'HEIR', ways: 'both', ...timed },
  isolate: { kind: 'isolate', whom: 'LEADER', ways: 'both', ...timed },
  split: { kind: 'split', groups: [['n0'], ['n1', 'n2']], ...timed },
  shape: { kind: 'shape', shape: 'quorumLoss', centre: 'LEADER', ...timed },
  freeze: { kind: 'freeze', ...timed },
  storm: { kind: 'storm', network: { delayMs: [0, 8_000], loss: 0, repeat: 0.5, reorder: true }, ...timed },
  crash: { kind: 'crash', whom: 'LEADER', how: 'powerCut', ...timed },
  crashAtWrite: { kind: 'crashAtWrite', whom: 'LEADER', how: 'kill', step: 4, ...timed },
  failWrites: { kind: 'failWrites', whom: 'HEIR', step: 2, ...timed },
  hangWrites: { kind: 'hangWrites', whom: 'HEIR', ...timed },
  pause: { kind: 'pause', whom: 'LEADER', ...timed },
  suspend: { kind: 'suspend', whom: 'LEADER', ...timed },
  wallJump: { kind: 'wallJump', whom: 'LEADER', byMs: LASTS_MS },
  transfer: { kind: 'transfer', whom: 'LEADER', to: undefined },
  stepDown: { kind: 'stepDown', whom: 'LEADER' },
  restart: { kind: 'restart', whom: 'LEADER', ...timed },
  rollingRestart: { kind: 'rollingRestart', how: 'kill', downMs: 2_000, everyMs: 5_000, ...timed },
  position: { kind: 'position', whom: 'HEIR', to: 2, ...timed },
  replaceDisk: { kind: 'replaceDisk', whom: 'HEIR', ...timed },
};

/** Strikes a world of three with a leader, and closes it in good order. Rejects when an invariant breaks. */
async function struck(...faults: readonly Fault[]): Promise<number> {
  const world = await World.start({ seed: 8, voters: 3 });
  await world.untilLeader();
  for (const fault of faults) {
    world.strike(fault);
    // The second meets what the first has made of the world.
    await world.run(700);
  }
  await world.run(LASTS_MS + 5_000);
  world.heal();
  await world.untilLeader();
  await world.close();
  return world.pendingTimers;
}

describe('a world of three outlives half a minute of', () => {
  test.each(Object.entries(FAULTS))('%s', async (_kind, fault) => {
    expect(await struck(fault)).toBe(0);
  });

  test.each(['freeze', 'pause', 'suspend'] as const)('%s that ends with the healing alone', async (kind) => {
    expect(await struck({ ...FAULTS[kind], forMs: Number.POSITIVE_INFINITY } as Fault)).toBe(0);
  });

  test('a voter whose write hangs while another asks for its vote: then it answers all at once', async () => {
    expect(await struck({ ...FAULTS.isolate, ways: 'in' } as Fault, FAULTS.hangWrites)).toBe(0);
  });
});
