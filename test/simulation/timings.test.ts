/** Timings that do not suit the network: the leader says so, with some that do (nats-io/graft issue 29). */
import { describe, expect, test } from 'vitest';
import type { GraftError, Timings } from '../../src/index.js';
import { DEFAULT_TIMINGS } from '../../src/index.js';
import { BEAT, Cluster, type ClusterOptions } from './cluster.js';
import { seeds } from './simulated.js';

const MINUTES = 60_000;
/** Round trips of 200 to 500 ms, and in any order. */
const FAR: ClusterOptions = { voters: 3, network: { delayMs: [100, 250], reorder: true } };
/** Round trips of 400 to 480 ms: most take longer than the lease, and no leader lasts long enough to measure many. */
const TOO_FAR: ClusterOptions = { voters: 3, network: { delayMs: [200, 240], reorder: true } };

async function play(seed: number, options: ClusterOptions, forMs: number): Promise<Cluster> {
  const cluster = await Cluster.start(seed, { ...options, mayReport: ['TIMINGS_TOO_TIGHT', 'TIMINGS_SLACK'] });
  await cluster.run(forMs);
  return cluster;
}

/** How often leadership was gained, and then the warnings. */
async function outcomeOf(seed: number, options: ClusterOptions, forMs: number) {
  const cluster = await play(seed, options, forMs);
  const gains = cluster.changes.filter(({ kind }) => kind === 'gained').length;
  const warnings = [...cluster.errors];
  await cluster.finish();
  return { gains, warnings };
}

/** What a warning says to set, as a user copies it. */
function settingOf(warning: GraftError | undefined): Partial<Timings> {
  const [, min, max, heartbeat] =
    /timings: \{ electionTimeoutMinMs: (\d+), electionTimeoutMaxMs: (\d+), heartbeatIntervalMs: (\d+) \}/.exec(
      warning?.message ?? '',
    ) ?? [];
  return {
    electionTimeoutMinMs: Number(min),
    electionTimeoutMaxMs: Number(max),
    heartbeatIntervalMs: Number(heartbeat),
  };
}

describe.each<[string, ClusterOptions, number]>([
  ['200 to 500 ms', FAR, 10 * MINUTES],
  ['400 to 480 ms', TOO_FAR, 15 * MINUTES],
])('three voters with the default timings and round trips of %s', (_how, options, forMs) => {
  test('flap, and are warned with timings under which the same seed elects one leader, who stays, and warns of nothing', async () => {
    for (const seed of seeds(2)) {
      const { gains, warnings } = await outcomeOf(seed, options, forMs);
      expect(gains, `seed ${seed}`).toBeGreaterThan(10);
      expect(warnings.map(({ code }) => code)).toContain('TIMINGS_TOO_TIGHT');
      const timings = settingOf(warnings[0]);
      const calm = await outcomeOf(seed, { ...options, timings }, forMs);
      expect(calm, `seed ${seed}, ${JSON.stringify(timings)}`).toEqual({ gains: 1, warnings: [] });
    }
  });
});

test('the warning comes once from each leader, however long it goes on flapping, and nobody changes its timings', async () => {
  const cluster = await play(1, FAR, 30 * MINUTES);
  expect(cluster.errors.length).toBeGreaterThan(0);
  expect(cluster.errors.length).toBeLessThanOrEqual(3);
  for (const node of cluster.nodes) expect(node.status().timings).toMatchObject(DEFAULT_TIMINGS);
  await cluster.finish();
});

test('who leads on for hours under timings that are too tight is reminded every six', async () => {
  const timings = { electionTimeoutMinMs: 5_000, electionTimeoutMaxMs: 10_000, heartbeatIntervalMs: 1_000 };
  const steady: ClusterOptions = { voters: 2, timings, network: { delayMs: [1_300, 1_300] } };
  const cluster = await play(1, steady, 5 * 60 * MINUTES);
  expect(cluster.errors.map(({ code }) => code)).toEqual(['TIMINGS_TOO_TIGHT']);
  await cluster.run(2 * 60 * MINUTES);
  expect(cluster.errors.map(({ code }) => code)).toEqual(['TIMINGS_TOO_TIGHT', 'TIMINGS_TOO_TIGHT']);
  await cluster.finish();
});

describe('three voters in one data centre', () => {
  test('with the default timings are warned of nothing, and shown that these fit', async () => {
    for (const seed of seeds(3)) {
      const cluster = await play(seed, { voters: 3 }, 10 * MINUTES);
      expect(cluster.errors).toEqual([]);
      const [leader] = cluster.leaders();
      expect(leader?.status()).toMatchObject({
        timings: DEFAULT_TIMINGS,
        tuning: { verdict: 'fits', recommended: { electionTimeoutMinMs: 150 } },
      });
      expect(leader?.status().measured.roundTrip.p99Ms).toBeLessThanOrEqual(4);
      await cluster.finish();
    }
  });

  test('with fifteen seconds are told once that they could do with less', async () => {
    const timings = { electionTimeoutMinMs: 15_000, electionTimeoutMaxMs: 30_000, heartbeatIntervalMs: 1_000 };
    const cluster = await play(1, { voters: 3, timings }, 60 * MINUTES);
    expect(cluster.errors.map(({ code }) => code)).toEqual(['TIMINGS_SLACK']);
    await cluster.finish();
  });

  test('whose leader stood still twice for two thirds of the lease are not called too tight: an accident is no habit', async () => {
    const cluster = await Cluster.start(1, { voters: 3, mayReport: ['EVENT_LOOP_BLOCKED'] });
    const leader = await cluster.lead('a');
    const standStill = async (): Promise<void> => {
      cluster.clockOf('a').pause();
      await cluster.run(340);
      cluster.clockOf('a').resume();
      // Until just before a heartbeat, so that nearly all of the next stop is seen.
      await cluster.run(MINUTES + 0.95 * BEAT);
    };
    await cluster.run(0.5 * BEAT);
    for (let times = 0; times < 2; times++) await standStill();
    expect(leader.status().measured.eventLoopDelay.longestMs).toBeGreaterThan(300);
    expect(leader.status().tuning.verdict).toBe('fits');
    // Twin: a third time makes it one.
    await standStill();
    expect(leader.status().tuning.verdict).toBe('tooTight');
    await cluster.finish();
  });
});
