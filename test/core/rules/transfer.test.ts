// Rule 9; diss. 3.10.
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
  persist,
  preCandidate,
  preVoteGrant,
  preVoteRequest,
  type Subject,
  send,
  started,
  timeoutNow,
  voteGrant,
  voteRefusal,
  voteRequest,
} from '../electors.js';

const GIVEN_UP = [change('LEADER', 'FOLLOWER', 5, 'steppedDown')];
const UNLED = [leaderKnown(undefined, 5)];
const asks = (heir: string) => send(heir, timeoutNow({ term: 5, leader: 'a' }));

/** Leads term 5 at 500, answered by b and c alike. */
function leaderOfTwo(): Subject {
  const subject = leader();
  subject.hears(heartbeatResponse({ term: 5, voter: 'c', round: 1 }));
  return subject;
}

describe('rule 9: the lease is dropped, and only then TimeoutNow goes to the heir', () => {
  test('on stepping down: the loss is the first effect', () => {
    const chief = leader();
    expect(chief.stepsDown()).toEqual([...GIVEN_UP, asks('b'), ...UNLED]);
    expect(chief.isLeader).toBe(false);
  });

  test('on a transfer', () => {
    expect(leader().transfers()).toEqual([...GIVEN_UP, asks('b'), ...UNLED]);
  });

  test('to a voter that was named', () => {
    expect(leaderOfTwo().transfers('c')).toEqual([...GIVEN_UP, asks('c'), ...UNLED]);
  });

  test('not to one that does not answer: then it goes on leading', () => {
    const chief = leader();
    expect(chief.mayHandOver('c')).toBe(false);
    expect(chief.transfers('c')).toEqual([]);
    expect(chief.isLeader).toBe(true);
  });

  test('a transfer is nothing to who does not lead', () => {
    for (const node of [follower(), preCandidate(), candidate(), elected()]) expect(node.transfers()).toEqual([]);
  });

  test('stepping down without an heir is plain resignation', () => {
    const alone = leader({ cluster: { name: 'test', voters: ['a'] } });
    alone.wakesUntil(500);
    expect(alone.stepsDown()).toEqual([...GIVEN_UP, ...UNLED]);
  });

  test('one that has won and waits for its lease gives the term up too', () => {
    expect(elected().stepsDown()).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'steppedDown')]);
  });

  test('stepping down is nothing to who does not lead', () => {
    for (const node of [follower(), preCandidate(), candidate()]) expect(node.stepsDown()).toEqual([]);
  });
});

describe('rule 9: TimeoutNow may get lost', () => {
  test('so it is repeated, to the heir first and then to the others in turn, for electionTimeoutMin', () => {
    const former = leaderOfTwo();
    former.stepsDown();
    const repeated = former.wakesUntil(5000).filter(({ kind }) => kind === 'send');
    // With the one at 500: four to b, then c and b in turn, every 15 ms, until 995.
    expect(repeated).toEqual([
      ...Array.from({ length: 3 }, () => asks('b')),
      ...Array.from({ length: 30 }, (_, index) => asks(index % 2 === 0 ? 'c' : 'b')),
    ]);
  });

  test('until a newer term is seen', () => {
    const former = leader();
    former.stepsDown();
    former.at(505).hears(voteRequest({ term: 6, candidate: 'b', transfer: true }));
    expect(former.wakesUntil(900)).toEqual([]);
  });
});

