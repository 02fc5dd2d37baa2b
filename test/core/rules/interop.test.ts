// Rule 15.
import { describe, expect, test } from 'vitest';
import {
  anonymousAnswer,
  broadcast,
  change,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  persist,
  preVoteRequest,
  report,
  Subject,
  type SubjectOptions,
  send,
  timeoutNow,
  voteGrant,
  voteRefusal,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

const INTEROP = { interop: true, cluster: { name: 'test', size: 3 } } as const;
const GO = { incarnation: 0, round: 0 } as const;
const grant = (term: number) => anonymousAnswer({ term, granted: true });
const plainGraft = (who: string) =>
  report(
    'PLAIN_GRAFT_PEER',
    `"${who}" speaks plain graft (Go) and can neither hear nor answer this node: set interop: true on every node ` +
      'until the last plain graft node is gone',
  );

/** Of term 5, at 500: it has its own vote alone. */
function candidate(options: SubjectOptions = {}): Subject {
  const subject = new Subject({ ...INTEROP, ...options });
  subject.start();
  subject.wakesUntil(500);
  return subject;
}

describe('rule 15: in interop mode there is', () => {
  test('no pre-vote: after the election timeout it campaigns', () => {
    const node = new Subject(INTEROP);
    node.start();
    node.wakesUntil(499);
    expect(node.at(500).wakes()).toEqual([
      persist(5, 'a'),
      broadcast(voteRequest({ term: 5, candidate: 'a', round: 1 })),
      send('a', wordToOwnId({ term: 5, speaker: 1001, heard: 0 })),
      change('FOLLOWER', 'CANDIDATE', 5, 'electionTimeout'),
    ]);
    expect(node.hears(preVoteRequest({ term: 6, candidate: 'b' }))).toEqual([]);
  });

  test('no lease: leadership is shown with the vote, and nobody has to answer for it to last', () => {
    const asker = candidate();
    expect(asker.hears(grant(5))).toEqual([
      broadcast(heartbeat({ term: 5, leader: 'a', round: 0 })),
      change('CANDIDATE', 'LEADER', 5, 'won'),
      leaderKnown('a', 5),
    ]);
    asker.wakesUntil(60_000);
    expect(asker.isLeader).toBe(true);
    expect(asker.elector.leaseLeftMs(asker.instant)).toBe(Number.POSITIVE_INFINITY);
  });

  test('no transfer: stepping down is resignation, TimeoutNow is not heeded', () => {
    const chief = candidate();
    chief.hears(grant(5));
    expect(chief.stepsDown()).toEqual([change('LEADER', 'FOLLOWER', 5, 'steppedDown'), leaderKnown(undefined, 5)]);
    const node = candidate();
    node.hears(heartbeat({ term: 6, leader: 'b', ...GO }));
    expect(node.hears(timeoutNow({ term: 6, leader: 'b' }))).toEqual([]);
  });

  test('no answer to a heartbeat, of whatever term', () => {
    const node = candidate();
    expect(node.hears(heartbeat({ term: 6, leader: 'b', ...GO }))).toEqual([
      persist(6),
      change('CANDIDATE', 'FOLLOWER', 6, 'newerTerm'),
      leaderKnown('b', 6),
    ]);
    expect(node.hears(heartbeat({ term: 6, leader: 'b', ...GO }))).toEqual([]);
    expect(node.hears(heartbeat({ term: 5, leader: 'b', ...GO }))).toEqual([]);
    expect(node.hears(heartbeatResponse({ term: 9, voter: 'b' }))).toEqual([]);
  });
});

describe('rule 15: grants are anonymous', () => {
  test('and each counts, since each peer answers once', () => {
    const asker = candidate({ cluster: { name: 'test', size: 5 } });
    expect(asker.hears(grant(5))).toEqual([]);
    expect(asker.hears(grant(5)).map(({ kind }) => kind)).toEqual(['broadcast', 'stateChange', 'leaderChange']);
  });

  test('so a request is sent once a term and never repeated', () => {
    const asker = candidate();
    expect(asker.wakesUntil(952)).toEqual([]);
    expect(asker.wakesUntil(953)).toEqual([
      persist(6, 'a'),
      broadcast(voteRequest({ term: 6, candidate: 'a', round: 2 })),
    ]);
  });

  test('one of another term does not count', () => {
    expect(candidate().hears(grant(4))).toEqual([]);
    expect(candidate().hears(grant(6))).toEqual([]);
  });

  test('a refusal with a newer term is heeded', () => {
    expect(candidate().hears(anonymousAnswer({ term: 9, granted: false }))).toEqual([
      persist(9),
      change('CANDIDATE', 'FOLLOWER', 9, 'newerTerm'),
    ]);
  });

  test('a named grant, of one of ours, counts once', () => {
    const asker = candidate({ cluster: { name: 'test', size: 5 } });
    asker.hears(voteGrant({ term: 5, voter: 'b', round: 1 }));
    expect(asker.hears(voteGrant({ term: 5, voter: 'b', round: 1 }))).toEqual([]);
  });
});

describe('rule 15: everything else stays', () => {
  test('one durable vote a term', () => {
    const voter = new Subject(INTEROP);
    voter.start();
    expect(voter.at(500).hears(voteRequest({ term: 6, candidate: 'b', ...GO }))).toEqual([
      persist(6, 'b'),
      send('b', voteGrant({ term: 6, voter: 'a', round: 0 })),
    ]);
    expect(voter.hears(voteRequest({ term: 6, candidate: 'c', ...GO }))).toEqual([
      send('c', voteRefusal({ term: 6, voter: 'a', round: 0 })),
    ]);
  });

  test('stickiness, and the wait after a start', () => {
    const voter = new Subject(INTEROP);
    voter.start();
    const refused = [send('c', voteRefusal({ term: 4, voter: 'a', round: 0 }))];
    expect(voter.at(499).hears(voteRequest({ term: 6, candidate: 'c', ...GO }))).toEqual(refused);
    voter.at(500).hears(heartbeat({ term: 4, leader: 'b', ...GO }));
    expect(voter.at(999).hears(voteRequest({ term: 6, candidate: 'c', ...GO }))).toEqual(refused);
  });

  test('a leader has no lease that would let it refuse: it follows a newer term, as plain graft does', () => {
    const chief = candidate();
    chief.hears(grant(5));
    expect(chief.hears(voteRequest({ term: 6, candidate: 'b', ...GO }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'newerTerm'),
      persist(6, 'b'),
      send('b', voteGrant({ term: 6, voter: 'a', round: 0 })),
      leaderKnown(undefined, 6),
    ]);
  });

  test('a second leader of the term is told', () => {
    const chief = candidate();
    chief.hears(grant(5));
    expect(chief.hears(heartbeat({ term: 5, leader: 'b', ...GO }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'secondLeader'),
      report('SECOND_LEADER', '"b" and "a" both lead term 5'),
      leaderKnown(undefined, 5),
    ]);
  });

  test('more voters than the size are told, and nobody leads', () => {
    const chief = candidate({ cluster: { name: 'test', size: 2 } });
    chief.hears(grant(5));
    chief.hears(voteRequest({ term: 4, candidate: 'b', ...GO }));
    chief.hears(voteRequest({ term: 4, candidate: 'c', ...GO }));
    chief.hears(voteRequest({ term: 4, candidate: 'b', ...GO }));
    expect(chief.elector.state).toBe('FOLLOWER');
  });
});

describe('rule 15: out of interop mode, hearing a plain graft peer is reported with what to change', () => {
  test.each([
    ['heartbeat', heartbeat({ term: 9, leader: 'b', ...GO })],
    ['vote request', voteRequest({ term: 9, candidate: 'b', ...GO })],
    ['heartbeat of one of ours in interop mode', heartbeat({ term: 9, leader: 'b', round: 0 })],
  ])('by its %s, which is heeded in nothing', (_name, message) => {
    const node = follower();
    expect(node.hears(message)).toEqual([plainGraft('b')]);
    expect(node.elector.term).toBe(5);
  });

  test('by its answer', () => {
    expect(leader().hears(anonymousAnswer({ term: 9, granted: false }))).toEqual([
      report('PLAIN_GRAFT_PEER', 'an anonymous vote came in, as plain graft (Go) peers send: it does not count'),
    ]);
  });
});
