// Rule 5; diss. 3.4 (election timeouts, heartbeats), 3.9 (timing).
import { describe, expect, test } from 'vitest';
import {
  broadcast,
  candidate,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  preCandidate,
  preVoteGrant,
  preVoteRequest,
  Subject,
  send,
  voteGrant,
  voteRequest,
} from '../electors.js';

/** What the default clock drift leaves of a duration that others measure too (rules 7, 8). */
const DRIFT_CUT = 0.95 / 1.05;

describe('rule 5: the election timeout is drawn from [electionTimeoutMin, electionTimeoutMax)', () => {
  test.each([
    [0, 500 * DRIFT_CUT],
    [0.5, 750 * DRIFT_CUT],
    [1 - 2 ** -32, 1000 * DRIFT_CUT],
  ])(
    'a candidacy, when the draw is %d, lasts %d ms, to the millisecond: cut by the drift, as a lease is',
    (drawn, lastsMs) => {
      let draw = 0;
      const asker = preCandidate({ draw: () => draw });
      draw = drawn;
      asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
      asker.wakesUntil(500 + lastsMs - 1);
      expect(asker.elector.state).toBe('CANDIDATE');
      asker.wakesUntil(500 + lastsMs);
      expect(asker.elector.state).toBe('PRE_CANDIDATE');
    },
  );

  test.each([
    [0, 1100],
    [0.5, 1350],
    [1 - 2 ** -32, 1600],
  ])(
    'a follower, when the draw is %d, waits for its leader until %d, a heartbeat interval longer',
    (drawn, endsAtMs) => {
      let draw = 0;
      const node = follower({ draw: () => draw });
      draw = drawn;
      node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
      node.wakesUntil(endsAtMs - 1);
      expect(node.elector.state).toBe('FOLLOWER');
      node.wakesUntil(endsAtMs);
      expect(node.elector.state).toBe('PRE_CANDIDATE');
    },
  );
});

describe('rule 5: heartbeats', () => {
  test('the first at once on election', () => {
    expect(candidate().hears(voteGrant({ term: 5, voter: 'c', round: 2 }))).toEqual([
      broadcast(heartbeat({ term: 5, leader: 'a', round: 1 })),
    ]);
  });

  test('then one every heartbeat interval, counted', () => {
    const chief = leader();
    expect(chief.nextDeadlineMs).toBe(600);
    expect(chief.wakesUntil(700)).toEqual([
      broadcast(heartbeat({ term: 5, leader: 'a', round: 2, heir: 'b' })),
      broadcast(heartbeat({ term: 5, leader: 'a', round: 3, heir: 'b' })),
    ]);
    expect(chief.nextDeadlineMs).toBe(800);
  });

  test('one that is late by a blocked event loop is sent once, not made up for', () => {
    const chief = leader();
    expect(chief.at(880).wakes()).toEqual([broadcast(heartbeat({ term: 5, leader: 'a', round: 2, heir: 'b' }))]);
    expect(chief.nextDeadlineMs).toBe(500 + 452.38095238095235);
    chief.hears(heartbeatResponse({ term: 5, voter: 'b', round: 2 }));
    expect(chief.nextDeadlineMs).toBe(980);
  });

  test('go on while the first lease is awaited', () => {
    const winner = elected();
    expect(winner.wakesUntil(600)).toEqual([broadcast(heartbeat({ term: 5, leader: 'a', round: 2 }))]);
  });
});

describe('diss. 3.4: a follower', () => {
  test('that hears heartbeats stays one', () => {
    const node = follower();
    for (let round = 3; round < 50; round++) {
      node.wakesUntil(400 + round * 100);
      expect(node.hears(heartbeat({ term: 5, leader: 'b', round }))).toEqual([
        send('b', heartbeatResponse({ term: 5, voter: 'a', round })),
      ]);
    }
    expect(node.elector.state).toBe('FOLLOWER');
  });

  test('that hears nothing for the election timeout begins an election', () => {
    const node = follower();
    expect(node.wakesUntil(1099)).toEqual([]);
    expect(node.wakesUntil(1100)).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 1 })),
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'electionTimeout'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('that gives its vote waits an election timeout anew', () => {
    const node = follower().at(1050);
    node.hears(voteRequest({ term: 6, candidate: 'c' }));
    expect(node.nextDeadlineMs).toBe(1050 + 600);
  });
});

describe('diss. 3.4: a candidate that neither wins nor loses', () => {
  test('asks about the next term when its election timeout is over', () => {
    const asker = candidate();
    asker.wakesUntil(952);
    expect(asker.at(953).wakes()).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 3 })),
      change('CANDIDATE', 'PRE_CANDIDATE', 5, 'electionTimeout'),
    ]);
  });

  test('campaigns in the next term then, where pre-vote is off', () => {
    const asker = new Subject({ preVote: false });
    asker.start();
    asker.wakesUntil(500);
    expect(asker.elector.state).toBe('CANDIDATE');
    const effects = asker.wakesUntil(953);
    expect(effects.slice(-2)).toEqual([
      { kind: 'persist', term: 6, votedFor: 'a', isNew: false },
      broadcast(voteRequest({ term: 6, candidate: 'a', round: 2 })),
    ]);
  });

  test('and one that has won, but nobody answers its heartbeats, makes room at its election timeout', () => {
    const winner = elected();
    winner.wakesUntil(952);
    expect(winner.at(953).wakes()).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'electionTimeout')]);
  });
});
