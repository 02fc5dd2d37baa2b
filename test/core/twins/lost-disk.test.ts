/** A voter whose disk was replaced has lost a vote and a term, and knows it (rules 7, 8). */
import { describe, expect, test } from 'vitest';
import { Ballot, type Recovered } from '../../../src/core/ballot.js';
import type { Effect } from '../../../src/core/effects.js';
import { Elector } from '../../../src/core/elector.js';
import type { Message, MessageKind } from '../../../src/core/messages.js';
import {
  elected,
  heartbeat,
  heartbeatResponse,
  type MakeElector,
  preCandidate,
  preVoteGrant,
  preVoteRefusal,
  Subject,
  started,
  voteGrant,
  voteRequest,
} from '../electors.js';
import { WithVotesForALedTerm } from './without.js';

const real: MakeElector = (start) => new Elector(start);

/** Answers heartbeats from the first, as though its log were an old one. */
class PromisingTooSoon extends Elector {
  protected override createBallot(recovered: Recovered): Ballot {
    return new (class extends Ballot {
      override mayPromise(): boolean {
        return true;
      }
    })(this.settings.timings, recovered);
  }
}

/** Stands for as long as the paper lets it: a whole election timeout by its own clock. */
class StandingTooLong extends Elector {
  protected override candidacyMs(): number {
    return this.settings.timings.electionTimeoutMaxMs;
  }
}

function said<Kind extends MessageKind>(effects: readonly Effect[], kind: Kind): Extract<Message, { kind: Kind }>[] {
  return effects
    .flatMap((effect) => (effect.kind === 'broadcast' || effect.kind === 'send' ? [effect.message] : []))
    .filter((message): message is Extract<Message, { kind: Kind }> => message.kind === kind);
}

function only<T>(all: readonly T[]): T {
  const [first] = all;
  if (first === undefined) throw new Error('nothing was said');
  return first;
}

describe('an answer to a heartbeat while the log is new (rules 7, 8)', () => {
  /**
   * a and c never hear each other. a has won term 5 with b's vote and waits for its first lease; c wins term 6 with
   * b's vote and has its lease from b. Then b's disk is replaced, and the next heartbeat of a reaches it.
   */
  function leadersAtOneInstant(make: MakeElector): string[] {
    const a = elected();
    const b = started({ id: 'b' }).at(500);
    b.hears(voteRequest({ term: 5, candidate: 'a', round: 2 }));
    const c = started({ id: 'c' });
    c.wakesUntil(510);
    c.hears(preVoteRefusal({ term: 5, voter: 'b', round: 1 }));
    const question = said(c.wakesUntil(560), 'preVoteRequest').at(-1);
    if (question === undefined) throw new Error('c asks nothing');
    b.at(560);
    const request = only(said(c.hears(only(said(b.hears(question), 'voteResponse'))), 'voteRequest'));
    const heartbeat = only(said(c.hears(only(said(b.hears(request), 'voteResponse'))), 'heartbeat'));
    c.hears(only(said(b.hears(heartbeat), 'heartbeatResponse')));

    const replaced = new Subject({ id: 'b', term: 0, isNew: true, incarnation: 77, make });
    replaced.at(580).start();
    const older = said(a.wakesUntil(600), 'heartbeat').at(-1);
    if (older === undefined) throw new Error('a is silent');
    for (const answer of said(replaced.at(601).hears(older), 'heartbeatResponse')) a.at(602).hears(answer);
    return [a.at(602).isLeader ? 'a' : '', c.at(602).isLeader ? 'c' : ''].filter((name) => name !== '');
  }

  test('gives an older leader a lease within the lease of the newer one', () => {
    expect(leadersAtOneInstant((start) => new PromisingTooSoon(start))).toEqual(['a', 'c']);
  });

  test('is not given, and one leads', () => {
    expect(leadersAtOneInstant(real)).toEqual(['c']);
  });
});

describe('a leader that has lost its log, and a voter that has heard it (rule 7)', () => {
  /** a follows b in term 5. b's disk is replaced, and once it may it asks for a vote in term 5, which a gave it before. */
  function votesAgain(make: MakeElector): boolean {
    const a = started({ term: 5, votedFor: 'b', make });
    a.at(600).hears(heartbeat({ term: 5, leader: 'b', round: 40 }));
    const answers = said(a.at(2000).hears(voteRequest({ term: 5, candidate: 'b', incarnation: 77 })), 'voteResponse');
    const granted = only(answers).granted;
    // b would count its rounds from 1 again: what it says now is older than what a has heard.
    if (granted) expect(said(a.hears(heartbeat({ term: 5, leader: 'b', round: 1 })), 'heartbeatResponse')).toEqual([]);
    return granted;
  }

  test('is voted into its own term again, and never gets a lease there', () => {
    expect(votesAgain((start) => new WithVotesForALedTerm(start))).toBe(true);
  });

  test('is refused, and leads the next one', () => {
    expect(votesAgain(real)).toBe(false);
  });
});

describe('a candidacy, and the wait of a voter that has lost its vote for another (rule 7)', () => {
  /**
   * a has voted for b in term 5, which b leads, and loses its disk at once. c, cut off from b, has stood for term 5
   * since that instant. c's clock is 5 % slow and a's 5 % fast; c asks a as late as it can.
   */
  function stateOfSecondCandidate(make: MakeElector): string {
    let draw = 0;
    const c = preCandidate({ id: 'c', draw: () => draw, make });
    draw = 0.999;
    c.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    const beganMs = c.instant.nowMs;
    const a = started({ term: 0, isNew: true });
    const trueMs = 960;
    c.wakesUntil(beganMs + trueMs * 0.95);
    const answer = only(
      said(a.at(trueMs * 1.05).hears(voteRequest({ term: 5, candidate: 'c', round: 2 })), 'voteResponse'),
    );
    c.at(beganMs + (trueMs + 1) * 0.95).hears(answer);
    c.hears(heartbeatResponse({ term: 5, voter: 'a', round: 1 }));
    return c.elector.state;
  }

  test('that is not cut by the drift of the clocks outlasts it: a second leader of the term', () => {
    expect(stateOfSecondCandidate((start) => new StandingTooLong(start))).toBe('LEADER');
  });

  test('that is cut ends before it', () => {
    expect(stateOfSecondCandidate(real)).toBe('PRE_CANDIDATE');
  });

  test('a grant that comes after the end does not count, though the event loop was blocked and no timer came yet', () => {
    const candidate = preCandidate();
    candidate.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    expect(candidate.at(9000).hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
    expect(candidate.elector.state).toBe('CANDIDATE');
  });

  test('nor does one that comes after the machine was asleep, by wall time', () => {
    const candidate = preCandidate();
    candidate.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    expect(candidate.suspended(60_000).hears(voteGrant({ term: 5, voter: 'b', round: 2 }))).toEqual([]);
  });
});
