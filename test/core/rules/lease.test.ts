// Rule 8; diss. 6.2 (check-quorum), 6.4.1 (leases).
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  LEASE_MS,
  leader,
  leaderKnown,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  preVoteRequest,
  Subject,
  type SubjectOptions,
  send,
  started,
  timeoutNow,
  voteGrant,
  voteRefusal,
  voteRequest,
} from '../electors.js';

const FIVE = { cluster: { name: 'test', voters: ['a', 'b', 'c', 'd', 'e'] } };

/** Of five voters: has won term 5 at 500, and nobody has answered. */
function electedOfFive(): Subject {
  const subject = preCandidate(FIVE);
  for (const voter of ['b', 'c']) subject.hears(preVoteGrant({ term: 5, voter, round: 1 }));
  for (const voter of ['b', 'c']) subject.hears(voteGrant({ term: 5, voter, round: 2 }));
  return subject;
}

const answer = (voter: string, round: number) => heartbeatResponse({ term: 5, voter, round });

describe('rule 8: heartbeats carry a round number, and voters answer with it', () => {
  test('the leader counts from 1', () => {
    const winner = elected();
    expect(winner.wakesUntil(700)).toEqual([
      broadcast(heartbeat({ term: 5, leader: 'a', round: 2 })),
      broadcast(heartbeat({ term: 5, leader: 'a', round: 3 })),
    ]);
  });

  test('the voter repeats it', () => {
    expect(follower().hears(heartbeat({ term: 5, leader: 'b', round: 17 }))).toEqual([
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 17 })),
    ]);
  });
});

describe('rule 8: LEADER is shown only once the vote is won and the lease held', () => {
  test('not with the vote alone', () => {
    const winner = elected();
    expect([winner.elector.state, winner.elector.leader, winner.isLeader]).toEqual(['CANDIDATE', undefined, false]);
  });

  test('one round trip later', () => {
    const winner = elected();
    expect(winner.at(503).hears(answer('b', 1))).toEqual([
      change('CANDIDATE', 'LEADER', 5, 'won'),
      leaderKnown('a', 5),
    ]);
    expect(winner.isLeader).toBe(true);
  });

  test('of five, when two others have answered', () => {
    const winner = electedOfFive();
    expect(winner.hears(answer('e', 1))).toEqual([]);
    expect(winner.hears(answer('e', 1))).toEqual([]);
    expect(winner.hears(answer('d', 1))).toEqual([change('CANDIDATE', 'LEADER', 5, 'won'), leaderKnown('a', 5)]);
  });

  test('not by an answer that comes after the lease that it would have given', () => {
    const winner = elected();
    expect(winner.at(953).hears(answer('b', 1))).toEqual([]);
    expect(winner.isLeader).toBe(false);
  });
});

/** b has led term 5 and named a; since 1000 a asks for pre-votes, in round 1. It draws nothing. */
function heir(options: SubjectOptions = {}): Subject {
  const subject = follower({ heir: 'a', ...options });
  subject.wakesUntil(1000);
  return subject;
}

/** It has been granted one, and asks for votes in term 6, in round 2, at 1000. */
function heirThatStands(options: SubjectOptions = {}): Subject {
  const subject = heir(options);
  subject.hears(preVoteGrant({ term: 6, voter: 'c', round: 1 }));
  return subject;
}

const promise = (voter: string) => voteGrant({ term: 6, voter, round: 2, standsBy: true });

