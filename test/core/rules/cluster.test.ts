// Rule 3. What a cluster may be is checked in options.test.ts.
import { describe, expect, test } from 'vitest';
import { Cluster } from '../cluster.js';
import {
  broadcast,
  change,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  preVoteRequest,
  report,
  type Subject,
  started,
  timeoutNow,
  voteRefusal,
  voteRequest,
} from '../electors.js';

const THREE = { cluster: { name: 'test', size: 3 } };

const crowdOf = (alive: string) =>
  report(
    'TOO_MANY_VOTERS',
    `cluster.size is 3 and ${alive}: nobody leads while this lasts; stop the surplus ones, make them observers, ` +
      'or list cluster.voters',
  );
const FOUR_ALIVE = crowdOf('4 voters are alive (a, b, c, d)');

/** At 610 it has heard b, c and d, each again after the last of them had appeared. */
function inCrowd(): Subject {
  const subject = preCandidate(THREE);
  for (const voter of ['b', 'c', 'd']) subject.hears(preVoteRefusal({ term: 4, voter, round: 99 }));
  return subject;
}

describe('rule 3: with a size alone, whoever votes counts', () => {
  test('a leader of three has a lease by the answer of a voter that nobody had listed', () => {
    const chief = leader(THREE);
    expect(chief.elector.state).toBe('LEADER');
  });
});

