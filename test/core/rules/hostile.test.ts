// DESIGN section 3, last paragraphs: nothing that arrives can crash a node, stop its timers or grow its memory. What
// is malformed is refused where it is decoded; these are messages that decode.
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  persist,
  preCandidate,
  preVoteGrant,
  preVoteRequest,
  report,
  started,
  timeoutNow,
  voteGrant,
  voteRequest,
} from '../electors.js';

const LAST = Number.MAX_SAFE_INTEGER;

describe('the last term that is a safe integer', () => {
  test('is followed', () => {
    const node = follower();
    node.hears(heartbeat({ term: LAST, leader: 'c' }));
    expect([node.elector.term, node.elector.leader]).toEqual([LAST, 'c']);
  });

  test('can be won', () => {
    const asker = preCandidate({ term: LAST - 1 });
    expect(asker.hears(preVoteGrant({ term: LAST, voter: 'b', round: 1 }))).toContainEqual(persist(LAST, 'a'));
    expect(asker.hears(voteGrant({ term: LAST, voter: 'b', round: 2 }))).toEqual([
      broadcast(heartbeat({ term: LAST, leader: 'a' })),
    ]);
  });

  test('is never left, neither wrapped nor passed: that there is no next one is reported', () => {
    const node = follower();
    node.hears(heartbeat({ term: LAST, leader: 'c', round: 1 }));
    expect(node.wakesUntil(1100)).toEqual([
      report('TERM_EXHAUSTED', `term ${LAST} is the last one: this cluster can elect nobody again`),
      leaderKnown(undefined, LAST),
    ]);
    expect(node.hears(timeoutNow({ term: LAST, leader: 'c' }))).toEqual([]);
    expect(node.elector.term).toBe(LAST);
  });
});

describe('nothing stops the timers', () => {
  const messages = [
    heartbeat({ term: 5, leader: 'b', round: LAST }),
    heartbeat({ term: 0, leader: 'b', round: 1 }),
    heartbeatResponse({ term: 5, voter: 'b', round: LAST }),
    voteRequest({ term: 0, candidate: 'b', round: LAST }),
    preVoteRequest({ term: LAST, candidate: 'b' }),
    voteGrant({ term: LAST, voter: 'b', round: LAST }),
    timeoutNow({ term: 0, leader: 'b' }),
  ];
  test.each([
    ['a follower', follower],
    ['a pre-candidate', preCandidate],
    ['a candidate', candidate],
    ['a winner without a lease', elected],
    ['a leader', leader],
    ['a node that starts', started],
  ])('of %s', (_name, make) => {
    for (const message of messages) {
      const node = make();
      node.hears(message);
      expect(node.nextDeadlineMs).toBeLessThanOrEqual(1100);
      node.wakesUntil(5000);
      expect(node.nextDeadlineMs).toBeGreaterThan(5000);
      expect(node.nextDeadlineMs).toBeLessThan(6600);
    }
  });
});
