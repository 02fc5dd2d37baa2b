// DESIGN section 5: a write of term and vote that failed.
import { describe, expect, test } from 'vitest';
import {
  candidate,
  change,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  persist,
  Subject,
  send,
  started,
  voteGrant,
  voteRefusal,
  voteRequest,
} from '../electors.js';

describe('a failed write', () => {
  test('the vote is not given; it is kept in mind, as it may be on the disk all the same', () => {
    const voter = started().at(500);
    voter.hears(voteRequest({ term: 5, candidate: 'b' }));
    expect(voter.persistFails()).toEqual([]);
    // No other candidate gets it. The refusal shows the term, so it waits for a write that succeeds, too.
    expect(voter.hears(voteRequest({ term: 5, candidate: 'c' }))).toEqual([
      persist(5, 'b'),
      send('c', voteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('it is tried again when the candidate asks again', () => {
    const voter = started().at(500);
    voter.hears(voteRequest({ term: 5, candidate: 'b' }));
    voter.persistFails();
    expect(voter.hears(voteRequest({ term: 5, candidate: 'b' }))).toEqual([
      persist(5, 'b'),
      send('b', voteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('a candidacy is given up: its own vote was not given', () => {
    const asker = candidate();
    expect(asker.persistFails()).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'persistFailed')]);
    expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([persist(5, 'a')]);
    expect(asker.elector.state).toBe('FOLLOWER');
  });

  test('so is the leadership of a cluster of one, before it is shown', () => {
    const alone = started({ cluster: { name: 'test', voters: ['a'] } });
    alone.wakesUntil(499);
    alone.at(500).wakes();
    expect(alone.persistFails()).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'persistFailed')]);
  });

  test('leadership is given up', () => {
    expect(leader().persistFails()).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'persistFailed'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('the node keeps following, and tries again at each input until it is durable', () => {
    const node = started();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 1 }));
    expect(node.persistFails()).toEqual([]);
    expect(node.at(100).hears(heartbeat({ term: 5, leader: 'b', round: 2 }))).toEqual([
      persist(5),
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 2 })),
    ]);
    expect(node.at(200).hears(heartbeat({ term: 5, leader: 'b', round: 3 }))).toEqual([
      send('b', heartbeatResponse({ term: 5, voter: 'a', round: 3 })),
    ]);
  });

  test('a term that was not written is not given back: it goes on being the term here', () => {
    const node = follower();
    node.hears(heartbeat({ term: 9, leader: 'c' }));
    node.persistFails();
    expect([node.elector.term, node.elector.leader]).toEqual([9, 'c']);
  });
});

describe('gaining leadership never shares an outcome with a write, so a failed one has nothing to take back', () => {
  test('not in a cluster of one with a new log that is asked to campaign the moment its wait is over', () => {
    const alone = new Subject({ cluster: { name: 'test', voters: ['a'] }, term: 0, isNew: true });
    alone.start();
    alone.wakesUntil(999);
    // The timer is late, and the user's call comes first.
    const owed = [alone.at(1001).campaigns()];
    while (!alone.isLeader) owed.push(alone.at(Math.max(1001, alone.nextDeadlineMs)).wakes());
    const gains = owed.filter((effects) =>
      effects.some((effect) => effect.kind === 'stateChange' && effect.to === 'LEADER'),
    );
    expect(gains).toHaveLength(1);
    expect(gains[0]?.map(({ kind }) => kind)).toEqual(['broadcast', 'send', 'stateChange', 'leaderChange']);
  });

  test('nor does a leader owe one', () => {
    const alone = new Subject({ cluster: { name: 'test', voters: ['a'] }, term: 0, isNew: true });
    alone.start();
    alone.wakesUntil(999);
    alone.at(1001).campaigns();
    while (!alone.isLeader) alone.at(Math.max(1001, alone.nextDeadlineMs)).wakes();
    expect(alone.wakesUntil(3000).filter(({ kind }) => kind === 'persist')).toEqual([]);
  });
});
