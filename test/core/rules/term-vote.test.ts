// Rule 1; diss. 3.3 (terms), 3.4 (elections), 3.8 (what is durable).
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  persist,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  preVoteRequest,
  send,
  started,
  voteGrant,
  voteRefusal,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

describe('rule 1: at most one vote a term', () => {
  test('the first that asks gets it', () => {
    const voter = started().at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b', round: 7 }))).toEqual([
      persist(5, 'b'),
      send('b', voteGrant({ term: 5, voter: 'a', round: 7 })),
    ]);
  });

  test('another candidate of the same term is refused', () => {
    const voter = started({ term: 5, votedFor: 'b' }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'c', round: 9 }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
    expect(voter.elector.votedFor).toBe('b');
  });

  test('the same candidate gets the same answer again, and nothing is written for it', () => {
    const voter = started({ term: 5, votedFor: 'b' }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b', round: 7 }))).toEqual([
      send('b', voteGrant({ term: 5, voter: 'a', round: 7 })),
    ]);
  });

  test('a term whose leader was heard has no vote left, not even for that leader: it has lost its log', () => {
    const voter = follower({ leader: 'b' }).at(2000);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b', round: 7, incarnation: 99 }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a', round: 7 })),
    ]);
    expect(voter.hears(preVoteRequest({ term: 5, candidate: 'b', round: 8, incarnation: 99 }))).toEqual([
      send('b', preVoteRefusal({ term: 5, voter: 'a', round: 8 })),
    ]);
  });

  test('a candidate, whose vote is its own, refuses another candidate of its term', () => {
    const asker = candidate();
    expect(asker.hears(voteRequest({ term: 5, candidate: 'b', round: 9 }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
  });

  test('one that has won, and has no lease yet, refuses another candidate of its term', () => {
    expect(elected().hears(voteRequest({ term: 5, candidate: 'c', round: 9 }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
  });

  test('a request of an old term is refused, with the term that the asker has missed', () => {
    const voter = started({ term: 5 }).at(500);
    expect(voter.hears(voteRequest({ term: 4, candidate: 'b', round: 9 }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
  });
});

describe('rule 1: a vote is durable before anyone can see it', () => {
  test('persist comes before the grant', () => {
    const kinds = started()
      .at(500)
      .hears(voteRequest({ term: 5 }))
      .map(({ kind }) => kind);
    expect(kinds).toEqual(['persist', 'send']);
  });

  test("the candidate's own included: persist comes before its request", () => {
    const asker = preCandidate();
    expect(asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }))).toEqual([
      persist(5, 'a'),
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 2 })),
      change('PRE_CANDIDATE', 'CANDIDATE', 5, 'won'),
    ]);
  });

  test('where the own vote is all that it takes, the first heartbeat waits for it: a cluster of one', () => {
    const alone = started({ cluster: { name: 'test', voters: ['a'] } });
    const before = alone.wakesUntil(499.9);
    expect(before.filter(({ kind }) => kind === 'persist')).toEqual([]);
    expect(alone.at(500).wakes()).toEqual([
      persist(5, 'a'),
      broadcast(preVoteRequest({ term: 5, candidate: 'a', round: 1 })),
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 2 })),
      send('a', wordToOwnId({ term: 5, speaker: 1001, heard: 0 })),
      change('PRE_CANDIDATE', 'CANDIDATE', 5, 'won'),
    ]);
    expect(alone.nextDeadlineMs).toBe(500);
    expect(alone.wakes()).toEqual([
      broadcast(heartbeat({ term: 5, leader: 'a', round: 1 })),
      change('CANDIDATE', 'LEADER', 5, 'won'),
      leaderKnown('a', 5),
    ]);
  });

  test('a newer term is durable before the answer that shows it', () => {
    const voter = started().at(500);
    expect(voter.hears(heartbeat({ term: 6, leader: 'b', round: 3 }))).toEqual([
      persist(6),
      send('b', heartbeatResponse({ term: 6, voter: 'a', round: 3 })),
      leaderKnown('b', 6),
    ]);
  });
});

describe('rule 1: neither is ever forgotten', () => {
  test('not on close', () => {
    const voter = started({ term: 5, votedFor: 'b' }).at(500);
    expect(voter.closes()).toEqual([change('FOLLOWER', 'CLOSED', 5, 'closed')]);
    expect([voter.elector.term, voter.elector.votedFor]).toEqual([5, 'b']);
  });

  test('not on stepping down', () => {
    const former = leader();
    former.stepsDown();
    expect(former.hears(voteRequest({ term: 5, candidate: 'c', round: 9 }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
    expect(former.elector.votedFor).toBe('a');
  });

  test('not on a heartbeat of the same term: a candidate that hears the winner keeps its own vote', () => {
    const asker = candidate();
    expect(asker.hears(heartbeat({ term: 5, leader: 'c', round: 1 }))).toEqual([
      send('c', heartbeatResponse({ term: 5, voter: 'a', round: 1 })),
      change('CANDIDATE', 'FOLLOWER', 5, 'heardLeader'),
      leaderKnown('c', 5),
    ]);
    expect(asker.elector.votedFor).toBe('a');
    // Nor when the promise to that leader is over.
    expect(asker.at(1000).hears(voteRequest({ term: 5, candidate: 'b', round: 9 }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a', round: 9 })),
    ]);
  });

  test('not by a restart: what the log held counts', () => {
    const voter = started({ term: 5, votedFor: 'c' }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b' }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('a vote that a Go log holds for something that is no id still counts as the vote of its term', () => {
    const voter = started({ term: 5, votedFor: 'x.y z' }).at(500);
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b' }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a' })),
    ]);
  });
});

describe('diss. 3.3: terms', () => {
  test('a newer one is taken over without a vote in it', () => {
    const voter = started({ votedFor: 'c' }).at(500);
    voter.hears(heartbeat({ term: 9, leader: 'b' }));
    expect([voter.elector.term, voter.elector.votedFor]).toEqual([9, undefined]);
  });

  test('a leader that leads again, in a newer one, is told again', () => {
    expect(follower().hears(heartbeat({ term: 6, leader: 'b' }))).toEqual([
      persist(6),
      send('b', heartbeatResponse({ term: 6, voter: 'a' })),
      leaderKnown('b', 6),
    ]);
  });

  test('a candidate that hears of a newer one becomes a follower', () => {
    const asker = candidate();
    expect(asker.hears(voteRequest({ term: 6, candidate: 'c' }))).toEqual([
      persist(6, 'c'),
      send('c', voteGrant({ term: 6, voter: 'a' })),
      change('CANDIDATE', 'FOLLOWER', 6, 'newerTerm'),
    ]);
  });

  test('a leader that hears of a newer one stops leading, and that comes first', () => {
    const chief = leader();
    expect(chief.hears(heartbeatResponse({ term: 7, voter: 'c' }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'newerTerm'),
      persist(7),
      leaderKnown(undefined, 7),
    ]);
    expect(chief.isLeader).toBe(false);
  });

  test('a candidate enters the next one and votes for itself', () => {
    const asker = candidate();
    expect([asker.elector.term, asker.elector.votedFor, asker.elector.state]).toEqual([5, 'a', 'CANDIDATE']);
  });

  test('a follower that votes forgets no leader: there was none in the new term', () => {
    const voter = follower().at(1000);
    expect(voter.hears(voteRequest({ term: 6, candidate: 'c' }))).toEqual([
      persist(6, 'c'),
      send('c', voteGrant({ term: 6, voter: 'a' })),
      leaderKnown(undefined, 6),
    ]);
  });
});
