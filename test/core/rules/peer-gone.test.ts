// Rule 10: the transport says that a process is gone. A hint: it moves the instant at which a follower asks, nothing else.
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  change,
  follower,
  heartbeat,
  leader,
  leaderKnown,
  persist,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  preVoteRequest,
  send,
  voteRequest,
} from '../electors.js';

// Each follower here stands by b, in term 5, until 1000: see follower().

describe('rule 10: the heir, told that the leader is gone', () => {
  test('owes nothing for it at that moment', () => {
    const heir = follower({ heir: 'a' }).at(510);
    expect(heir.isToldGone('b')).toEqual([]);
    expect([heir.elector.state, heir.elector.leader, heir.elector.term]).toEqual(['FOLLOWER', 'b', 5]);
  });

  test('asks a heartbeat interval before its own promise ends', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    expect(heir.nextDeadlineMs).toBe(900);
    expect(heir.wakesUntil(900)).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 1 })),
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'electionTimeout'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('told later than that, at once', () => {
    const heir = follower({ heir: 'a' }).at(950);
    heir.isToldGone('b');
    expect(heir.wakesUntil(950)).toHaveLength(3);
  });

  test('asks once, and then when its own promise has ended', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.wakesUntil(900);
    expect(heir.nextDeadlineMs).toBe(1000);
    expect(heir.wakesUntil(999)).toEqual([]);
    expect(heir.wakesUntil(1000)).toHaveLength(1);
  });

  test('asks again so that the question arrives when the refuser is free: its wait counts from the last question', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.wakesUntil(900);
    // It arrived at 920, when c was bound for 70 ms more; its answer took 20 as well.
    expect(heir.at(940).hears(preVoteRefusal({ term: 5, voter: 'c', round: 1, retryAfterMs: 70 }))).toEqual([]);
    expect(heir.nextDeadlineMs).toBe(970);
  });

  test('campaigns when its own promise has ended, and not a moment before, whoever grants', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.wakesUntil(900);
    heir.at(980);
    expect(heir.hears(preVoteGrant({ term: 6, voter: 'c', round: 1 }))).toEqual([]);
    expect(heir.wakesUntil(999)).toEqual([]);
    expect(heir.wakesUntil(1000)).toContainEqual(persist(6, 'a'));
  });

  test('refuses everybody else until then, as though nothing had been said', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.wakesUntil(999);
    expect(heir.hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a', retryAfterMs: 1 })),
    ]);
    expect(heir.hears(voteRequest({ term: 6, candidate: 'c' }))).toContainEqual(
      send('c', expect.objectContaining({ granted: false, term: 5, retryAfterMs: 1 })),
    );
  });
});

describe('rule 10: everyone else, told that the leader is gone', () => {
  test.each([
    [0, 1000],
    [0.5, 1050],
  ])('asks when the promises have ended where there is no heir: when the draw is %d at %d', (draw, atMs) => {
    const node = follower({ draw }).at(510);
    expect(node.isToldGone('b')).toEqual([]);
    expect(node.nextDeadlineMs).toBe(atMs);
  });

  test('leaves the heir its turn', () => {
    const node = follower({ heir: 'c' }).at(510);
    node.isToldGone('b');
    expect(node.nextDeadlineMs).toBe(1100);
  });

  test.each(['b then c', 'c then b'])('unless that is gone as well: %s', (order) => {
    const node = follower({ heir: 'c' }).at(510);
    for (const id of order.split(' then ')) node.isToldGone(id);
    expect(node.nextDeadlineMs).toBe(1000);
  });

  test('waits for an heir that its leader has gone on naming for electionTimeoutMin after that: it is back', () => {
    const node = follower({ heir: 'c' });
    node.isToldGone('c');
    for (let round = 3; round <= 8; round++) {
      node.at(300 + 100 * round).hears(heartbeat({ term: 5, leader: 'b', round, heir: 'c' }));
    }
    node.at(1100).isToldGone('b');
    expect(node.nextDeadlineMs).toBe(1700);
  });

  test('waits for the heir that is named instead', () => {
    const node = follower({ heir: 'c', cluster: { name: 'test', voters: ['a', 'b', 'c', 'd'] } });
    node.isToldGone('c');
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3, heir: 'd' }));
    node.isToldGone('b');
    expect(node.nextDeadlineMs).toBe(1100);
  });

  test('draws once, however often it is told: or all would end up asking at the same instant', () => {
    const draws = [0.9, 0.8, 0.1, 0];
    let next = 0.9;
    const node = follower({ draw: () => next }).at(510);
    for (const draw of draws) {
      next = draw;
      node.isToldGone('b');
    }
    expect(node.nextDeadlineMs).toBe(1090);
  });
});

describe('rule 10: what was said is wrong', () => {
  test('the next heartbeat takes all of it back', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.at(600).hears(heartbeat({ term: 5, leader: 'b', round: 3, heir: 'a' }));
    expect(heir.nextDeadlineMs).toBe(1100);
    const other = follower().at(510);
    other.isToldGone('b');
    other.at(600).hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(other.nextDeadlineMs).toBe(1200);
  });

  test('an heir that has asked already follows again', () => {
    const heir = follower({ heir: 'a' }).at(510);
    heir.isToldGone('b');
    heir.wakesUntil(900);
    heir.at(950).hears(heartbeat({ term: 5, leader: 'b', round: 3, heir: 'a' }));
    expect([heir.elector.state, heir.elector.leader, heir.elector.term, heir.nextDeadlineMs]).toEqual([
      'FOLLOWER',
      'b',
      5,
      1450,
    ]);
  });
});

describe('rule 10: that a process is gone is nothing', () => {
  const silent = (subject: ReturnType<typeof follower>, id: string) => {
    const { nextDeadlineMs } = subject;
    expect(subject.isToldGone(id)).toEqual([]);
    expect(subject.nextDeadlineMs).toBe(nextDeadlineMs);
  };

  test('to a leader, and to a node that asks already', () => {
    silent(leader(), 'b');
    silent(preCandidate(), 'b');
  });

  test('when it neither leads nor is to lead next', () => silent(follower({ heir: 'a' }), 'c'));

  test('to a node that has voted for another since', () => {
    const node = follower().at(1000);
    node.hears(voteRequest({ term: 6, candidate: 'c' }));
    silent(node, 'b');
  });

  test('to an observer and a witness, which never ask', () => {
    silent(follower({ observer: true, id: 'o' }), 'b');
    silent(follower({ priority: 0 }), 'b');
  });

  test('without pre-vote: to ask is to campaign there, and would raise the term of a leader that lives', () => {
    silent(follower({ preVote: false, heir: 'a' }), 'b');
  });
});
