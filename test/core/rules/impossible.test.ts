// Rule 14.
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
  preVoteRequest,
  report,
  send,
  timeoutNow,
} from '../electors.js';

const SECOND = report('SECOND_LEADER', '"c" and "a" both lead term 5');

describe('rule 14: a second leader of our term', () => {
  test('is reported as what it is, and answered by giving up leadership', () => {
    const chief = leader();
    expect(chief.hears(heartbeat({ term: 5, leader: 'c' }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'secondLeader'),
      SECOND,
      leaderKnown(undefined, 5),
    ]);
    expect(chief.isLeader).toBe(false);
  });

  test('also by one that has won and waits for its lease', () => {
    expect(elected().hears(heartbeat({ term: 5, leader: 'c' }))).toEqual([
      SECOND,
      change('CANDIDATE', 'FOLLOWER', 5, 'secondLeader'),
    ]);
  });

  test('makes a follower follow neither: no answer, so no lease, for the first or the second', () => {
    const node = follower();
    expect(node.hears(heartbeat({ term: 5, leader: 'c' }))).toEqual([
      report('SECOND_LEADER', '"c" and "b" both lead term 5'),
      leaderKnown(undefined, 5),
    ]);
    expect(node.hears(heartbeat({ term: 5, leader: 'c', round: 2 }))).toEqual([]);
    expect(node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }))).toEqual([]);
    expect(node.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('is over with the term', () => {
    const node = follower();
    node.hears(heartbeat({ term: 5, leader: 'c' }));
    expect(node.hears(heartbeat({ term: 6, leader: 'c' }))).toEqual([
      persist(6),
      send('c', heartbeatResponse({ term: 6, voter: 'a' })),
      leaderKnown('c', 6),
    ]);
  });

  test('does not leave the cluster without one: the next term is asked about after the election timeout', () => {
    const node = follower();
    node.hears(heartbeat({ term: 5, leader: 'c' }));
    expect(node.wakesUntil(1100)).toEqual([
      { kind: 'broadcast', message: preVoteRequest({ term: 6, candidate: 'a', round: 1 }) },
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'electionTimeout'),
    ]);
  });

  test('is not seen in a leader that gave the term up and the one that it names itself', () => {
    const former = leader();
    former.stepsDown();
    expect(former.hears(heartbeat({ term: 6, leader: 'c' })).filter(({ kind }) => kind === 'report')).toEqual([]);
  });
});
