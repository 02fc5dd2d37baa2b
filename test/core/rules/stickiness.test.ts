// Rule 7; diss. 4.2.3.
import { describe, expect, test } from 'vitest';
import {
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

describe('rule 7: for electionTimeoutMin after it last heard its leader, a voter refuses', () => {
  test('votes, without taking over the term', () => {
    const voter = follower();
    expect(voter.at(999).hears(voteRequest({ term: 9, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.elector.term).toBe(5);
  });

  test('pre-votes', () => {
    expect(
      follower()
        .at(999)
        .hears(preVoteRequest({ term: 6, candidate: 'c' })),
    ).toEqual([send('c', preVoteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 }))]);
  });

  test('and not a moment longer', () => {
    expect(
      follower()
        .at(1000)
        .hears(preVoteRequest({ term: 6, candidate: 'c' })),
    ).toEqual([send('c', preVoteGrant({ term: 6, voter: 'a' }))]);
    expect(
      follower()
        .at(1000)
        .hears(voteRequest({ term: 6, candidate: 'c' })),
    ).toEqual([persist(6, 'c'), send('c', voteGrant({ term: 6, voter: 'a' })), leaderKnown(undefined, 6)]);
  });

  test('each heartbeat renews the promise', () => {
    const voter = follower();
    voter.at(900).hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(voter.at(1399).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
  });

  test('a repeated or overtaken heartbeat does not, and is not answered', () => {
    const voter = follower();
    expect(voter.at(900).hears(heartbeat({ term: 5, leader: 'b', round: 2 }))).toEqual([]);
    expect(voter.at(900).hears(heartbeat({ term: 5, leader: 'b', round: 1 }))).toEqual([]);
    expect(voter.at(1000).hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 6, voter: 'a' })),
    ]);
  });

  test('a heartbeat of an old term does not', () => {
    const voter = preCandidate();
    voter.hears(heartbeat({ term: 3, leader: 'b', round: 99 }));
    expect(voter.hears(preVoteRequest({ term: 5, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('the promise outlives the term: news of a newer one does not free the voter', () => {
    const voter = follower();
    voter.hears(preVoteRefusal({ term: 8, voter: 'c' }));
    expect(voter.elector.term).toBe(8);
    expect(voter.at(600).hears(voteRequest({ term: 9, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 8, voter: 'a', retryAfterMs: 400 })),
    ]);
  });

  test('so it refuses its own leader too, should that ask for votes', () => {
    expect(follower().hears(voteRequest({ term: 6, candidate: 'b' }))).toEqual([
      send('b', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 500 })),
    ]);
  });
});

describe('rule 7: for electionTimeoutMin after it starts, a voter refuses', () => {
  test('votes', () => {
    const voter = started();
    expect(voter.at(499).hears(voteRequest({ term: 9, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 4, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.elector.term).toBe(4);
  });

  test('pre-votes, and not a moment longer', () => {
    const voter = started();
    expect(voter.at(499).hears(preVoteRequest({ term: 5, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 4, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.at(500).hears(preVoteRequest({ term: 5, candidate: 'c' }))).toEqual([
      send('c', preVoteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('its own included: it does not campaign, however many would vote for it', () => {
    const asker = started();
    asker.wakesUntil(400);
    asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    asker.hears(preVoteGrant({ term: 5, voter: 'c', round: 1 }));
    asker.wakesUntil(499);
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
    asker.wakesUntil(500);
    expect(asker.elector.state).toBe('CANDIDATE');
  });
});

describe('rule 7: a node whose log is new waits electionTimeoutMax', () => {
  test('before it votes', () => {
    const voter = started({ isNew: true, term: 0 });
    expect(voter.at(999).hears(voteRequest({ term: 1, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 0, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(voter.at(1000).hears(voteRequest({ term: 1, candidate: 'c' }))).toEqual([
      persist(1, 'c', { isNew: true }),
      send('c', voteGrant({ term: 1, voter: 'a' })),
    ]);
  });

  test('before it campaigns', () => {
    const node = started({ isNew: true, term: 0, preVote: false });
    node.wakesUntil(999);
    expect(node.elector.state).toBe('FOLLOWER');
  });

  test('and a term that it learns meanwhile is written as a new log still, so that a crash does not shorten it', () => {
    const voter = started({ isNew: true, term: 0 });
    expect(voter.at(300).hears(heartbeat({ term: 5, leader: 'b', round: 3 }))).toEqual([
      persist(5, undefined, { isNew: true }),
      leaderKnown('b', 5),
    ]);
  });

  test('and promises a leader nothing meanwhile, since it may have lost a newer term; then it does', () => {
    const voter = started({ isNew: true, term: 0 });
    voter.at(300).hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(voter.at(800).hears(heartbeat({ term: 5, leader: 'b', round: 4 }))).toEqual([]);
    voter.wakesUntil(1000);
    expect(voter.at(1001).hears(heartbeat({ term: 5, leader: 'b', round: 5 }))).toEqual([
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 5 })),
    ]);
  });

  test('when the wait is over the log is written as one like any other', () => {
    const voter = started({ isNew: true, term: 0 });
    voter.at(900).hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    voter.wakesUntil(999);
    expect(voter.at(1000).wakes()).toEqual([persist(5), send('a', wordToOwnId({ term: 5, speaker: 1001, heard: 0 }))]);
  });

  test('a restart with that log waits electionTimeoutMin', () => {
    const voter = started({ isNew: false, term: 5 });
    expect(
      voter
        .at(500)
        .hears(voteRequest({ term: 6, candidate: 'c' }))
        .map(({ kind }) => kind),
    ).toContain('persist');
  });
});

describe('rule 7: a leader whose lease holds refuses too', () => {
  test('votes, without taking over the term', () => {
    const chief = leader();
    expect(chief.at(952).hears(voteRequest({ term: 9, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a' })),
    ]);
    expect(chief.isLeader).toBe(true);
  });

  test('votes in the name of an outgoing leader, which cannot be this one', () => {
    expect(leader().hears(voteRequest({ term: 9, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('pre-votes', () => {
    expect(leader().hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('one whose lease has run out does not: it gives up, and then votes', () => {
    expect(
      leader()
        .at(953)
        .hears(voteRequest({ term: 9, candidate: 'c' })),
    ).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'leaseExpired'),
      persist(9, 'c'),
      send('c', voteGrant({ term: 9, voter: 'a' })),
      leaderKnown(undefined, 9),
    ]);
  });

  test('one that has won and has no lease yet does not', () => {
    expect(elected().hears(voteRequest({ term: 9, candidate: 'c' }))).toEqual([
      persist(9, 'c'),
      send('c', voteGrant({ term: 9, voter: 'a' })),
      change('CANDIDATE', 'FOLLOWER', 9, 'newerTerm'),
    ]);
  });
});

describe('rule 7: a refusal may say how long it will last, so that the asker comes back then', () => {
  test('and somewhat later, at random, so that askers leave each other room', () => {
    const asker = preCandidate();
    asker.wakesUntil(505);
    expect(asker.nextDeadlineMs).toBe(520);
    // Sooner than it would have asked anyway? Then the hint is followed; here 1 ms plus the least jitter is later.
    asker.at(506).hears(preVoteRefusal({ term: 4, voter: 'b', round: 1, retryAfterMs: 1 }));
    expect(asker.nextDeadlineMs).toBe(520);
  });

  test('the heir so that it arrives exactly then', () => {
    const heir = follower({ heir: 'a' });
    heir.wakesUntil(1000);
    expect(heir.elector.state).toBe('PRE_CANDIDATE');
    expect(heir.nextDeadlineMs).toBe(1015);
    expect(heir.at(1002).hears(preVoteRefusal({ term: 5, voter: 'c', round: 1, retryAfterMs: 3 }))).toEqual([]);
    expect(heir.nextDeadlineMs).toBe(1003);
  });

  test('a hint that is never over is not followed for ever: 16 of them a round', () => {
    const heir = follower({ heir: 'a' });
    heir.wakesUntil(1000);
    let asked = 0;
    for (let nowMs = 1000; nowMs < 1200; nowMs++) {
      heir.at(nowMs).hears(preVoteRefusal({ term: 5, voter: 'c', round: 1, retryAfterMs: 1 }));
      asked += heir.at(nowMs + 1).wakes().length;
    }
    expect(asked).toBe(16 + Math.floor((1200 - 1016) / 15));
  });

  test.each([0, 1e15, Number.MAX_SAFE_INTEGER])('a hint of %d ms delays nothing', (retryAfterMs) => {
    const asker = preCandidate();
    const before = asker.nextDeadlineMs;
    asker.hears(preVoteRefusal({ term: 4, voter: 'b', round: 1, retryAfterMs }));
    expect(asker.nextDeadlineMs).toBe(before);
  });
});
