// `npm run chaos` as a stranger runs it: real processes, real servers, real faults, a short while. What it finds, it
// finds by the seed that it prints; the faults come again with it, real time does not.
import { describe, expect, test, vi } from 'vitest';
import { ChaosProcess } from './chaos-process.js';
import { LEADER, type Transport } from './fault.js';
import { drawCast, drawSchedule } from './schedule.js';

vi.setConfig({ testTimeout: 240_000 });

/** Long enough for most kinds of faults to come up. */
const MINUTES = 0.4;
/** Long enough for an election meanwhile: one who believes that it still leads is then wrong. */
const WELL_PAST_THE_LEASE_MS = 1800;

/** The first seed that stops leaders well past their lease often. */
function seedOfLongPauses(transport: Transport): number {
  for (let seed = 0; ; seed++) {
    const faults = drawSchedule(drawCast({ transport, seed }), { seed, lengthMs: MINUTES * 60_000 * 0.8 });
    const pauses = faults.filter(
      ({ action, durationMs }) =>
        action.kind === 'pause' && action.member === LEADER && durationMs > WELL_PAST_THE_LEASE_MS,
    );
    if (pauses.length >= 3) return seed;
  }
}

describe('Chaos', () => {
  test.concurrent.each([
    { transport: 'nats', over: 'three nats-servers', kinds: /SIGKILL of s\d|SIGSTOP of s\d|restart of s\d/ },
    { transport: 'http', over: 'plain HTTP', kinds: /SIGKILL of/ },
  ] as const)(
    'over $over, five processes never have two leaders, and have one when all is well again',
    async ({ transport, kinds }) => {
      await using chaos = await ChaosProcess.start(['--transport', transport, '--minutes', String(MINUTES)]);
      expect(await chaos.end(), chaos.output).toBe(0);
      const { violations, counts, faults, availability } = await chaos.report();
      expect(violations).toEqual([]);
      // A run that was idle shows nothing.
      expect(faults.filter(({ skipped }) => skipped === undefined).length).toBeGreaterThan(15);
      expect(faults.map(({ what }) => what).join('\n')).toMatch(kinds);
      expect(counts['elections']).toBeGreaterThan(0);
      expect(counts['writesTaken']).toBeGreaterThan(10);
      expect(counts['answers']).toBeGreaterThan(1_000);
      expect(availability.share).toBeGreaterThan(0);
      expect(await chaos.picture()).toContain('no violation');
      expect(await chaos.leftovers()).toEqual([]);
    },
  );

  test('twin: members that trust events, a register without a guard and a member killed by a stranger are caught', async () => {
    const seed = seedOfLongPauses('nats');
    const args = ['--transport', 'nats', '--minutes', String(MINUTES), '--seed', String(seed), '--trust-events'];
    await using chaos = await ChaosProcess.start(args);
    await chaos.prints(/faults follow/);
    const [stranger] = await chaos.memberPids();
    if (stranger === undefined) throw new Error('there is no member');
    process.kill(stranger, 'SIGKILL');
    expect(await chaos.end(), chaos.output).toBe(1);
    const { violations, crashes } = await chaos.report();
    expect(crashes).toEqual([expect.stringMatching(/^[a-e]#\d+ ended by itself, with SIGKILL$/)]);
    expect(violations).toContainEqual(expect.stringMatching(/ lead at one instant$/));
    expect(violations).toContainEqual(expect.stringMatching(/^the register took token \d+ of .* after \d+ of /));
    expect(chaos.output).toContain(`npm run chaos -- ${args.join(' ')}\n`);
    expect(await chaos.picture()).toMatch(/\d VIOLATIONS, the first/);
  });

  test('that is broken off ends what it started: servers, members that stand still, the full disk', async () => {
    await using chaos = await ChaosProcess.start(['--minutes', '5', '--seed', '1']);
    await chaos.prints(/faults follow/);
    chaos.signal('SIGINT');
    expect(await chaos.end(), chaos.output).toBe(130);
    expect(await chaos.leftovers()).toEqual([]);
  });

  test('without a nats-server says why and that it could not run; over HTTP it needs none', async () => {
    const none = { GRAFT_NATS_SERVER: process.execPath };
    await using chaos = await ChaosProcess.start(['--minutes', '0.4'], none);
    expect(await chaos.end()).toBe(2);
    expect(chaos.output).toMatch(/GRAFT_NATS_SERVER is .*: that is no nats-server that runs/);
    await using overHttp = await ChaosProcess.start(['--transport', 'http', '--minutes', '5'], none);
    await overHttp.prints(/faults follow/);
    overHttp.signal('SIGTERM');
    expect(await overHttp.end()).toBe(143);
  });

  test('with an option that is none says which there are', async () => {
    await using chaos = await ChaosProcess.start(['--transport', 'smoke']);
    expect(await chaos.end()).toBe(3);
    expect(chaos.output).toMatch(/--transport is smoke.*--trust-events/s);
  });
});
