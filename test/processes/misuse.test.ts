// Rules 3 and 4 in real processes over a real nats-server: more processes than there should be.
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { decodeLog } from '../../src/log/image.js';
import type { Member } from './member.js';
import { PATIENT, scenario } from './scenario.js';

/** Several election timeouts: whoever could lead would have begun to. */
const WATCH_MS = 3000;

async function voteOf({ log }: Member): Promise<string | undefined> {
  return decodeLog(await readFile(log), log).votedFor;
}

describe('A cluster of three', () => {
  scenario(
    'lets neither of two processes with one id lead or vote, until one of them is killed',
    {},
    async ({ cluster }) => {
      const former = await cluster.untilLed();
      const twin = await cluster.start(former.id, { log: 'twin' });
      await cluster.until('both have said so', () =>
        [former, twin].every(({ errorCodes }) => errorCodes.has('DUPLICATE_ID')),
      );
      // The error may be read before what comes of it has been written.
      const loss = await cluster.until('the loss is told', () => former.changes.find(({ from }) => from === 'LEADER'));
      expect(loss).toMatchObject({ reason: 'duplicateId' });
      const leader = await cluster.untilLed();
      expect(leader.id).not.toBe(former.id);

      // Of three voters one is dead and one in doubt: no quorum, were all the processes of that id to vote for the third.
      await leader.kill();
      const votes = await Promise.all([former, twin].map(voteOf));
      await setTimeout(WATCH_MS);
      expect(cluster.leaders).toEqual([]);
      expect(await Promise.all([former, twin].map(voteOf))).toEqual(votes);

      // With the former gone its twin takes part again: of the two voters alive both are needed.
      await former.kill();
      const [third] = cluster.others(twin);
      expect([twin.name, third?.name]).toContain((await cluster.untilLed()).name);
      await cluster.start(leader.id);
    },
  );

  scenario(
    'refuses a second process with the log of a member, and names the first',
    { timings: PATIENT },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      const { leads: term } = leader;
      for (const owner of cluster.members.slice()) {
        expect(await cluster.startRefused(owner.id)).toMatchObject({
          code: 'LOG_LOCKED',
          message: expect.stringContaining(`process ${owner.pid} `),
        });
      }
      expect((await cluster.untilLed()).name).toBe(leader.name);
      expect(leader.leads).toBe(term);
    },
  );
});

describe('A cluster of size 3', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];

  scenario(
    'has no leader while five processes run, and one when two are stopped',
    { ids, size: 3 },
    async ({ cluster }) => {
      await cluster.until('all have said so', () =>
        cluster.members.every(({ errorCodes }) => errorCodes.has('TOO_MANY_VOTERS')),
      );
      // Some of them may have led before they heard of the last one.
      await cluster.until('nobody leads', () => cluster.leaders.length === 0);
      await setTimeout(WATCH_MS);
      expect(cluster.leaders).toEqual([]);
      await Promise.all(cluster.members.slice(0, 2).map((member) => member.terminate()));
      await cluster.untilLed();
    },
  );

  scenario(
    'loses its leader when two more processes join, and has one when they are killed',
    { size: 3 },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      const surplus = await Promise.all(['d', 'e'].map((id) => cluster.start(id)));
      await cluster.until('all have said so', () =>
        cluster.members.every(({ errorCodes }) => errorCodes.has('TOO_MANY_VOTERS')),
      );
      const loss = await cluster.until('the loss is told', () => leader.changes.find(({ from }) => from === 'LEADER'));
      expect(loss).toMatchObject({ reason: 'tooManyVoters' });
      expect(cluster.leaders).toEqual([]);
      await Promise.all(surplus.map((member) => member.kill()));
      await cluster.untilLed();
    },
  );
});
