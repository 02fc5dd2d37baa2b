// Rule 6; diss. 9.6.
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  change,
  follower,
  heartbeat,
  heartbeatResponse,
  leaderKnown,
  persist,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  preVoteRequest,
  Subject,
  send,
  started,
  voteGrant,
  voteRefusal,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

const asks = (term: number, round: number) => broadcast(preVoteRequest({ term, candidate: 'a', round }));

describe('rule 6: a pre-candidate asks about term + 1', () => {
  test('and nothing durable changes on its side', () => {
    const node = follower();
    expect(node.wakesUntil(1100)).toEqual([
      asks(6, 1),
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'electionTimeout'),
      leaderKnown(undefined, 5),
    ]);
    expect([node.elector.term, node.elector.votedFor]).toEqual([5, undefined]);
  });

  test('nor on the side of who grants it', () => {
    const voter = started().at(500);
    expect(voter.hears(preVoteRequest({ term: 5, candidate: 'b' }))).toEqual([
      send('b', preVoteGrant({ term: 5, voter: 'a' })),
    ]);
    expect([voter.elector.term, voter.elector.votedFor]).toEqual([4, undefined]);
  });

  test('a pre-vote binds nobody: another gets one too, for the same term', () => {
    const voter = started().at(500);
    voter.hears(preVoteRequest({ term: 5, candidate: 'b' }));
    expect(voter.hears(preVoteRequest({ term: 5, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('a pre-candidate grants to another one, and goes on asking', () => {
    const asker = preCandidate();
    expect(asker.hears(preVoteRequest({ term: 5, candidate: 'b' }))).toEqual([
      send('b', preVoteGrant({ term: 5, voter: 'a' })),
    ]);
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
  });

  test('whoever has voted for another in that very term refuses', () => {
    const voter = started({ term: 5, votedFor: 'c' }).at(500);
    expect(voter.hears(preVoteRequest({ term: 5, candidate: 'b' }))).toEqual([
      send('b', preVoteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('it campaigns as soon as a quorum would vote for it', () => {
    expect(preCandidate().hears(preVoteGrant({ term: 5, voter: 'c', round: 1 }))).toEqual([
      persist(5, 'a'),
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 2 })),
      change('PRE_CANDIDATE', 'CANDIDATE', 5, 'won'),
    ]);
  });

  test('but not before it would vote for itself: what it promised its leader binds it too', () => {
    const node = follower();
    node.at(600).campaigns();
    expect(node.hears(preVoteGrant({ term: 6, voter: 'c', round: 1 }))).toEqual([]);
    node.wakesUntil(999);
    expect(node.elector.state).toBe('PRE_CANDIDATE');
    node.wakesUntil(1000);
    expect(node.elector.state).toBe('CANDIDATE');
  });

  test('a leader that is heard after all ends it', () => {
    const asker = preCandidate({ term: 5 });
    expect(asker.hears(heartbeat({ term: 5, leader: 'b', round: 4 }))).toEqual([
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 4 })),
      change('PRE_CANDIDATE', 'FOLLOWER', 5, 'heardLeader'),
      leaderKnown('b', 5),
    ]);
  });

  test('it is on by default, and a node without it campaigns at once', () => {
    expect(new Subject().elector.settings.preVote).toBe(true);
    const node = started({ preVote: false });
    node.wakesUntil(499);
    expect(node.at(500).wakes()).toEqual([
      persist(5, 'a'),
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 1 })),
      send('a', wordToOwnId({ term: 5, speaker: 1001, heard: 0 })),
      change('FOLLOWER', 'CANDIDATE', 5, 'electionTimeout'),
    ]);
  });
});

describe('rule 6: it asks again every few tens of milliseconds while it has no leader', () => {
  test.each([
    [0, 15],
    [1 - 2 ** -32, 30],
  ])('jittered: when the draw is %d, after %d ms', (drawn, everyMs) => {
    let draw = 0;
    const node = follower({ draw: () => draw });
    draw = drawn;
    node.wakesUntil(1100);
    const asked = node.wakesUntil(1100 + 10 * everyMs);
    expect(asked).toEqual(Array.from({ length: 10 }, () => asks(6, 1)));
  });

  test('for ever, in a new round every electionTimeoutMin, so that no old answer speaks for the present', () => {
    const node = follower();
    node.wakesUntil(1100);
    const rounds = node.wakesUntil(61_100).flatMap((effect) => {
      if (effect.kind !== 'broadcast' || effect.message.kind !== 'preVoteRequest') return [];
      return [effect.message.round];
    });
    expect(rounds).toHaveLength(4000);
    expect(new Set(rounds).size).toBe(118);
    expect(node.elector.term).toBe(5);
  });

  test('a candidate repeats its vote request likewise: the same question in the same round', () => {
    const asker = candidate();
    const request = broadcast(voteRequest({ term: 5, candidate: 'a', round: 2 }));
    expect(asker.wakesUntil(545)).toEqual([request, request, request]);
  });

  test('asking begins as soon as a living leader would have been heard: long before votes are given', () => {
    const node = started();
    expect(node.wakesUntil(99)).toEqual([]);
    expect(node.wakesUntil(100)).toEqual([
      asks(5, 1),
      send('a', wordToOwnId({ term: 4, speaker: 1001, heard: 0 })),
      change('FOLLOWER', 'PRE_CANDIDATE', 4, 'electionTimeout'),
    ]);
  });
});

describe('rule 6: a grant carries the term that was asked for, a refusal the own term of who refuses', () => {
  test('grant', () => {
    const voter = started({ term: 4 }).at(500);
    expect(voter.hears(preVoteRequest({ term: 9, candidate: 'b' }))).toEqual([
      send('b', preVoteGrant({ term: 9, voter: 'a' })),
    ]);
  });

  test('refusal', () => {
    const voter = started({ term: 12 }).at(500);
    expect(voter.hears(preVoteRequest({ term: 9, candidate: 'b' }))).toEqual([
      send('b', preVoteRefusal({ term: 12, voter: 'a' })),
    ]);
  });

  test('a pre-candidate that is behind takes the term over and asks again about the one after it', () => {
    const asker = preCandidate();
    expect(asker.hears(preVoteRefusal({ term: 12, voter: 'b', round: 1 }))).toEqual([persist(12)]);
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
    expect(asker.wakesUntil(515)).toEqual([asks(13, 2)]);
  });

  test('so does a candidate', () => {
    const asker = candidate();
    expect(asker.hears(voteRefusal({ term: 12, voter: 'b', round: 2 }))).toEqual([
      persist(12),
      change('CANDIDATE', 'PRE_CANDIDATE', 12, 'newerTerm'),
    ]);
    expect(asker.wakesUntil(515)).toEqual([asks(13, 3)]);
  });

  test('even from an answer to an old round: a newer term is news whenever it comes', () => {
    const asker = preCandidate();
    expect(asker.hears(preVoteRefusal({ term: 12, voter: 'b', round: 777 }))).toEqual([persist(12)]);
  });
});

describe('rule 6: answers count only for the round that asked', () => {
  test.each([
    ['a pre-vote of another round', preVoteGrant({ term: 5, voter: 'b', round: 0 })],
    ['a pre-vote about another term', preVoteGrant({ term: 6, voter: 'b', round: 1 })],
    ['a vote, which nobody asked for', voteGrant({ term: 5, voter: 'b', round: 1 })],
  ])('a pre-candidate does not count %s', (_name, grant) => {
    const asker = preCandidate();
    expect(asker.hears(grant)).toEqual([]);
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
  });

  test.each([
    ['a vote of another round', voteGrant({ term: 5, voter: 'b', round: 1 })],
    ['a vote of another term', voteGrant({ term: 4, voter: 'b', round: 2 })],
    ['a pre-vote', preVoteGrant({ term: 5, voter: 'b', round: 2 })],
  ])('a candidate does not count %s', (_name, grant) => {
    const asker = candidate();
    expect(asker.hears(grant)).toEqual([]);
    expect(asker.elector.state).toBe('CANDIDATE');
  });

  test('a follower counts nothing', () => {
    const node = follower();
    expect(node.hears(voteGrant({ term: 5, voter: 'c', round: 1 }))).toEqual([]);
    expect(node.hears(preVoteGrant({ term: 6, voter: 'c', round: 1 }))).toEqual([]);
  });

  test("rounds begin at random, so answers to a former self's question are not this one's", () => {
    const asker = new Subject({ draw: 0.75 });
    asker.start();
    asker.wakesUntil(200);
    expect(asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }))).toEqual([]);
    const [request] = asker.at(asker.nextDeadlineMs).wakes();
    expect(request).toEqual(asks(5, 0.75 * 2 ** 32 + 1));
  });

  test('grants that are collected over a longer time than electionTimeoutMin do not add up', () => {
    const five = { cluster: { name: 'test', voters: ['a', 'b', 'c', 'd', 'e'] } };
    const asker = preCandidate(five);
    asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    asker.wakesUntil(615);
    expect(asker.hears(preVoteGrant({ term: 5, voter: 'c', round: 2 }))).toEqual([]);
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
  });
});
