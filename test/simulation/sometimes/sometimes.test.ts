// What runs of many worlds are asked to have seen: each is counted when it happens, and not in a world where little does.
import { describe, expect, test } from 'vitest';
import { allSometimes } from '../../../src/testing/simulation/sometimes/index.js';
import {
  heartbeat,
  heartbeatResponse,
  preVoteRefusal,
  timeoutNow,
  voteRefusal,
  voteRequest,
} from '../../core/electors.js';
import { HandMadeWorld, planOf } from '../invariants/hand-made-world.js';

type Story = (world: HandMadeWorld) => unknown;

/** How often each of them happened. */
function countsOf(story: Story): ReadonlyMap<string, number> {
  const counters = allSometimes();
  const counting = {
    name: 'counting',
    kind: 'safety',
    source: '',
    hears: [...new Set(counters.flatMap(({ hears }) => hears))],
    observe: (event: Parameters<HandMadeWorld['tells']>[0], world: HandMadeWorld) => {
      for (const counter of counters) if (counter.hears.includes(event.kind)) counter.hear(event, world);
      return undefined;
    },
  } as const;
  story(new HandMadeWorld(planOf(), counting));
  return new Map(counters.map(({ name, count }) => [name, count]));
}

const STORIES: Readonly<Record<string, Story>> = {
  'the heir is elected': (world) =>
    world.sends('n0', 'n1', heartbeat({ leader: 'n0', term: 3, heir: 'n1' })).gains('n1', 4),
  'leadership is handed over': (world) => world.asksForVote('n1', 'n2', 4, { transfer: true }).gains('n1', 4),
  'TimeoutNow is lost': (world) =>
    world.tells({ kind: 'lost', from: 'n0', to: 'n1', message: timeoutNow({ leader: 'n0', term: 3 }) }),
  'a hand-over turns to another heir': (world) =>
    world.timesOut('n0', 'n1', 3).timesOut('n0', 'n1', 3).timesOut('n0', 'n2', 3),
  'leadership is given up and nobody takes it': (world) =>
    world.tells({ kind: 'callEnded', by: 'n0', call: 'transfer', outcome: 'NO_SUCCESSOR' }),
  'two campaign in one term': (world) => world.asksForVote('n0', 'n1', 3).asksForVote('n2', 'n1', 3),
  'a candidacy runs out': (world) =>
    world.changes('n0', { from: 'CANDIDATE', to: 'PRE_CANDIDATE', term: 3, reason: 'electionTimeout' }),
  'a candidate follows the winner': (world) =>
    world.changes('n0', { from: 'CANDIDATE', to: 'FOLLOWER', term: 3, reason: 'heardLeader' }),
  'a pre-vote is refused': (world) => world.sends('n1', 'n0', preVoteRefusal({ voter: 'n1', term: 3 })),
  'a vote is refused for a leader that was heard': (world) =>
    world.sends('n1', 'n0', voteRefusal({ voter: 'n1', term: 3, retryAfterMs: 20 })),
  'a candidate is refused for its position': (world) => world.tells({ kind: 'positionRefused', by: 'n1' }),
  'a voter with a replaced disk waits': (world) =>
    world.happens('diskReplaced', 'n1').sends('n1', 'n0', voteRefusal({ voter: 'n1', term: 3, retryAfterMs: 700 })),
  'a lease runs out': (world) => world.gains('n0', 3).loses('n0', 3),
  'a lease runs out while its leader stands still': (world) =>
    world.gains('n0', 3).happens('stopped', 'n0').at(900).happens('resumed', 'n0').loses('n0', 3),
  'a lease is ended by wall time': (world) =>
    world.gains('n0', 3).tells({ kind: 'wallClockSet', by: 'n0', ms: 900 }).at(50).loses('n0', 3),
  'a newer term deposes a leader': (world) => world.gains('n0', 3).loses('n0', 3, { reason: 'newerTerm', now: 4 }),
  'a stale leader is told of a newer term': (world) =>
    world.sends('n1', 'n0', heartbeatResponse({ voter: 'n1', term: 4, round: 0 })),
  'a vote is won and no lease comes of it': (world) =>
    world.beats('n0', 'n1', 3, 1).changes('n0', { from: 'CANDIDATE', to: 'FOLLOWER', term: 3, reason: 'newerTerm' }),
  'a node outlives a write that fails': (world) => world.tells({ kind: 'saveFailed', by: 'n1' }).writes('n1', 3),
  'a failed write ends a candidacy': (world) =>
    world.changes('n0', { from: 'CANDIDATE', to: 'FOLLOWER', term: 3, reason: 'persistFailed' }),
  'a vote is written and its process dies before it is sent': (world) =>
    world.writes('n1', 3, 'n0').happens('crashed', 'n1'),
  'a vote is given again after a restart': (world) =>
    world.votes('n1', 'n0', 3).happens('crashed', 'n1').happens('started', 'n1').votes('n1', 'n0', 3),
  'what was held arrives in one burst': (world) => {
    for (let round = 1; round <= 12; round++) world.beats('n0', 'n1', 3, round);
  },
  'a message arrives from a term long gone': (world) =>
    world
      .shows('n1', { term: 5 })
      .tells({ kind: 'delivered', from: 'n0', to: 'n1', message: voteRequest({ candidate: 'n0', term: 3 }) }),
  'a crowd is seen': (world) => world.tells({ kind: 'error', by: 'n1', code: 'TOO_MANY_VOTERS', text: 'four' }),
};

describe('what happens in a world is counted', () => {
  test.each(Object.entries(STORIES))('%s', (name, story) => {
    expect(countsOf(story).get(name)).toBe(1);
  });

  test('and there is a story for each', () => {
    expect(Object.keys(STORIES).sort()).toEqual(
      allSometimes()
        .map(({ name }) => name)
        .sort(),
    );
  });
});

test('of an election without trouble, nothing is counted', () => {
  const counts = countsOf((world) => {
    world.happens('started', 'n0').happens('started', 'n1').writes('n0', 3, 'n0');
    world.asksForPreVote('n0', 'n1', 3).preVotes('n1', 'n0', 3).asksForVote('n0', 'n1', 3).writes('n1', 3, 'n0');
    world.votes('n1', 'n0', 3).beats('n0', 'n1', 3, 1).answers('n1', 'n0', 3, 1).gains('n0', 3);
    world.at(100).beats('n0', 'n1', 3, 2).answers('n1', 'n0', 3, 2).happens('crashed', 'n1');
    world.changes('n0', { from: 'LEADER', to: 'FOLLOWER', term: 3, reason: 'steppedDown' });
  });
  expect([...counts].filter(([, count]) => count > 0)).toEqual([]);
});