describe('rule 8: a vote may be the promise that an answer to a heartbeat is', () => {
  test('the heir asks for it, who expects no other candidate', () => {
    expect(heir().hears(preVoteGrant({ term: 6, voter: 'c', round: 1 }))).toContainEqual(
      broadcast(voteRequest({ term: 6, candidate: 'a', round: 2, standBy: true })),
    );
  });

  test('others do not: if they lose, the votes that they got would be bound', () => {
    expect(preCandidate().hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }))).toContainEqual(
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 2, standBy: false })),
    );
  });

  test('nor does anybody in interop mode, in which there are no leases', () => {
    const plain = started({ interop: true, cluster: { name: 'test', size: 3 } });
    expect(plain.wakesUntil(1000)).toContainEqual(
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 1, standBy: false })),
    );
  });

  test('whoever has a quorum of them leads at once, from when it asked', () => {
    const winner = heirThatStands();
    expect(winner.at(1004).hears(promise('c'))).toEqual([
      broadcast(heartbeat({ term: 6, leader: 'a', round: 1 })),
      change('CANDIDATE', 'LEADER', 6, 'won'),
      leaderKnown('a', 6),
    ]);
    expect(winner.at(999 + LEASE_MS).isLeader).toBe(true);
    expect(winner.at(1000 + LEASE_MS).isLeader).toBe(false);
  });

  test('by both clocks', () => {
    const winner = heirThatStands();
    winner.at(1004).hears(promise('c'));
    expect(winner.suspended(LEASE_MS).isLeader).toBe(false);
  });

  test('answers to heartbeats prolong it, and it ends without them', () => {
    const winner = heirThatStands();
    winner.at(1004).hears(promise('c'));
    winner.at(1006).hears(heartbeatResponse({ term: 6, voter: 'c', round: 1 }));
    expect(winner.at(1003 + LEASE_MS).isLeader).toBe(true);
    expect(winner.wakesUntil(1005 + LEASE_MS)).toContainEqual(change('LEADER', 'FOLLOWER', 6, 'leaseExpired'));
  });

  test('with votes that promise nothing it waits for the answers', () => {
    const winner = heirThatStands();
    expect(winner.at(1004).hears(voteGrant({ term: 6, voter: 'c', round: 2 }))).toEqual([
      broadcast(heartbeat({ term: 6, leader: 'a', round: 1 })),
    ]);
    expect(winner.isLeader).toBe(false);
    expect(winner.at(1006).hears(heartbeatResponse({ term: 6, voter: 'c', round: 1 }))).toContainEqual(
      change('CANDIDATE', 'LEADER', 6, 'won'),
    );
  });

  test('of five, two others have to promise: one that only votes is not enough', () => {
    const winner = heir(FIVE);
    for (const voter of ['c', 'd']) winner.hears(preVoteGrant({ term: 6, voter, round: 1 }));
    winner.at(1003).hears(promise('c'));
    winner.hears(promise('c'));
    winner.hears(voteGrant({ term: 6, voter: 'd', round: 2 }));
    expect([winner.elector.state, winner.isLeader]).toEqual(['CANDIDATE', false]);
    const other = heir(FIVE);
    for (const voter of ['c', 'd']) other.hears(preVoteGrant({ term: 6, voter, round: 1 }));
    for (const voter of ['c', 'd']) other.hears(promise(voter));
    expect(other.isLeader).toBe(true);
  });

  test('not where the answers to heartbeats would take too long to prolong it, and so make it lead for a moment', () => {
    // What is left has to outlast an answer that takes as long as the votes did, and one lost heartbeat.
    const limitMs = (LEASE_MS - 100) / 2;
    const slow = heirThatStands();
    slow.at(1001 + limitMs).hears(promise('c'));
    expect(slow.isLeader).toBe(false);
    const quick = heirThatStands();
    quick.at(999 + limitMs).hears(promise('c'));
    expect(quick.isLeader).toBe(true);
  });

  test('one that leads by votes alone may hand over to who gave them', () => {
    const winner = heirThatStands();
    winner.at(1004).hears(promise('c'));
    expect([winner.mayHandOver(), winner.mayHandOver('c'), winner.mayHandOver('b')]).toEqual([true, true, false]);
    expect(winner.stepsDown()).toContainEqual(send('c', timeoutNow({ term: 6, leader: 'a' })));
  });

  test('the voter keeps it as one to a leader: no vote for anybody for electionTimeoutMin', () => {
    const voter = started().at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b', standBy: true }))).toContainEqual(
      send('b', voteGrant({ term: 5, voter: 'a', standsBy: true })),
    );
    expect(voter.at(999).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.hears(voteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.at(1000).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 6, voter: 'a' })),
    ]);
  });

  test('and says it again when it is asked again, as the answer may have been lost; it binds for no longer', () => {
    const voter = started().at(500);
    const request = voteRequest({ term: 5, candidate: 'b', standBy: true });
    voter.hears(request);
    expect(voter.at(530).hears(request)).toEqual([send('b', voteGrant({ term: 5, voter: 'a', standsBy: true }))]);
    expect(voter.at(1000).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 6, voter: 'a' })),
    ]);
  });

  test('what was no promise at first is none when it is asked again', () => {
    const voter = new Subject({ isNew: true, term: 0 });
    voter.start();
    const request = voteRequest({ term: 1, candidate: 'b', standBy: true });
    voter.at(1000).hears(request);
    // From now on its log is one like any other; the vote was given before.
    voter.wakes();
    expect(voter.at(1015).hears(request)).toEqual([send('b', voteGrant({ term: 1, voter: 'a' }))]);
  });

  test('another process of that candidate does not get it: the first may lead by this vote, unheard', () => {
    const voter = started().at(500);
    voter.hears(voteRequest({ term: 5, candidate: 'b', standBy: true }));
    const other = voteRequest({ term: 5, candidate: 'b', standBy: true, incarnation: 2002 });
    expect(voter.at(501).hears(other)).toEqual([send('b', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 499 }))]);
    expect(voter.at(1000).hears(other)).toEqual([send('b', voteRefusal({ term: 5, voter: 'a' }))]);
  });

  test('nor does a witness give it: who leads by votes alone may have to hand over to who gave them', () => {
    const voter = started({ priority: 0 }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b', standBy: true }))).toContainEqual(
      send('b', voteGrant({ term: 5, voter: 'a' })),
    );
  });

  test('a voter that is not asked for it votes and promises nothing', () => {
    const voter = started().at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b' }))).toContainEqual(
      send('b', voteGrant({ term: 5, voter: 'a' })),
    );
    expect(voter.at(501).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 6, voter: 'a' })),
    ]);
  });

  test('nor does one whose log may stand in for a lost one, as with a heartbeat', () => {
    const voter = new Subject({ isNew: true, term: 0 });
    voter.start();
    expect(voter.at(1000).hears(voteRequest({ term: 1, candidate: 'b', standBy: true }))).toContainEqual(
      send('b', voteGrant({ term: 1, voter: 'a' })),
    );
  });

  test('an outgoing leader passes it, as it does any promise', () => {
    const voter = started().at(500);
    voter.hears(voteRequest({ term: 5, candidate: 'b', standBy: true }));
    expect(voter.at(501).hears(voteRequest({ term: 6, candidate: 'c', transfer: true, standBy: true }))).toContainEqual(
      send('c', voteGrant({ term: 6, voter: 'a', standsBy: true })),
    );
  });
});

