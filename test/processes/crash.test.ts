// Rules 1, 5, 7, 8 and 10 in real processes over a real nats-server: members that start, and members that are killed.
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { seededRandom } from '../support/seeded-random.js';
import { CLIENTS } from './clients.js';
import { PATIENT, scenario } from './scenario.js';

describe.each(CLIENTS)('A cluster whose members use $client', ({ client }) => {
  scenario('of three new members elects one of them, and nobody reports anything', { client }, async ({ cluster }) => {
    const leader = await cluster.untilLed();
    expect(leader.leads).toBeGreaterThan(0);
    expect(withoutMachineDelays(cluster.members.flatMap(({ errors }) => errors))).toEqual([]);
  });

  scenario('of three elects another leader each time that its leader is killed', { client }, async ({ cluster }) => {
    for (let kills = 0; kills < 3; kills++) {
      const leader = await cluster.untilLed();
      const { leads: term = 0 } = leader;
      await leader.kill();
      const next = await cluster.untilLed();
      expect(next.leads).toBeGreaterThan(term);
      await cluster.start(leader.id);
    }
    expect(withoutMachineDelays(cluster.members.flatMap(({ errors }) => errors))).toEqual([]);
  });
});

describe('A cluster', () => {
  scenario('of five new members elects one of them', { ids: ['a', 'b', 'c', 'd', 'e'] }, async ({ cluster }) => {
    const leader = await cluster.untilLed();
    // Two may die: three are a quorum of five.
    await leader.kill();
    const next = await cluster.untilLed();
    await next.kill();
    await cluster.untilLed();
  });

  scenario(
    'of three keeps its leader and its term when a follower is killed and comes back',
    { timings: PATIENT },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      const { leads: term } = leader;
      const [follower] = cluster.others(leader);
      if (follower === undefined) throw new Error('the leader is alone');
      await follower.kill();
      await cluster.start(follower.id);
      expect((await cluster.untilLed()).name).toBe(leader.name);
      expect(leader.leads).toBe(term);
      expect(leader.changes.filter(({ from }) => from === 'LEADER')).toEqual([]);
    },
  );

  const seed = 20_140_806;
  scenario(
    `of three forgets no term and no vote when its members are killed at random in the middle of elections (seed ${seed})`,
    { timings: { electionTimeoutMinMs: 150, electionTimeoutMaxMs: 300, heartbeatIntervalMs: 30 } },
    async ({ cluster }) => {
      const random = seededRandom(seed);
      for (let crashes = 0; crashes < 15; crashes++) {
        // An election is a save in every member: the kill meets one in its middle, or is near it.
        const elections = cluster.leaders.map((leader) => leader.ask('stepDown', {}).catch(() => undefined));
        await setTimeout(random() * 40);
        const victim = cluster.running[Math.floor(random() * cluster.running.length)];
        if (victim === undefined) throw new Error('nobody runs');
        await victim.kill();
        await cluster.start(victim.id);
        await Promise.all(elections);
      }
      const { leads: term } = await cluster.untilLed();
      expect(term).toBeGreaterThan(5);
    },
  );
});
