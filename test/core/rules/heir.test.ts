// Rule 10.
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  preVoteGrant,
  preVoteRequest,
  type Subject,
  send,
  started,
  timeoutNow,
  voteGrant,
  voteRequest,
} from '../electors.js';

const beat = (round: number, heir?: string) => broadcast(heartbeat({ term: 5, leader: 'a', round, heir }));
const answer = (voter: string, round: number, priority = 1) => heartbeatResponse({ term: 5, voter, round, priority });

/** The heir that the next heartbeat names. */
function nextHeir(chief: Subject): string | undefined {
  const [effect] = chief.wakesUntil(chief.nextDeadlineMs);
  if (effect?.kind !== 'broadcast' || effect.message.kind !== 'heartbeat') throw new Error('no heartbeat is due');
  return effect.message.heir;
}

describe('rule 10: heartbeats name one voter, the heir', () => {
  test('nobody before anybody has answered', () => {
    expect(elected().wakesUntil(600)).toEqual([beat(2)]);
  });

  test('who answers', () => {
    expect(leader().wakesUntil(600)).toEqual([beat(2, 'b')]);
  });

  test('of those that answer freshest, the one with the highest priority', () => {
    const chief = elected();
    chief.hears(answer('b', 1, 3));
    chief.hears(answer('c', 1, 7));
    expect(chief.wakesUntil(600)).toEqual([beat(2, 'c')]);
  });

  test('a voter that falls behind loses it, whatever its priority', () => {
    const chief = elected();
    chief.hears(answer('b', 1, 3));
    chief.hears(answer('c', 1, 7));
    chief.wakesUntil(600);
    chief.hears(answer('b', 2, 3));
    // One round of grace: c's answer to round 2 may still be on its way.
    expect(nextHeir(chief)).toBe('c');
    chief.hears(answer('b', 3, 3));
    expect(nextHeir(chief)).toBe('b');
  });

  test('among equals it stays where it is', () => {
    const chief = elected();
    chief.hears(answer('c', 1));
    chief.wakesUntil(600);
    chief.hears(answer('b', 2));
    chief.hears(answer('c', 2));
    expect(nextHeir(chief)).toBe('c');
  });

  test('all who could take over are known, the best first', () => {
    const chief = elected();
    chief.hears(answer('c', 1, 7));
    chief.hears(answer('b', 1, 9));
    expect(chief.elector.heirs()).toEqual(['b', 'c']);
    expect(follower().elector.heirs()).toEqual([]);
  });

  test("the voter's answer carries its priority", () => {
    expect(follower({ priority: 42 }).hears(heartbeat({ term: 5, leader: 'b', round: 3 }))).toEqual([
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 3, priority: 42 })),
    ]);
  });
});

describe('rule 10: on silence', () => {
  test('the heir campaigns at electionTimeoutMin', () => {
    const heir = follower({ heir: 'a', draw: 0.99 });
    expect(heir.nextDeadlineMs).toBe(1000);
    expect(heir.wakesUntil(1000).map(({ kind }) => kind)).toEqual(['broadcast', 'stateChange', 'leaderChange']);
  });

  test('and asks nobody that has promised for longer: its own promise ends at that instant', () => {
    const heir = follower({ heir: 'a' });
    heir.wakesUntil(1000);
    expect(heir.hears(preVoteGrant({ term: 6, voter: 'c', round: 1 })).map(({ kind }) => kind)).toContain('persist');
  });

  test.each([
    [0, 1100],
    [0.5, 1350],
  ])(
    'everyone else at random after electionTimeoutMin + heartbeatInterval: when the draw is %d at %d',
    (drawn, atMs) => {
      let draw = 0;
      const node = follower({ heir: 'c', draw: () => draw });
      draw = drawn;
      node.hears(heartbeat({ term: 5, leader: 'b', round: 3, heir: 'c' }));
      expect(node.nextDeadlineMs).toBe(atMs);
    },
  );

  test('a former heir is one like everyone else', () => {
    const node = follower({ heir: 'a' });
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3, heir: 'c' }));
    expect(node.nextDeadlineMs).toBe(1100);
  });

  test('nor is one an heir that has led since', () => {
    const heir = follower({ heir: 'a' });
    heir.hears(timeoutNow({ term: 5, leader: 'b' }));
    heir.hears(voteGrant({ term: 6, voter: 'b', round: 1 }));
    heir.hears(heartbeatResponse({ term: 6, voter: 'b', round: 1 }));
    expect(heir.isLeader).toBe(true);
    heir.wakesUntil(952);
    heir.wakesUntil(heir.nextDeadlineMs);
    expect(heir.elector.state).toBe('FOLLOWER');
    expect(heir.nextDeadlineMs).toBe(heir.instant.nowMs + 600);
  });

  test('nor is one an heir that has voted for another since', () => {
    const node = follower({ heir: 'a' }).at(1000);
    node.hears(voteRequest({ term: 6, candidate: 'c' }));
    expect(node.nextDeadlineMs).toBe(1600);
  });
});

describe('rule 10: priority only ever biases time', () => {
  test('the lowest priority campaigns and leads like any other', () => {
    expect(leader({ priority: 1 }).isLeader).toBe(true);
  });

  test('a voter votes for one of lower priority than its own', () => {
    const voter = started({ priority: 255 }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'c' })).map(({ kind }) => kind)).toEqual(['persist', 'send']);
  });
});

describe('rule 10: priority 0 is a witness', () => {
  test('which votes', () => {
    const witness = started({ priority: 0 }).at(500);
    expect(witness.hears(voteRequest({ term: 5, candidate: 'c' }))).toEqual([
      { kind: 'persist', term: 5, votedFor: 'c', isNew: false },
      send('c', voteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('never campaigns on silence, but forgets the leader', () => {
    const witness = follower({ priority: 0 });
    expect(witness.wakesUntil(60_000)).toEqual([leaderKnown(undefined, 5)]);
  });

  test('nor when asked to', () => {
    expect(follower({ priority: 0 }).campaigns()).toEqual([leaderKnown(undefined, 5)]);
    expect(follower({ priority: 0 }).hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('is no heir', () => {
    const chief = elected();
    chief.hears(answer('b', 1, 0));
    expect(chief.isLeader).toBe(true);
    expect(chief.wakesUntil(600)).toEqual([beat(2)]);
    expect(chief.mayHandOver()).toBe(false);
  });

  test('and the heir among others is chosen as though it were not there, however fresh it is', () => {
    const chief = elected();
    chief.hears(answer('c', 1, 1));
    chief.wakesUntil(800);
    chief.hears(answer('b', 4, 0));
    expect(nextHeir(chief)).toBe('c');
  });
});

describe('a campaign on request', () => {
  test('asks as though the election timeout had passed', () => {
    expect(follower().at(600).campaigns()).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 1 })),
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'asked'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('is nothing to a leader', () => {
    expect(leader().campaigns()).toEqual([]);
  });
});