describe('rule 9: the heir', () => {
  test('campaigns at once, without pre-vote, whatever it promised that leader; its request says so', () => {
    expect(follower({ heir: 'a' }).hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([
      persist(6, 'a'),
      broadcast(voteRequest({ term: 6, candidate: 'a', round: 1, transfer: true, standBy: true })),
      change('FOLLOWER', 'CANDIDATE', 6, 'asked'),
      leaderKnown(undefined, 6),
    ]);
  });

  test('repeats that request like any other, the flag included', () => {
    const heir = follower({ heir: 'a' });
    heir.hears(timeoutNow({ term: 5, leader: 'b' }));
    expect(heir.wakesUntil(515)).toEqual([
      broadcast(voteRequest({ term: 6, candidate: 'a', round: 1, transfer: true, standBy: true })),
    ]);
  });

  test('the flag dies with that one campaign', () => {
    const heir = follower({ heir: 'a' });
    heir.hears(timeoutNow({ term: 5, leader: 'b' }));
    heir.wakesUntil(952);
    expect(heir.wakesUntil(953)).toEqual([
      broadcast(preVoteRequest({ term: 7, candidate: 'a', round: 2 })),
      change('CANDIDATE', 'PRE_CANDIDATE', 6, 'electionTimeout'),
    ]);
    // It stood by the outgoing leader itself until then.
    heir.wakesUntil(999);
    expect(heir.at(1000).hears(preVoteGrant({ term: 7, voter: 'c', round: 2 }))).toEqual([
      persist(7, 'a'),
      broadcast(voteRequest({ term: 7, candidate: 'a', round: 3, transfer: false, standBy: true })),
      change('PRE_CANDIDATE', 'CANDIDATE', 7, 'won'),
    ]);
  });

  test('follows TimeoutNow once: a repetition does not start another campaign', () => {
    const heir = follower({ heir: 'a' });
    heir.hears(timeoutNow({ term: 5, leader: 'b' }));
    expect(heir.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
    expect(heir.elector.term).toBe(6);
  });

  test.each([
    ['an older term', timeoutNow({ term: 4, leader: 'b' })],
    ['a newer term', timeoutNow({ term: 6, leader: 'b' })],
    ['who does not lead the term', timeoutNow({ term: 5, leader: 'c' })],
    ['itself', timeoutNow({ term: 5, leader: 'a' })],
  ])('does not follow TimeoutNow of %s', (_name, message) => {
    expect(follower({ heir: 'a' }).hears(message)).toEqual([]);
  });

  test('does not follow TimeoutNow before it has heard the leader of the term since it started', () => {
    const node = started({ term: 5 }).at(500);
    expect(node.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('need not be the one that the heartbeats named', () => {
    const node = follower({ heir: 'c' });
    expect(node.hears(timeoutNow({ term: 5, leader: 'b' })).map(({ kind }) => kind)).toContain('persist');
  });

  test('does follow within the wait after a restart, if its log was kept', () => {
    const node = started({ term: 5 });
    node.at(10).hears(heartbeat({ term: 5, leader: 'b' }));
    expect(
      node
        .at(20)
        .hears(timeoutNow({ term: 5, leader: 'b' }))
        .map(({ kind }) => kind),
    ).toContain('persist');
  });

  test('does not within the longer wait of a new log', () => {
    const node = started({ isNew: true, term: 0 });
    node.at(10).hears(heartbeat({ term: 5, leader: 'b' }));
    expect(node.at(999).hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
    expect(
      node
        .at(1000)
        .hears(timeoutNow({ term: 5, leader: 'b' }))
        .map(({ kind }) => kind),
    ).toContain('persist');
  });
});

describe("rule 9: a request in the outgoing leader's name", () => {
  test('passes stickiness', () => {
    expect(follower().hears(voteRequest({ term: 6, candidate: 'c', transfer: true }))).toEqual([
      persist(6, 'c'),
      send('c', voteGrant({ term: 6, voter: 'a' })),
      leaderKnown(undefined, 6),
    ]);
  });

  test('is granted again when it is asked again: the answer may have been lost', () => {
    const voter = follower();
    const request = voteRequest({ term: 6, candidate: 'c', transfer: true });
    voter.hears(request);
    expect(voter.at(530).hears(request)).toEqual([send('c', voteGrant({ term: 6, voter: 'a' }))]);
    expect(voter.hears(voteRequest({ term: 6, candidate: 'b', transfer: true }))).toEqual([
      send('b', voteRefusal({ term: 6, voter: 'a', retryAfterMs: 470 })),
    ]);
  });

  test('passes the wait of a restarted voter whose log was kept', () => {
    expect(
      started()
        .at(1)
        .hears(voteRequest({ term: 5, candidate: 'c', transfer: true })),
    ).toEqual([persist(5, 'c'), send('c', voteGrant({ term: 5, voter: 'a' }))]);
  });

  test('never the longer wait of a new log', () => {
    const voter = started({ isNew: true, term: 0 });
    expect(voter.at(999).hears(voteRequest({ term: 5, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 0, voter: 'a', retryAfterMs: 1 })),
    ]);
  });

  test('passes no promise that was made in the term that it asks for: that was to another leader', () => {
    expect(follower().hears(voteRequest({ term: 5, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 500 })),
    ]);
  });

  test('does not pass a vote that was given', () => {
    const voter = started({ term: 6, votedFor: 'b' }).at(500);
    expect(voter.hears(voteRequest({ term: 6, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 6, voter: 'a' })),
    ]);
  });

  test('gets the vote of the outgoing leader itself', () => {
    const former = leader();
    former.stepsDown();
    expect(former.at(502).hears(voteRequest({ term: 6, candidate: 'b', transfer: true }))).toEqual([
      persist(6, 'b'),
      send('b', voteGrant({ term: 6, voter: 'a' })),
    ]);
  });
});

describe('rule 9: having sent TimeoutNow, a node', () => {
  test('never leads again in that term: answers that come in late give no lease', () => {
    const former = leader();
    former.stepsDown();
    expect(former.hears(heartbeatResponse({ term: 5, voter: 'b', round: 1 }))).toEqual([]);
    expect(former.hears(heartbeatResponse({ term: 5, voter: 'c', round: 1 }))).toEqual([]);
    expect([former.isLeader, former.elector.state]).toEqual([false, 'FOLLOWER']);
  });

  test('does not campaign before the others have had their turn: later than any follower times out', () => {
    const former = leader();
    former.stepsDown();
    const asked = former.wakesUntil(500 + 1000 + 100 + 499).filter(({ kind }) => kind === 'broadcast');
    expect(asked).toEqual([]);
  });

  test('then it may, in the next term', () => {
    const former = leader();
    former.stepsDown();
    former.wakesUntil(2100);
    expect(former.elector.state).toBe('PRE_CANDIDATE');
  });

  test('follows whoever leads next', () => {
    const former = leader();
    former.stepsDown();
    expect(former.at(510).hears(heartbeat({ term: 6, leader: 'b' }))).toEqual([
      persist(6),
      send('b', heartbeatResponse({ term: 6, voter: 'a' })),
      leaderKnown('b', 6),
    ]);
  });
});
