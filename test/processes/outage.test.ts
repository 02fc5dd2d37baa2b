// Rules 7 and 8 in real processes over a real nats-server that dies, stands still, or is missed for good.
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { nowUs } from './clock.js';
import type { Cluster } from './cluster.js';
import { spansOfAnswers } from './history.js';
import { scenario } from './scenario.js';

/** At the default timings (rule 8). */
const LEASE_US = 452_381;
const FREEZE_MS = 3000;

/** When the last answer was given that anybody led. */
function lastAnswerUs({ members }: Cluster): number {
  return Math.max(...members.flatMap(spansOfAnswers).map(({ untilUs }) => untilUs));
}

describe('A cluster of three', () => {
  scenario(
    'has no leader a lease after its nats-server was killed, and one when it is back',
    {},
    async ({ cluster, server }) => {
      for (let outages = 1; outages <= 2; outages++) {
        const { leads: term = 0 } = await cluster.untilLed();
        await server.kill();
        const killedUs = nowUs();
        await cluster.until('nobody leads', () => cluster.leaders.length === 0);
        expect(lastAnswerUs(cluster)).toBeLessThan(killedUs + LEASE_US);
        await cluster.until('all have noticed', () =>
          cluster.members.every(({ errors }) => withoutMachineDelays(errors).length === outages),
        );
        await server.restart();
        expect((await cluster.untilLed()).leads).toBeGreaterThan(term);
      }
      const errors = withoutMachineDelays(cluster.members.flatMap((member) => member.errors));
      expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['DRIVER_DISCONNECTED']));
    },
  );

  scenario(
    `has no leader a lease after its nats-server froze, and one leader when ${FREEZE_MS} ms later all that was said comes late`,
    {},
    async ({ cluster, server }) => {
      const { leads: term = 0 } = await cluster.untilLed();
      await server.freeze();
      const frozenUs = nowUs();
      await setTimeout(FREEZE_MS);
      expect(cluster.leaders).toEqual([]);
      expect(lastAnswerUs(cluster)).toBeLessThan(frozenUs + LEASE_US);
      server.thaw();
      expect((await cluster.untilLed()).leads).toBeGreaterThan(term);
      expect(withoutMachineDelays(cluster.members.flatMap(({ errors }) => errors))).toEqual([]);
    },
  );

  scenario(
    'whose clients give up for good says so, leads no more, and leads again when it is started anew',
    { connection: { maxReconnectAttempts: 2, reconnectTimeWait: 50 } },
    async ({ cluster, server }) => {
      const leader = await cluster.untilLed();
      await server.kill();
      await cluster.until('all have given up', () =>
        cluster.members.every(({ errors }) => errors.some(({ message }) => message.includes('gave up for good'))),
      );
      await cluster.until('nobody leads', () => cluster.leaders.length === 0);
      expect(leader.changes.find(({ from }) => from === 'LEADER')).toMatchObject({ reason: 'leaseExpired' });

      await server.restart();
      for (const member of cluster.running) {
        expect(await member.terminate()).toEqual({ by: 'exit', code: 0 });
        await cluster.start(member.id);
      }
    },
  );
});