describe('rule 8: the lease is counted from when the newest round that a quorum answered was sent', () => {
  test('not from when the answer came', () => {
    const winner = elected();
    winner.at(900).hears(answer('b', 1));
    expect(winner.elector.leaseLeftMs(winner.instant)).toBeCloseTo(500 + LEASE_MS - 900, 3);
  });

  test('it lasts electionTimeoutMin * (1 - drift) / (1 + drift)', () => {
    expect(LEASE_MS).toBe((500 * 0.95) / 1.05);
    const chief = leader();
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(LEASE_MS, 3);
  });

  test('an answer to a newer round prolongs it, to an older one it does not', () => {
    const chief = leader();
    chief.wakesUntil(700);
    chief.hears(answer('b', 3));
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(LEASE_MS, 3);
    chief.hears(answer('c', 2));
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(LEASE_MS, 3);
  });

  test('of five, the second newest answer counts: the newest that a quorum, the leader included, has reached', () => {
    const winner = electedOfFive();
    winner.wakesUntil(800);
    winner.hears(answer('b', 4));
    winner.hears(answer('c', 2));
    expect(winner.elector.leaseLeftMs(winner.instant)).toBeCloseTo(600 + LEASE_MS - 800, 3);
    winner.hears(answer('d', 3));
    expect(winner.elector.leaseLeftMs(winner.instant)).toBeCloseTo(700 + LEASE_MS - 800, 3);
  });

  test.each([
    ['a round that was never sent', heartbeatResponse({ term: 5, voter: 'b', round: 2 })],
    ['a round below the first', heartbeatResponse({ term: 5, voter: 'b', round: 0 })],
    ['another term', heartbeatResponse({ term: 4, voter: 'b', round: 1 })],
  ])('an answer to %s gives none', (_name, message) => {
    const winner = elected();
    expect(winner.hears(message)).toEqual([]);
    expect(winner.isLeader).toBe(false);
  });

  test('an answer from an unlisted voter gives none', () => {
    const winner = elected();
    expect(winner.hears(answer('x', 1)).map(({ kind }) => kind)).toEqual(['report']);
    expect(winner.isLeader).toBe(false);
  });

  test('a leader of one holds it by its own heartbeats', () => {
    const alone = leader({ cluster: { name: 'test', voters: ['a'] } });
    alone.wakesUntil(500);
    expect(alone.isLeader).toBe(true);
    alone.wakesUntil(60_000);
    expect(alone.isLeader).toBe(true);
    expect(alone.elector.term).toBe(5);
  });
});

