// Rule 4, as far as the core goes: two live processes with one id. The log's owner is the log's business.
import { describe, expect, test } from 'vitest';
import {
  candidate,
  change,
  elected,
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  leaderKnown,
  preVoteRefusal,
  preVoteRequest,
  report,
  Subject,
  send,
  started,
  timeoutNow,
  voteRefusal,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

const OWN = 1001;
const OTHER = 2001;
const TWIN_FOUND = report(
  'DUPLICATE_ID',
  'another live process has the id "a": neither votes or leads until one of them is gone',
);
const proof = (term: number) => wordToOwnId({ term, speaker: OTHER, heard: OWN });

describe('rule 4: each start draws an incarnation, and says so to its own id', () => {
  test('at once, and every heartbeat interval while votes have to wait anyway', () => {
    const node = new Subject();
    expect(node.start()).toEqual([]);
    expect(node.nextDeadlineMs).toBe(0);
    expect(node.wakes()).toEqual([send('a', wordToOwnId({ term: 4, speaker: OWN, heard: 0 }))]);
    const words = node.wakesUntil(2000).filter((effect) => effect.kind === 'send' && effect.to === 'a');
    expect(words).toHaveLength(5);
  });

  test('its messages carry it', () => {
    const voter = started({ incarnation: 4711 }).at(500);
    expect(voter.hears(voteRequest({ term: 4 }))).toEqual([
      { kind: 'persist', term: 4, votedFor: 'b', isNew: false },
      send('b', { ...voteRefusal({ term: 4 }), granted: true, incarnation: 4711 }),
    ]);
  });
});

describe('rule 4: two live processes with one id are detected', () => {
  test('a word to its own id is answered with what was heard, so that the other knows', () => {
    const node = follower();
    expect(node.hears(wordToOwnId({ term: 0, speaker: OTHER, heard: 0 }))).toEqual([
      send('a', wordToOwnId({ term: 5, speaker: OWN, heard: OTHER })),
    ]);
  });

  test('a word that repeats the present incarnation is proof: reported, and said back at once', () => {
    const node = follower();
    expect(node.hears(proof(0))).toEqual([TWIN_FOUND]);
    expect(node.nextDeadlineMs).toBe(500);
    expect(node.wakes()).toEqual([send('a', wordToOwnId({ term: 5, speaker: OWN, heard: OTHER }))]);
  });

  test.each([
    ['its own heartbeat', heartbeat({ term: 5, leader: 'a', round: 9, incarnation: OTHER })],
    ['its own vote request', voteRequest({ term: 6, candidate: 'a', incarnation: OTHER })],
    ['its own pre-vote request', preVoteRequest({ term: 6, candidate: 'a', incarnation: OTHER })],
    ['its own answer to a heartbeat', heartbeatResponse({ term: 5, voter: 'a', incarnation: OTHER })],
  ])('%s from another incarnation is a suspicion, asked about and nothing else', (_name, message) => {
    const node = follower();
    expect(node.hears(message)).toEqual([send('a', wordToOwnId({ term: 5, speaker: OWN, heard: OTHER }))]);
    expect(node.elector.term).toBe(5);
  });

  test('its own words, heard back, are nothing', () => {
    const chief = leader();
    expect(chief.hears(heartbeat({ term: 5, leader: 'a', round: 1 }))).toEqual([]);
    expect(chief.hears(voteRequest({ term: 5, candidate: 'a' }))).toEqual([]);
  });

  test('suspicions are answered once a heartbeat interval at most, so that two processes start no storm', () => {
    const node = follower();
    const words = [];
    for (let nowMs = 500; nowMs < 700; nowMs++) {
      words.push(...node.at(nowMs).hears(wordToOwnId({ term: 0, speaker: OTHER, heard: 0 })));
    }
    expect(words).toHaveLength(2);
  });

  test('late messages of its former self do not count: no proof can come from it', () => {
    const node = follower();
    const late = wordToOwnId({ term: 5, speaker: OTHER, heard: 999 });
    expect(node.hears(late).filter(({ kind }) => kind === 'report')).toEqual([]);
    expect(
      node
        .at(1000)
        .hears(voteRequest({ term: 6, candidate: 'c' }))
        .map(({ kind }) => kind),
    ).toContain('persist');
  });

  test('a leader sees both answer its heartbeats and tells each of the other', () => {
    const chief = leader();
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 1, incarnation: 31 }));
    chief.wakesUntil(600);
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 2, incarnation: 32 }));
    chief.wakesUntil(700);
    expect(chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 3, incarnation: 31 }))).toEqual([
      send('c', wordToOwnId({ id: 'c', term: 5, speaker: 32, heard: 31 })),
      send('c', wordToOwnId({ id: 'c', term: 5, speaker: 31, heard: 32 })),
    ]);
  });

  test('a leader takes a voter that restarts for what it is, late answers of its former self included', () => {
    const chief = leader();
    chief.wakesUntil(600);
    expect(chief.hears(heartbeatResponse({ term: 5, voter: 'b', round: 2, incarnation: 22 }))).toEqual([]);
    expect(chief.hears(heartbeatResponse({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(chief.nextDeadlineMs).toBe(700);
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(452.4, 1);
  });
});

describe('rule 4: both refuse to vote or lead until one is gone', () => {
  test('a leader stops leading', () => {
    expect(leader().hears(proof(5))).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'duplicateId'),
      TWIN_FOUND,
      leaderKnown(undefined, 5),
    ]);
  });

  test('one that has won gives up before its first lease', () => {
    expect(elected().hears(proof(5))).toEqual([TWIN_FOUND, change('CANDIDATE', 'FOLLOWER', 5, 'duplicateId')]);
  });

  test('a candidate gives up', () => {
    expect(candidate().hears(proof(5))).toEqual([TWIN_FOUND, change('CANDIDATE', 'FOLLOWER', 5, 'duplicateId')]);
  });

  test('votes and pre-votes are refused, and the term is not taken over', () => {
    const node = follower();
    node.hears(proof(5));
    expect(node.at(1000).hears(voteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a' })),
    ]);
    expect(node.hears(preVoteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', preVoteRefusal({ term: 5, voter: 'a' })),
    ]);
  });

  test('so is a request in the name of the outgoing leader, and TimeoutNow', () => {
    const node = follower();
    node.hears(proof(5));
    expect(node.hears(voteRequest({ term: 6, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a' })),
    ]);
    expect(node.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('at its election timeout it asks nobody', () => {
    const node = follower();
    node.hears(proof(5));
    const asked = node.wakesUntil(1490).filter(({ kind }) => kind === 'broadcast');
    expect(asked).toEqual([]);
  });

  test('once the other was silent for electionTimeoutMax it waits for what that one may have promised', () => {
    const node = follower();
    node.hears(proof(5));
    node.wakesUntil(1500);
    expect(node.hears(voteRequest({ term: 6, candidate: 'c' }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 500 })),
    ]);
    expect(
      node
        .at(2000)
        .hears(voteRequest({ term: 6, candidate: 'c' }))
        .map(({ kind }) => kind),
    ).toContain('persist');
  });

  test('that wait passes for no outgoing leader: what was promised in its name was promised to anyone', () => {
    const node = follower();
    node.hears(proof(5));
    node.wakesUntil(1500);
    node.hears(heartbeat({ term: 5, leader: 'b', round: 3 }));
    expect(node.hears(voteRequest({ term: 6, candidate: 'c', transfer: true }))).toEqual([
      send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 500 })),
    ]);
    expect(node.hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('a leader does not count either of them', () => {
    const chief = leader();
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 1, incarnation: 31 }));
    chief.wakesUntil(600);
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 2, incarnation: 32 }));
    chief.wakesUntil(700);
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 3, incarnation: 31 }));
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 3, incarnation: 32 }));
    expect(chief.elector.heirs()).toEqual(['b']);
    chief.wakesUntil(800);
    chief.hears(heartbeatResponse({ term: 5, voter: 'c', round: 4, incarnation: 32 }));
    // Round 2, sent at 600, is the newest that c's answer was counted for.
    expect(chief.elector.leaseLeftMs(chief.instant)).toBeCloseTo(252.4, 1);
  });
});
