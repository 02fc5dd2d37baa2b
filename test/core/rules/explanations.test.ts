// What the elector explains of itself, for who traces it: the refusals of rules 1, 3, 4, 7 and 13, and rule 8's round trips.
import { describe, expect, test } from 'vitest';
import type { PreVoteRequest, VoteRequest } from '../../../src/core/messages.js';
import {
  elected,
  follower,
  heartbeatResponse,
  leader,
  preCandidate,
  preVoteRefusal,
  preVoteRequest,
  type Subject,
  started,
  voteRequest,
  wordToOwnId,
} from '../electors.js';

/** At 500, free to vote; has voted for b in term 5. */
function voted(): Subject {
  const voter = started().at(500);
  voter.hears(voteRequest({ term: 5, candidate: 'b' }));
  return voter;
}

function crowded(): Subject {
  const voter = preCandidate({ cluster: { name: 'test', size: 3 } });
  for (const peer of ['b', 'c', 'd']) voter.hears(preVoteRefusal({ term: 4, voter: peer, round: 99 }));
  return voter;
}

function duplicated(): Subject {
  const voter = preCandidate();
  voter.hears(wordToOwnId({ term: 4, speaker: 77, heard: voter.elector.incarnation }));
  return voter;
}

describe('why a request is refused', () => {
  const cases: readonly (readonly [
    why: string,
    voter: () => Subject,
    request: VoteRequest | PreVoteRequest,
    hook: boolean,
  ])[] = [
    ['inDoubt', crowded, voteRequest({ term: 9, candidate: 'b' }), true],
    ['inDoubt', duplicated, preVoteRequest({ term: 9, candidate: 'b' }), true],
    ['leads', leader, voteRequest({ term: 9, candidate: 'b' }), true],
    ['leads', leader, preVoteRequest({ term: 9, candidate: 'b' }), true],
    ['promised', follower, voteRequest({ term: 9, candidate: 'c' }), true],
    ['promised', started, preVoteRequest({ term: 9, candidate: 'c' }), true],
    ['oldTerm', preCandidate, voteRequest({ term: 3, candidate: 'b' }), true],
    ['oldTerm', preCandidate, preVoteRequest({ term: 3, candidate: 'b' }), true],
    ['votedForOther', voted, voteRequest({ term: 5, candidate: 'c' }), true],
    ['votedForOther', voted, preVoteRequest({ term: 5, candidate: 'c' }), true],
    ['position', preCandidate, voteRequest({ term: 5, candidate: 'b' }), false],
    ['position', preCandidate, preVoteRequest({ term: 5, candidate: 'b' }), false],
  ];

  test.each(cases)('%s: said beforehand, and then it is refused', (why, make, request, grantVote) => {
    const voter = make();
    expect(voter.elector.refusalOf(request, grantVote, voter.instant)).toBe(why);
    expect(answersTo(voter, request, grantVote)).toEqual([false]);
  });

  test.each([
    ['a free voter', preCandidate, voteRequest({ term: 5 })],
    ['a free voter, asked first', preCandidate, preVoteRequest({ term: 5 })],
    ['who has voted for the same candidate', voted, voteRequest({ term: 5 })],
    ['who follows, asked in the name of the outgoing leader', follower, voteRequest({ term: 6, transfer: true })],
  ] as const)('nothing: %s grants', (_who, make, request) => {
    const voter = make();
    expect(voter.elector.refusalOf(request, true, voter.instant)).toBeUndefined();
    expect(answersTo(voter, request, true)).toEqual([true]);
  });

  test('to ask for it changes nothing', () => {
    const [asked, unasked] = [follower(), follower()];
    const request = voteRequest({ term: 9, candidate: 'c' });
    asked.elector.refusalOf(request, true, asked.instant);
    expect(asked.hears(request)).toEqual(unasked.hears(request));
    expect(asked.nextDeadlineMs).toBe(unasked.nextDeadlineMs);
  });
});

function answersTo(voter: Subject, request: VoteRequest | PreVoteRequest, grantVote: boolean): readonly boolean[] {
  return voter
    .hears(request, { grantVote })
    .flatMap((effect) =>
      effect.kind === 'send' && effect.message.kind === 'voteResponse' ? [effect.message.granted] : [],
    );
}

describe('how long a heartbeat was under way', () => {
  const answer = heartbeatResponse({ term: 5, voter: 'b', round: 1 });

  test('from when it was sent to its answer', () => {
    const chief = elected().at(503.5);
    expect(chief.elector.roundTripMs(answer, chief.instant)).toBe(3.5);
  });

  test('for each voter', () => {
    const chief = elected().at(503);
    chief.hears(answer);
    const other = heartbeatResponse({ term: 5, voter: 'c', round: 1 });
    expect(chief.elector.roundTripMs(other, chief.instant)).toBe(3);
  });

  test('is not told of an answer that comes a second time, or was overtaken', () => {
    const chief = elected();
    chief.wakesUntil(600);
    chief.hears(heartbeatResponse({ term: 5, voter: 'b', round: 2 }));
    chief.at(900);
    for (const round of [1, 2]) {
      expect(
        chief.elector.roundTripMs(heartbeatResponse({ term: 5, voter: 'b', round }), chief.instant),
      ).toBeUndefined();
    }
  });

  test.each([
    ['of another term', heartbeatResponse({ term: 4, voter: 'b', round: 1 })],
    ['to a heartbeat that never was', heartbeatResponse({ term: 5, voter: 'b', round: 2 })],
    ['of nobody in the cluster', heartbeatResponse({ term: 5, voter: 'z', round: 1 })],
  ])('is not told of an answer %s', (_what, response) => {
    const chief = elected().at(503);
    expect(chief.elector.roundTripMs(response, chief.instant)).toBeUndefined();
  });

  test('is not told by who does not lead', () => {
    const voter = follower();
    expect(
      voter.elector.roundTripMs(heartbeatResponse({ term: 5, voter: 'c', round: 1 }), voter.instant),
    ).toBeUndefined();
  });
});
