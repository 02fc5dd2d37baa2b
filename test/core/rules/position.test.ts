// Rule 13. What the hook says comes with the message; calling it, and a hook that throws, is the node's business.
import { expect, test } from 'vitest';
import {
  candidate,
  change,
  follower,
  leaderKnown,
  persist,
  preVoteRefusal,
  preVoteRequest,
  send,
  started,
  voteRefusal,
  voteRequest,
} from '../electors.js';

const REFUSING = { grantVote: false };

test('rule 13: a pre-vote that the hook refuses is refused', () => {
  const voter = started().at(500);
  expect(voter.hears(preVoteRequest({ term: 5, candidate: 'b' }), REFUSING)).toEqual([
    send('b', preVoteRefusal({ term: 4, voter: 'a' })),
  ]);
});

test('rule 13: a vote that the hook refuses is refused, for this term; the term is taken over (diss. 3.3)', () => {
  const voter = started().at(500);
  expect(voter.hears(voteRequest({ term: 5, candidate: 'b' }), REFUSING)).toEqual([
    persist(5),
    send('b', voteRefusal({ term: 5, voter: 'a' })),
  ]);
});

test('rule 13: the vote that the hook refused to one is free for another', () => {
  const voter = started().at(500);
  voter.hears(voteRequest({ term: 5, candidate: 'b' }), REFUSING);
  expect(voter.hears(voteRequest({ term: 5, candidate: 'c' }))).toEqual([
    persist(5, 'c'),
    send('c', { ...voteRefusal({ term: 5, voter: 'a' }), granted: true }),
  ]);
});

test('rule 13: not even the outgoing leader can ask for a vote that the hook refuses', () => {
  expect(follower().hears(voteRequest({ term: 6, candidate: 'c', transfer: true }), REFUSING)).toEqual([
    persist(6),
    send('c', voteRefusal({ term: 6, voter: 'a' })),
    leaderKnown(undefined, 6),
  ]);
});

test('rule 13: the hook cannot grant what the rules refuse', () => {
  expect(follower().hears(voteRequest({ term: 6, candidate: 'c' }), { grantVote: true })).toEqual([
    send('c', voteRefusal({ term: 5, voter: 'a', retryAfterMs: 500 })),
  ]);
});

test('rule 13: a candidate whose hook refuses another of a newer term gives its own candidacy up', () => {
  expect(candidate().hears(voteRequest({ term: 6, candidate: 'c' }), REFUSING)).toEqual([
    persist(6),
    send('c', voteRefusal({ term: 6, voter: 'a' })),
    change('CANDIDATE', 'FOLLOWER', 6, 'newerTerm'),
  ]);
});
