// Rule 12.
import { describe, expect, test } from 'vitest';
import {
  change,
  heartbeat,
  heartbeatResponse,
  leaderKnown,
  preVoteGrant,
  preVoteRequest,
  report,
  Subject,
  timeoutNow,
  voteGrant,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

function observer(): Subject {
  const subject = new Subject({ id: 'o', observer: true, cluster: { name: 'test', voters: ['a', 'b', 'c'] }, term: 0 });
  subject.start();
  return subject;
}

describe('rule 12: an observer', () => {
  test('starts without a word and without a deadline', () => {
    const node = new Subject({ id: 'o', observer: true });
    expect(node.start()).toEqual([]);
    expect(node.nextDeadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  test('hears, and knows the leader and the term, and answers and writes nothing', () => {
    const node = observer();
    expect(node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }))).toEqual([leaderKnown('b', 5)]);
    expect([node.elector.term, node.elector.leader, node.elector.state]).toEqual([5, 'b', 'FOLLOWER']);
  });

  test('knows that there is none any more when heartbeats stay away', () => {
    const node = observer();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.wakesUntil(599)).toEqual([]);
    expect(node.wakesUntil(600)).toEqual([leaderKnown(undefined, 5)]);
  });

  test('does not heed an old leader', () => {
    const node = observer();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.hears(heartbeat({ term: 4, leader: 'c', round: 9 }))).toEqual([]);
  });

  test.each([
    ['a vote', voteRequest({ term: 6 })],
    ['a vote in the name of an outgoing leader', voteRequest({ term: 6, transfer: true })],
    ['a pre-vote', preVoteRequest({ term: 6 })],
    ['TimeoutNow', timeoutNow({ term: 5, leader: 'b' })],
    ['an answer to a heartbeat', heartbeatResponse({ term: 6, voter: 'b' })],
    ['a vote of somebody', voteGrant({ term: 6, voter: 'b' })],
    ['a pre-vote of somebody', preVoteGrant({ term: 6, voter: 'b' })],
    ['its own id', wordToOwnId({ id: 'o', term: 5, speaker: 7, heard: incarnation() })],
  ])('never votes, answers or stands: asked for or told %s, it is silent', (_name, message) => {
    const node = observer();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.hears(message)).toEqual([]);
    expect(node.elector.term).toBe(5);
  });

  test('never leads: nor by its election timeout, nor when asked to', () => {
    const node = observer();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.campaigns()).toEqual([leaderKnown(undefined, 5)]);
    expect(node.wakesUntil(60_000)).toEqual([]);
  });

  test('tells a second leader of one term', () => {
    const node = observer();
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.hears(heartbeat({ term: 5, leader: 'c', round: 1 }))).toEqual([
      report('SECOND_LEADER', '"c" and "b" both lead term 5'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('closes', () => {
    expect(observer().closes()).toEqual([change('FOLLOWER', 'CLOSED', 0, 'closed')]);
  });
});

function incarnation(): number {
  return observer().elector.incarnation;
}