describe('rule 8: leadership stops at the instant the lease runs out', () => {
  test('first by the clock at every question', () => {
    const chief = leader();
    expect(chief.at(952.38).isLeader).toBe(true);
    expect(chief.at(500 + LEASE_MS).isLeader).toBe(false);
    expect(chief.elector.leaseLeftMs(chief.instant)).toBe(0);
  });

  test('then by event, at that very deadline', () => {
    const chief = leader();
    expect(chief.wakesUntil(952).map(({ kind }) => kind)).toEqual(['broadcast', 'broadcast', 'broadcast', 'broadcast']);
    expect(chief.nextDeadlineMs).toBe(500 + LEASE_MS);
    expect(chief.at(chief.nextDeadlineMs).wakes()).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'leaseExpired'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('and nothing that arrives late brings it back: the loss is told first', () => {
    const chief = leader();
    chief.wakesUntil(900);
    expect(chief.at(1100).hears(answer('b', 5))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'leaseExpired'),
      leaderKnown(undefined, 5),
    ]);
    expect(chief.isLeader).toBe(false);
  });

  test('check-quorum is the same thing (diss. 6.2): a leader that hears no quorum stops by itself', () => {
    const chief = leader();
    chief.wakesUntil(2000);
    expect(chief.elector.state).toBe('PRE_CANDIDATE');
  });
});

describe('rule 8: a lease also ends if wall time says that it has', () => {
  test('after a suspension in which the monotonic clock stood still', () => {
    const chief = leader().at(510);
    expect(chief.suspended(442).isLeader).toBe(true);
    expect(chief.suspended(1).isLeader).toBe(false);
    expect(chief.wakes()).toEqual([change('LEADER', 'FOLLOWER', 5, 'leaseExpired'), leaderKnown(undefined, 5)]);
  });

  test('and what is left of it is what the clock that is ahead leaves: a suspension is no gift to who reckons by it', () => {
    const chief = leader().at(510).suspended(300);
    expect(chief.isLeader).toBe(true);
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(LEASE_MS - 310, 3);
    // A wall clock that was set back prolongs nothing.
    expect(chief.suspended(-300).elector.leaseLeftMs(chief.instant)).toBeCloseTo(LEASE_MS - 10, 3);
  });

  test('an answer that was on its way meanwhile gives no lease', () => {
    const winner = elected().suspended(1000);
    expect(winner.hears(answer('b', 1))).toEqual([]);
    expect(winner.isLeader).toBe(false);
  });

  test('the next round does, in the same term', () => {
    const winner = elected().suspended(1000);
    winner.wakesUntil(600);
    winner.hears(answer('b', 2));
    expect(winner.isLeader).toBe(true);
  });

  test("voters' promises use the monotonic clock alone: a suspension does not shorten one", () => {
    const voter = follower().suspended(100_000).at(999);
    expect(voter.hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
  });
});
