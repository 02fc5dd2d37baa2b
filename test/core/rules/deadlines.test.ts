// DESIGN section 2: `handle` names the next deadline; being woken early, or late, is harmless.
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  LEASE_MS,
  leader,
  leaderKnown,
  preCandidate,
  preVoteRequest,
  type Subject,
  started,
} from '../electors.js';

const states: readonly [string, () => Subject, number][] = [
  ['a follower', () => follower(), 1100],
  ['an heir', () => follower({ heir: 'a' }), 1000],
  ['a pre-candidate', () => preCandidate(), 505],
  ['a candidate', () => candidate(), 515],
  ['a winner without a lease', () => elected(), 600],
  ['a leader', () => leader(), 600],
];

describe.each(states)('%s', (_name, make, nextDeadlineMs) => {
  test(`waits for ${nextDeadlineMs}`, () => {
    expect(make().nextDeadlineMs).toBe(nextDeadlineMs);
  });

  test('that is woken early has nothing to do, and still waits for the same', () => {
    const node = make().at(501);
    expect(node.wakes()).toEqual([]);
    expect(node.nextDeadlineMs).toBe(nextDeadlineMs);
  });

  test('that is woken on time waits for something later', () => {
    const node = make();
    node.at(nextDeadlineMs).wakes();
    expect(node.nextDeadlineMs).toBeGreaterThan(nextDeadlineMs);
  });

  test('that is woken a minute late does what is due, once, and waits for something later', () => {
    const node = make().at(60_500);
    expect(node.wakes().length).toBeLessThanOrEqual(4);
    expect(node.nextDeadlineMs).toBeGreaterThan(60_500);
  });

  test('that is closed waits for nothing, and does nothing any more', () => {
    const node = make();
    node.closes();
    expect(node.nextDeadlineMs).toBe(Number.POSITIVE_INFINITY);
    expect(node.elector.state).toBe('CLOSED');
    expect(node.hears(heartbeat({ term: 9, leader: 'c' }))).toEqual([]);
    expect(node.closes()).toEqual([]);
    expect(node.elector.term).toBeLessThan(9);
  });
});

describe('deadlines', () => {
  test("a leader's lease is one: as soon as it is earlier than the next heartbeat", () => {
    const chief = leader();
    chief.wakesUntil(900);
    expect(chief.nextDeadlineMs).toBe(500 + LEASE_MS);
  });

  test('of a former role are over', () => {
    const former = leader();
    former.hears(heartbeat({ term: 6, leader: 'c' }));
    expect(former.wakesUntil(1099)).toEqual([]);
  });

  test('that are due together are taken in one input', () => {
    const node = started({ isNew: true, term: 0 });
    node.wakesUntil(99);
    expect(
      node
        .at(1200)
        .wakes()
        .map(({ kind }) => kind),
    ).toEqual(['persist', 'broadcast', 'send', 'stateChange']);
  });
});

describe('an event loop that was blocked for longer than the lease', () => {
  test('the loss is told whatever comes first, an answer that would have prolonged the lease included', () => {
    const chief = leader();
    chief.wakesUntil(600);
    const answer = heartbeatResponse({ term: 5, voter: 'b', round: 2 });
    expect(chief.at(1200).hears(answer)).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'leaseExpired'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('the loss has its own reason, even if the same input begins something new', () => {
    const chief = leader();
    expect(chief.at(1200).campaigns()).toEqual([
      change('LEADER', 'PRE_CANDIDATE', 5, 'leaseExpired'),
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 3 })),
      leaderKnown(undefined, 5),
    ]);
  });

  test('a follower that hears its pending heartbeats before its timer makes no false election', () => {
    const node = follower();
    node.at(1600).hears(heartbeat({ term: 5, leader: 'b', round: 9 }));
    expect(node.wakes()).toEqual([]);
    expect(node.elector.state).toBe('FOLLOWER');
  });
});
