// Rules 2 to 4, DESIGN section 4 (subjects, names): who shares a nats-server with a cluster cannot disturb it.
import { connect } from 'nats';
import { describe, expect } from 'vitest';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { HOSTILE_PAYLOADS } from './hostile-payloads.js';
import { PATIENT, scenario } from './scenario.js';

const permissions = `
  authorization {
    users = [{
      user: orders
      password: secret
      permissions: { publish: "graft.orders.>", subscribe: "graft.orders.>" }
    }]
  }`;
const credentials = { user: 'orders', pass: 'secret' };

describe('Two clusters with the same ids on one server', () => {
  scenario(
    'elect each its own leader, and one is not touched by a kill in the other',
    {},
    async ({ cluster, startCluster }) => {
      const other = await startCluster({ name: 'orders.archive', timings: PATIENT });
      const untouched = await other.untilLed();
      const { leads: term } = untouched;
      for (let kills = 0; kills < 2; kills++) {
        const leader = await cluster.untilLed();
        await leader.kill();
        await cluster.untilLed();
        await cluster.start(leader.id);
      }
      expect((await other.untilLed()).name).toBe(untouched.name);
      expect(untouched.leads).toBe(term);
      expect(withoutMachineDelays([...cluster.members, ...other.members].flatMap(({ errors }) => errors))).toEqual([]);
    },
  );
});

describe('A server that asks for user and password and grants graft.<cluster>.> alone', () => {
  const options = { serverConfig: permissions, connection: credentials };

  scenario('is enough to elect, to hand over and to fail over, with nothing reported', options, async ({ cluster }) => {
    const first = await cluster.untilLed();
    await first.ask('stepDown', {});
    const second = await cluster.untilLed();
    await second.kill();
    await cluster.untilLed();
    expect(withoutMachineDelays(cluster.members.flatMap(({ errors }) => errors))).toEqual([]);
  });

  scenario(
    'refuses a member of another cluster, and a member with another password',
    { ...options, timings: PATIENT },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      expect(await cluster.startRefused('a', { name: 'invoices', log: 'invoices-a' })).toMatchObject({
        code: 'DRIVER_FAILED',
        message: expect.stringContaining('graft.invoices.'),
      });
      // The client's own error: the member never got as far as the driver.
      expect(
        await cluster.startRefused('a', { log: 'guess-a', connection: { ...credentials, pass: 'guess' } }),
      ).toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
      expect((await cluster.untilLed()).name).toBe(leader.name);
    },
  );
});

describe('A cluster of three', () => {
  scenario(
    'keeps its leader and its term under hostile payloads on all of its subjects',
    { timings: PATIENT },
    async ({ cluster, server }) => {
      const leader = await cluster.untilLed();
      const { leads: term } = leader;
      const stranger = await connect({ servers: server.url });
      const kinds = ['vote_response', 'heartbeat_response', 'timeout_now'];
      const subjects = [
        ...['heartbeat', 'vote_request', 'pre_vote_request'],
        ...cluster.members.flatMap(({ id }) => kinds.map((kind) => `${id}.${kind}`)),
      ];
      for (let rounds = 0; rounds < 20; rounds++) {
        for (const subject of subjects) {
          for (const payload of HOSTILE_PAYLOADS) stranger.publish(`graft.${cluster.name}.${subject}`, payload);
        }
        await stranger.flush();
        // Nonsense is to be survived, not a flood of it: whoever may publish here could drown any subscriber.
        await Promise.all(cluster.running.map((member) => member.ask('status', {})));
      }
      await stranger.close();
      const reported = ['MALFORMED_MESSAGE', 'PLAIN_GRAFT_PEER', 'UNLISTED_VOTER'];
      await cluster.until('all have reported each kind of nonsense', () =>
        cluster.members.every(({ errorCodes }) => reported.every((code) => errorCodes.has(code))),
      );
      expect((await cluster.untilLed()).name).toBe(leader.name);
      expect(leader.leads).toBe(term);
      expect(cluster.members.flatMap(({ changes }) => changes.filter(({ from }) => from === 'LEADER'))).toEqual([]);
      for (const { errors } of cluster.members) {
        const codes = new Set(withoutMachineDelays(errors).map(({ code }) => code));
        expect([...codes].sort()).toEqual(reported);
      }
    },
  );
});
