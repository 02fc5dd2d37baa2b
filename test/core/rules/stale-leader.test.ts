// Rule 11.
import { describe, expect, test } from 'vitest';
import {
  change,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  persist,
  preCandidate,
  preVoteRequest,
  Subject,
  send,
} from '../electors.js';

describe('rule 11: a stale leader learns', () => {
  test.each([
    ['a follower', () => follower()],
    ['a leader', () => leader()],
    ['a pre-candidate', () => preCandidate({ term: 5 })],
  ])('%s answers a heartbeat of an old term with the newer term, and heeds it in nothing else', (_name, make) => {
    const node = make();
    const before = [node.elector.state, node.elector.leader, node.nextDeadlineMs];
    expect(node.hears(heartbeat({ term: 3, leader: 'c', round: 80 }))).toEqual([
      send('c', heartbeatResponse({ term: 5, voter: 'a', round: 0 })),
    ]);
    expect([node.elector.state, node.elector.leader, node.nextDeadlineMs]).toEqual(before);
  });

  test('by such an answer, the stale leader stops', () => {
    expect(leader().hears(heartbeatResponse({ term: 9, voter: 'c', round: 1 }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'newerTerm'),
      persist(9),
      leaderKnown(undefined, 9),
    ]);
  });

  test('the news is no answer: a leader that leads again gets no lease by it, for rounds count anew in each term', () => {
    const chief = leader();
    chief.wakesUntil(900);
    const leaseLeftMs = chief.elector.leaseLeftMs(chief.instant);
    // What a said as the leader of term 3, its round 5 of then, reaches b only now; b has not heard its round 5 of now.
    const voter = follower({ id: 'b', leader: 'a' });
    const news = voter.hears(heartbeat({ term: 3, leader: 'a', round: 5 }));
    for (const effect of news) if (effect.kind === 'send') chief.hears(effect.message);
    expect(news).toHaveLength(1);
    expect(chief.elector.leaseLeftMs(chief.instant)).toBe(leaseLeftMs);
  });

  test('a returning former leader follows: no bullying', () => {
    expect(leader().hears(heartbeat({ term: 6, leader: 'c', round: 40 }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'newerTerm'),
      persist(6),
      send('c', heartbeatResponse({ term: 6, voter: 'a', round: 40 })),
      leaderKnown('c', 6),
    ]);
  });

  test('an old heartbeat never names the leader of a new term', () => {
    const node = follower();
    node.hears(heartbeat({ term: 4, leader: 'c', round: 9 }));
    expect(node.elector.leader).toBe('b');
  });
});

describe('rule 11: a node that was cut off does not raise the term', () => {
  test('however long it is alone', () => {
    const node = new Subject({ term: 5 });
    node.start();
    node.wakesUntil(100_000);
    expect([node.elector.term, node.elector.state]).toEqual([5, 'PRE_CANDIDATE']);
  });

  test('so, when it is back, the leader stays and the voters refuse it', () => {
    const chief = leader();
    chief.hears(preVoteRequest({ term: 6, candidate: 'c' }));
    expect(chief.isLeader).toBe(true);
    const voter = follower();
    voter.hears(preVoteRequest({ term: 6, candidate: 'c' }));
    expect([voter.elector.term, voter.elector.leader]).toEqual([5, 'b']);
  });
});
