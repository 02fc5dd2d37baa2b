// Rule 8 in real processes over a real nats-server: a leader that stands still does not know it, and answers by the clock.
import { describe, expect } from 'vitest';
import { CLIENTS } from './clients.js';
import { nowUs } from './clock.js';
import { overlaps, spansOfAnswers, spansOfEvents } from './history.js';
import { scenario } from './scenario.js';

/** Past the lease of 452 ms, and long enough for the others to elect. */
const BLOCK_MS = 600;

describe('A leader of three that is stopped (SIGSTOP) past its lease', () => {
  scenario(
    'never answers again that it leads that term, while one that trusts events would',
    {},
    async ({ cluster }) => {
      for (let stops = 0; stops < 3; stops++) {
        const stale = await cluster.untilLed();
        const { leads: term } = stale;
        stale.freeze();
        await cluster.untilLed();
        const thawedUs = nowUs();
        stale.thaw();
        await cluster.untilLed();
        expect(stale.claims(term, thawedUs)).toEqual([]);
        expect(stale.leads).not.toBe(term);
      }
      expect(overlaps(cluster.members.flatMap(spansOfAnswers))).toEqual([]);
      // The twin: what holds by the clock does not hold by the last event, which cannot be told to one that stands still.
      expect(overlaps(cluster.members.flatMap(spansOfEvents))).not.toEqual([]);
    },
  );
});

describe.each(CLIENTS)(`An event loop that is blocked for ${BLOCK_MS} ms, over $client`, ({ client }) => {
  scenario(
    'in the leader of three: its first answer after that is no, before any event',
    { client },
    async ({ cluster }) => {
      const leader = await cluster.untilLed();
      await leader.ask('block', { ms: BLOCK_MS });
      const blocked = leader.entries.findIndex(({ kind }) => kind === 'blocked');
      expect(leader.entries[blocked + 1]).toMatchObject({ kind: 'answer' });
      expect(leader.entries[blocked + 1]).not.toHaveProperty('term');
      await cluster.until('the loss is told', () => leader.changes.some(({ reason }) => reason === 'leaseExpired'));
    },
  );

  scenario('in a follower of three: makes no election, each of five times', { client }, async ({ cluster }) => {
    const leader = await cluster.untilLed();
    const [follower] = cluster.others(leader);
    if (follower === undefined) throw new Error('the leader is alone');
    const { leads: term } = leader;
    const changes = follower.changes.length;
    for (let blocks = 0; blocks < 5; blocks++) {
      await follower.ask('block', { ms: BLOCK_MS });
      expect(await follower.ask('status', {})).toMatchObject({ state: 'FOLLOWER', leader: leader.id, term });
    }
    expect(follower.changes.slice(changes)).toEqual([]);
    expect(leader.leads).toBe(term);
  });
});