describe('rule 3: more voters alive than the size', () => {
  test('are detected from what is heard and reported, and a leader stops leading', () => {
    const chief = leader(THREE);
    expect(chief.at(510).hears(heartbeatResponse({ term: 5, voter: 'c' }))).toEqual([]);
    expect(chief.at(520).hears(heartbeatResponse({ term: 5, voter: 'd' }))).toEqual([]);
    expect(chief.at(600).hears(heartbeatResponse({ term: 5, voter: 'b' }))).toEqual([]);
    expect(chief.at(610).hears(heartbeatResponse({ term: 5, voter: 'c' }))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'tooManyVoters'),
      FOUR_ALIVE,
      leaderKnown(undefined, 5),
    ]);
    expect(chief.isLeader).toBe(false);
  });

  test('are reported once while it lasts', () => {
    const node = inCrowd();
    for (const voter of ['b', 'c', 'd', 'b', 'c', 'd']) {
      expect(node.at(510).hears(preVoteRefusal({ term: 4, voter, round: 99 }))).toEqual([]);
    }
  });

  test('keep a pre-candidate from campaigning, but not from being heard', () => {
    const node = inCrowd();
    expect(node.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }))).toEqual([]);
    expect(node.hears(preVoteGrant({ term: 5, voter: 'c', round: 1 }))).toEqual([]);
    expect(node.at(505).wakes()).toEqual([broadcast(preVoteRequest({ term: 5, candidate: 'a', round: 1 }))]);
    expect(node.elector.state).toBe('PRE_CANDIDATE');
  });

  test('end a candidacy', () => {
    const asker = preCandidate(THREE);
    asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    asker.hears(voteRefusal({ term: 4, voter: 'c', round: 2, retryAfterMs: 100 }));
    expect(asker.hears(voteRefusal({ term: 4, voter: 'd', round: 2, retryAfterMs: 100 }))).toEqual([
      FOUR_ALIVE,
      change('CANDIDATE', 'FOLLOWER', 5, 'tooManyVoters'),
    ]);
  });

  test('keep a voter from voting and pre-voting, and from taking the term over', () => {
    const node = inCrowd();
    expect(node.hears(voteRequest({ term: 9, candidate: 'b' }))).toEqual([
      { kind: 'send', to: 'b', message: voteRefusal({ term: 4, voter: 'a' }) },
    ]);
    expect(node.hears(preVoteRequest({ term: 9, candidate: 'b' }))).toEqual([
      { kind: 'send', to: 'b', message: preVoteRefusal({ term: 4, voter: 'a' }) },
    ]);
  });

  test('keep the heir from following TimeoutNow', () => {
    const heir = follower({ ...THREE, heir: 'a' });
    for (const candidate of ['c', 'd']) heir.hears(preVoteRequest({ term: 5, candidate }));
    heir.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(heir.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('are seen for as long as they are there, also where elections do without pre-votes', () => {
    const all = { preVote: false };
    const cluster = new Cluster({
      cluster: { name: 'story', size: 2 },
      nodes: { a: {}, b: {}, c: {} },
      all,
    }).startAll();
    cluster.runTo(3000).transcript.take();
    expect(cluster.runTo(30_000).transcript.take()).not.toContain('LEADER');
  });

  test('are shown to the leader by who sees them, with an answer that promises nothing: it stops leading', () => {
    const voter = follower({ ...THREE, heir: 'c' });
    for (const candidate of ['c', 'd']) voter.hears(preVoteRequest({ term: 5, candidate }));
    expect(voter.hears(heartbeat({ term: 5, leader: 'b', round: 3 })).filter(({ kind }) => kind === 'send')).toEqual([
      { kind: 'send', to: 'b', message: heartbeatResponse({ term: 5, voter: 'a', round: 0 }) },
    ]);
    const chief = leader({ cluster: { name: 'test', size: 1 } });
    chief.hears(heartbeatResponse({ term: 5, voter: 'b', round: 0 }));
    expect(chief.isLeader).toBe(false);
  });

  test('are shown also to the second leader of a term, whom nobody follows', () => {
    // Seed 986698: each led term 5 of a cluster of one while cut off; the one that had stepped down kept silent.
    const former = leader({ cluster: { name: 'test', size: 1 } });
    former.stepsDown();
    const told = former.hears(heartbeat({ term: 5, leader: 'b', round: 4 }));
    expect(told.filter(({ kind }) => kind === 'report')).toMatchObject([{ code: 'SECOND_LEADER' }]);
    expect(told.filter(({ kind }) => kind === 'send')).toEqual([
      { kind: 'send', to: 'b', message: heartbeatResponse({ term: 5, voter: 'a', round: 0 }) },
    ]);
  });

  test('of a cluster of one: nobody leads for more than a moment, though each alone would be a quorum', () => {
    const cluster = new Cluster({ cluster: { name: 'story', size: 1 }, nodes: { a: {}, b: {} }, all: {} }).startAll();
    cluster.runTo(3000).transcript.take();
    const told = cluster.runTo(30_000).transcript.take();
    expect(told.split('\n').filter((line) => line.includes('LEADER'))).toEqual([]);
  });

  test('are over once the surplus was silent for electionTimeoutMax: then it asks, and campaigns, again', () => {
    const node = inCrowd();
    node.wakesUntil(900);
    for (const voter of ['b', 'c']) node.hears(preVoteRefusal({ term: 4, voter, round: 99 }));
    node.wakesUntil(1899);
    node.hears(preVoteRefusal({ term: 4, voter: 'b', round: 99 }));
    node.wakesUntil(1900);
    expect(node.hears(preVoteGrant({ term: 5, voter: 'b', round: lastRound(node) })).map(({ kind }) => kind)).toEqual([
      'persist',
      'broadcast',
      'stateChange',
    ]);
  });

  test('are over even if nobody at all was heard since', () => {
    const node = inCrowd();
    node.wakesUntil(1700);
    expect(node.hears(preVoteGrant({ term: 5, voter: 'b', round: lastRound(node) })).map(({ kind }) => kind)).toEqual([
      'persist',
      'broadcast',
      'stateChange',
    ]);
  });

  test('are not seen in a voter and its replacement, one after the other', () => {
    const node = started(THREE);
    node.at(100).hears(preVoteRequest({ term: 5, candidate: 'b' }));
    node.at(100).hears(preVoteRequest({ term: 5, candidate: 'c' }));
    node.at(200).hears(preVoteRequest({ term: 5, candidate: 'd' }));
    node.at(300).hears(preVoteRequest({ term: 5, candidate: 'd' }));
    const effects = node.at(300).hears(preVoteRequest({ term: 5, candidate: 'c' }));
    expect(effects.filter(({ kind }) => kind === 'report')).toEqual([]);
  });

  test('cannot be where voters are listed: a surplus one is not listened to', () => {
    const chief = leader();
    for (const nowMs of [510, 520, 530]) {
      for (const voter of ['x', 'y', 'z']) {
        expect(chief.at(nowMs).hears(heartbeatResponse({ term: 5, voter }))).toEqual([
          report(
            'UNLISTED_VOTER',
            `"${voter}" takes part in cluster test and is not one of cluster.voters (a, b, c): it is not listened to`,
          ),
        ]);
      }
    }
    expect(chief.isLeader).toBe(true);
  });
});

describe('rule 3: who is not listed is heard in nothing', () => {
  test.each([
    ['a heartbeat', heartbeat({ term: 9, leader: 'x', round: 9 })],
    ['a vote request', voteRequest({ term: 9, candidate: 'x' })],
    ['a pre-vote request', preVoteRequest({ term: 9, candidate: 'x' })],
    ['an answer to a heartbeat', heartbeatResponse({ term: 9, voter: 'x' })],
    ['a refusal with a newer term', voteRefusal({ term: 9, voter: 'x' })],
  ])('%s', (_name, message) => {
    const node = follower();
    expect(node.hears(message)).toEqual([
      report(
        'UNLISTED_VOTER',
        '"x" takes part in cluster test and is not one of cluster.voters (a, b, c): it is not listened to',
      ),
    ]);
    expect([node.elector.term, node.elector.leader]).toEqual([5, 'b']);
  });
});

/** The round of the pre-vote that it asks next. */
function lastRound(node: Subject): number {
  const [request] = node.at(node.nextDeadlineMs).wakes();
  if (request?.kind !== 'broadcast' || request.message.kind !== 'preVoteRequest') throw new Error('asks nobody');
  return request.message.round;
}
