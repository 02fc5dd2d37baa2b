// Rule 2; diss. 3.4 (a majority of votes wins).
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  change,
  heartbeat,
  preCandidate,
  preVoteGrant,
  preVoteRequest,
  report,
  type Subject,
  voteGrant,
  voteRefusal,
} from '../electors.js';

const FIVE = { cluster: { name: 'test', voters: ['a', 'b', 'c', 'd', 'e'] } };

/** Of five voters, in term 5, at 500, in round 2, with its own vote alone. */
function candidateOfFive(): Subject {
  const subject = preCandidate(FIVE);
  for (const voter of ['b', 'c']) subject.hears(preVoteGrant({ term: 5, voter, round: 1 }));
  return subject;
}

const victory = [broadcast(heartbeat({ term: 5, leader: 'a', round: 1 }))];

describe('diss. 3.4: a candidate wins with the votes of a majority', () => {
  test('of three: its own and one more', () => {
    expect(candidate().hears(voteGrant({ term: 5, voter: 'c', round: 2 }))).toEqual(victory);
  });

  test('of five: its own and two more', () => {
    const asker = candidateOfFive();
    expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(asker.hears(voteGrant({ term: 5, voter: 'e', round: 2 }))).toEqual(victory);
  });

  test('of four: its own and two more, for two against two is no majority', () => {
    const asker = preCandidate({ cluster: { name: 'test', voters: ['a', 'b', 'c', 'd'] } });
    for (const voter of ['b', 'c']) asker.hears(preVoteGrant({ term: 5, voter, round: 1 }));
    expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(asker.hears(voteGrant({ term: 5, voter: 'c', round: 2 }))).toEqual(victory);
  });
});

describe('rule 2: votes are a set of voter ids', () => {
  test('a grant that arrives twice counts once', () => {
    const asker = candidateOfFive();
    for (let times = 0; times < 5; times++) {
      expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    }
    expect(asker.elector.state).toBe('CANDIDATE');
  });

  test('so does a pre-vote grant', () => {
    const asker = preCandidate(FIVE);
    for (let times = 0; times < 5; times++) {
      expect(asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }))).toEqual([]);
    }
    expect(asker.elector.state).toBe('PRE_CANDIDATE');
  });

  test('a voter that restarts between two grants is still one voter', () => {
    const asker = candidateOfFive();
    asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }));
    expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 2, incarnation: 77 }))).toEqual([]);
  });

  test("an unlisted voter's vote never counts where voters are listed, and is reported", () => {
    expect(candidate().hears(voteGrant({ term: 5, voter: 'x', round: 2 }))).toEqual([
      report(
        'UNLISTED_VOTER',
        '"x" takes part in cluster test and is not one of cluster.voters (a, b, c): it is not listened to',
      ),
    ]);
  });

  test("an anonymous vote, as a plain graft peer's, does not count, and is reported", () => {
    const asker = candidate();
    const grant = { ...voteGrant({ term: 5, round: 2 }), voter: undefined, incarnation: 0 };
    expect(asker.hears(grant)).toEqual([
      report('PLAIN_GRAFT_PEER', 'an anonymous vote came in, as plain graft (Go) peers send: it does not count'),
    ]);
  });

  test('a refusal after a grant takes nothing back', () => {
    const asker = candidateOfFive();
    asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }));
    asker.hears(voteRefusal({ term: 5, voter: 'b', round: 2 }));
    expect(asker.hears(voteGrant({ term: 5, voter: 'c', round: 2 }))).toEqual(victory);
  });
});

describe('a lost vote is known as soon as a majority has voted for others', () => {
  test('then it asks about the next term, without waiting for the election timeout', () => {
    const asker = candidate();
    expect(asker.hears(voteRefusal({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(asker.hears(voteRefusal({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(asker.hears(voteRefusal({ term: 5, voter: 'c', round: 2 }))).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 3 })),
      change('CANDIDATE', 'PRE_CANDIDATE', 5, 'lostElection'),
    ]);
  });

  test('after a pause of up to two request intervals, drawn at random, so that two losers do not collide again', () => {
    let draw = 0;
    const asker = candidate({ draw: () => draw });
    asker.hears(voteRefusal({ term: 5, voter: 'b', round: 2 }));
    draw = 0.5;
    expect(asker.hears(voteRefusal({ term: 5, voter: 'c', round: 2 }))).toEqual([
      change('CANDIDATE', 'PRE_CANDIDATE', 5, 'lostElection'),
    ]);
    expect(asker.nextDeadlineMs).toBe(530);
  });

  test('and twice as long after each vote lost in a row, up to electionTimeoutMin', () => {
    let draw = 0;
    const asker = candidate({ draw: () => draw });
    const pauses: number[] = [];
    for (let term = 5; term < 12; term++) {
      const round = 2 * (term - 4);
      draw = 0.5;
      for (const voter of ['b', 'c']) asker.hears(voteRefusal({ term, voter, round }));
      pauses.push(asker.nextDeadlineMs - asker.instant.nowMs);
      draw = 0;
      asker.at(asker.nextDeadlineMs).wakes();
      asker.hears(preVoteGrant({ term: term + 1, voter: 'b', round: round + 1 }));
    }
    expect(pauses).toEqual([30, 60, 120, 240, 250, 250, 250]);
  });

  test('a refusal that says that it will end is not final', () => {
    const asker = candidate();
    asker.hears(voteRefusal({ term: 5, voter: 'b', round: 2, retryAfterMs: 300 }));
    expect(asker.hears(voteRefusal({ term: 5, voter: 'c', round: 2, retryAfterMs: 300 }))).toEqual([]);
    expect(asker.elector.state).toBe('CANDIDATE');
  });
});
