// Rule 10, its last sentence: a node whose application cannot do a leader's work is a witness for as long.
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../../src/core/elector.js';
import type { Input } from '../../../src/core/inputs.js';
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
  preVoteRequest,
  type Subject,
  send,
  started,
  timeoutNow,
  voteGrant,
  voteRequest,
} from '../electors.js';

/** The twin: an elector that is told and does not care. */
class WithFitnessIgnored extends Elector {
  override handle(input: Input): Outcome {
    return super.handle(input.kind === 'fitness' ? { ...input, fit: true } : input);
  }
}
const make = (start: ElectorStart) => new WithFitnessIgnored(start);

function unfit(subject: Subject): Subject {
  subject.becomes({ fit: false });
  return subject;
}

describe('rule 10: a node that is not fit to lead', () => {
  test('hands over at once if it leads: the loss first, then TimeoutNow to the heir', () => {
    const chief = leader();
    expect(chief.becomes({ fit: false })).toEqual([
      change('LEADER', 'FOLLOWER', 5, 'unfit'),
      send('b', timeoutNow({ term: 5, leader: 'a' })),
      leaderKnown(undefined, 5),
    ]);
    expect(chief.isLeader).toBe(false);
  });

  test('twin: one that does not care leads on', () => {
    const chief = leader({ make });
    expect(chief.becomes({ fit: false })).toEqual([]);
    expect(chief.isLeader).toBe(true);
  });

  test('gives up a vote that it has won and has no lease for', () => {
    expect(elected().becomes({ fit: false })).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'unfit')]);
  });

  test('gives up asking, before the vote and in it', () => {
    expect(preCandidate().becomes({ fit: false })).toEqual([change('PRE_CANDIDATE', 'FOLLOWER', 4, 'unfit')]);
    expect(candidate().becomes({ fit: false })).toEqual([change('CANDIDATE', 'FOLLOWER', 5, 'unfit')]);
  });

  test('never campaigns: not on silence, not when asked to, not at TimeoutNow', () => {
    expect(unfit(follower()).wakesUntil(60_000)).toEqual([leaderKnown(undefined, 5)]);
    expect(unfit(follower()).campaigns()).toEqual([leaderKnown(undefined, 5)]);
    expect(unfit(follower({ heir: 'a' })).hears(timeoutNow({ term: 5, leader: 'b' }))).toEqual([]);
  });

  test('twin: one that does not care campaigns at TimeoutNow', () => {
    const heir = unfit(follower({ heir: 'a', make }));
    expect(heir.hears(timeoutNow({ term: 5, leader: 'b' })).map(({ kind }) => kind)).toContain('persist');
  });

  test('votes', () => {
    expect(unfit(started().at(500)).hears(voteRequest({ term: 5, candidate: 'c' }))).toEqual([
      { kind: 'persist', term: 5, votedFor: 'c', isNew: false },
      send('c', voteGrant({ term: 5, voter: 'a' })),
    ]);
  });

  test('tells its leader that it cannot take over, and as soon as it can that it can', () => {
    const node = unfit(follower({ priority: 7 }));
    const answers = (round: number, priority: number) =>
      expect(node.hears(heartbeat({ term: 5, leader: 'b', round }))).toEqual([
        send('b', heartbeatResponse({ term: 5, voter: 'a', round, priority })),
      ]);
    answers(3, 0);
    node.becomes({ fit: true });
    answers(4, 7);
  });

  test('that leads alone stops, and leads again when it is fit', () => {
    const alone = leader({ cluster: { name: 'test', voters: ['a'] } });
    const { term } = alone.elector;
    expect(alone.becomes({ fit: false })).toContainEqual(change('LEADER', 'FOLLOWER', term, 'unfit'));
    alone.wakesUntil(60_000);
    expect(alone.isLeader).toBe(false);
    alone.becomes({ fit: true });
    alone.wakesUntil(alone.instant.nowMs + 3000);
    expect(alone.isLeader).toBe(true);
    expect(alone.elector.term).toBe(term + 1);
  });

  test('stands again once it is fit, after the silence that everyone waits for', () => {
    const node = unfit(follower({ heir: 'a' }));
    node.becomes({ fit: true });
    expect(node.wakesUntil(1000)).toEqual([
      broadcast(preVoteRequest({ term: 6, candidate: 'a', round: 1 })),
      change('FOLLOWER', 'PRE_CANDIDATE', 5, 'electionTimeout'),
      leaderKnown(undefined, 5),
    ]);
  });
});
