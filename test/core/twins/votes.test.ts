// Rules 1, 2, 3, 4, 6: each protection of the vote, taken away. Every harm has its sibling: same story, nothing taken.
import { describe, expect, test } from 'vitest';
import type { Effect } from '../../../src/core/effects.js';
import { Elector, type ElectorStart } from '../../../src/core/elector.js';
import { Cluster } from '../cluster.js';
import {
  candidate,
  heartbeat,
  type MakeElector,
  preCandidate,
  preVoteGrant,
  Subject,
  started,
  voteGrant,
  voteRequest,
  wordToOwnId,
} from '../electors.js';
import { firstViolation } from '../world/world.js';
import {
  WithAnonymousVotes,
  WithOldAnswersCounted,
  WithoutNewLogWait,
  WithoutSeeingCrowds,
  WithoutSeeingTwins,
  WithResponsesCounted,
  WithSecondLeaderIgnored,
  WithSendsBeforePersist,
  WithTermsComparedLoosely,
  WithVoteClearedByHeartbeat,
} from './without.js';

const FIVE = { cluster: { name: 'test', voters: ['a', 'b', 'c', 'd', 'e'] } };
const real: MakeElector = (start: ElectorStart) => new Elector(start);

/** Whom these effects show a vote for, by term. */
function votesIn(effects: readonly Effect[]): string[] {
  return effects.flatMap((effect) => {
    if (effect.kind === 'broadcast' && effect.message.kind === 'voteRequest') {
      return [`${effect.message.candidate} in ${effect.message.term}`];
    }
    if (effect.kind !== 'send' || effect.message.kind !== 'voteResponse') return [];
    return effect.message.granted && !effect.message.preVote ? [`${effect.to} in ${effect.message.term}`] : [];
  });
}

describe('a vote that is forgotten on restart (rule 1)', () => {
  /** Votes for b in term 5, restarts with what the log says then, and is asked by c. */
  function votesAcrossRestart(log: 'kept' | 'deleted'): string[] {
    const before = started().at(500);
    const effects = before.hears(voteRequest({ term: 5, candidate: 'b' }));
    const { term, votedFor } = before.elector;
    const recovered = log === 'kept' && votedFor !== undefined ? { term, votedFor } : { term: 0 };
    const after = started(recovered).at(500);
    return [...votesIn(effects), ...votesIn(after.hears(voteRequest({ term: 5, candidate: 'c' })))];
  }

  test('is given twice in one term', () => {
    expect(votesAcrossRestart('deleted')).toEqual(['b in 5', 'c in 5']);
  });

  test('one that is kept is given once', () => {
    expect(votesAcrossRestart('kept')).toEqual(['b in 5']);
  });

  test('a world that forgets its disks breaks within 20 seeds', () => {
    expect(firstViolation(20, { forgetsDisk: true, faults: ['restart', 'cut'] })?.violation).toMatch(
      /one vote a term|election safety|durable terms|SECOND_LEADER/,
    );
  });
});

describe('a vote that a heartbeat of its own term clears (rule 1; nats-io/graft, CCF 8094)', () => {
  /** A candidate of term 5 hears the winner c, which falls silent; b, who lost, still asks. */
  function votesOfLoser(make: MakeElector): string[] {
    const loser = candidate({ make });
    loser.hears(heartbeat({ term: 5, leader: 'c' }));
    return votesIn(loser.at(1000).hears(voteRequest({ term: 5, candidate: 'b' })));
  }

  test('is given again in the same term', () => {
    expect(votesOfLoser((start) => new WithVoteClearedByHeartbeat(start))).toEqual(['b in 5']);
  });

  test('one that is kept is not', () => {
    expect(votesOfLoser(real)).toEqual([]);
  });
});

describe('terms that are compared with >= (rule 1)', () => {
  function votesOfTerm(make: MakeElector): string[] {
    const voter = started({ make }).at(500);
    const asked = ['b', 'c'].map((asker) => voter.hears(voteRequest({ term: 5, candidate: asker })));
    return asked.flatMap(votesIn);
  }

  test('give a vote to whoever asks', () => {
    expect(votesOfTerm((start) => new WithTermsComparedLoosely(start))).toEqual(['b in 5', 'c in 5']);
  });

  test('a vote in the same term goes to the same candidate only', () => {
    expect(votesOfTerm(real)).toEqual(['b in 5']);
  });
});

describe('a vote that is seen before it is durable (rule 1)', () => {
  /** Runs what is owed, up to a crash at the write; restarts with what was on the disk; c asks. */
  function votesAcrossCrash(make: MakeElector): string[] {
    const effects = started({ make })
      .at(500)
      .hears(voteRequest({ term: 5, candidate: 'b' }));
    const crash = effects.findIndex(({ kind }) => kind === 'persist');
    const after = started({ make }).at(500);
    return [...votesIn(effects.slice(0, crash)), ...votesIn(after.hears(voteRequest({ term: 5, candidate: 'c' })))];
  }

  test('is given twice when the process dies in between', () => {
    expect(votesAcrossCrash((start) => new WithSendsBeforePersist(start))).toEqual(['b in 5', 'c in 5']);
  });

  test('one that is durable first was not given', () => {
    expect(votesAcrossCrash(real)).toEqual(['c in 5']);
  });
});

describe('a new log that waits electionTimeoutMin only (rule 7)', () => {
  /** b has a's vote in term 5; a loses its disk at once; c, a candidate of term 5 as well, goes on asking. */
  function votesAcrossDiskLoss(make: MakeElector): string[] {
    const before = started().at(500);
    const effects = [...before.hears(voteRequest({ term: 5, candidate: 'b' }))];
    const after = started({ make, term: 0, isNew: true });
    // No candidacy lasts longer than electionTimeoutMax.
    for (let nowMs = 0; nowMs < 1000; nowMs += 15) {
      effects.push(...after.at(nowMs).hears(voteRequest({ term: 5, candidate: 'c' })));
    }
    return votesIn(effects);
  }

  test('votes twice in a term that is still open', () => {
    expect(new Set(votesAcrossDiskLoss((start) => new WithoutNewLogWait(start)))).toEqual(
      new Set(['b in 5', 'c in 5']),
    );
  });

  test('one that waits electionTimeoutMax has let the candidacies of its former self pass', () => {
    expect(votesAcrossDiskLoss(real)).toEqual(['b in 5']);
  });
});

describe('responses that are counted instead of voters (rule 2; nats-io/graft)', () => {
  function stateAfterOneGrantTwice(make: MakeElector): string {
    const asker = preCandidate({ ...FIVE, make });
    for (const voter of ['b', 'c']) asker.hears(preVoteGrant({ term: 5, voter, round: 1 }));
    for (let times = 0; times < 2; times++) asker.hears(voteGrant({ term: 5, voter: 'b', round: 2 }));
    return asker.elector.leader === undefined && asker.nextDeadlineMs === 600 ? 'has won' : asker.elector.state;
  }

  test('elect with two votes of five: one response, sent twice', () => {
    expect(stateAfterOneGrantTwice((start) => new WithResponsesCounted(start))).toBe('has won');
  });

  test('a set of voters does not', () => {
    expect(stateAfterOneGrantTwice(real)).toBe('CANDIDATE');
  });
});

describe('anonymous votes that count (rule 2)', () => {
  function beatsAfterAnonymousGrant(make: MakeElector): number {
    const asker = candidate({ make });
    const grant = { ...voteGrant({ term: 5, round: 2 }), voter: undefined, incarnation: 0 };
    return asker.hears(grant).filter(({ kind }) => kind === 'broadcast').length;
  }

  test('elect by the word of nobody', () => {
    expect(beatsAfterAnonymousGrant((start) => new WithAnonymousVotes(start))).toBe(1);
  });

  test('do not', () => {
    expect(beatsAfterAnonymousGrant(real)).toBe(0);
  });
});

describe("a non-member's vote (rule 2; liferaft)", () => {
  function beatsAfterVoteOfStranger(
    cluster: { name: string; size: number } | { name: string; voters: string[] },
  ): number {
    const asker = candidate({ cluster });
    return asker.hears(voteGrant({ term: 5, voter: 'x', round: 2 })).filter(({ kind }) => kind === 'broadcast').length;
  }

  test('elects where voters are not listed', () => {
    expect(beatsAfterVoteOfStranger({ name: 'test', size: 3 })).toBe(1);
  });

  test('does not where they are', () => {
    expect(beatsAfterVoteOfStranger({ name: 'test', voters: ['a', 'b', 'c'] })).toBe(0);
  });
});

describe('answers that count for whatever is asked (rule 6; little-raft 44)', () => {
  function stateAfterOldGrant(make: MakeElector): boolean {
    const asker = candidate({ make });
    // What b answered to the pre-vote arrives a second time.
    const effects = asker.hears(preVoteGrant({ term: 5, voter: 'b', round: 1 }));
    return effects.some((effect) => effect.kind === 'broadcast' && effect.message.kind === 'heartbeat');
  }

  test('elect a candidate that nobody has voted for', () => {
    expect(stateAfterOldGrant((start) => new WithOldAnswersCounted(start))).toBe(true);
  });

  test('that are matched do not', () => {
    expect(stateAfterOldGrant(real)).toBe(false);
  });
});

describe('two processes with one id that are not noticed (rule 4)', () => {
  /** Each has its own log. They hear what is sent to their id; then b asks one and c the other. */
  function votesOfTwoProcesses(make: MakeElector): string[] {
    const one = started({ make, incarnation: 11 }).at(500);
    const two = started({ make, incarnation: 22 }).at(500);
    two.hears(wordToOwnId({ term: 4, speaker: 11, heard: 22 }));
    one.hears(wordToOwnId({ term: 4, speaker: 22, heard: 11 }));
    return [
      ...votesIn(one.hears(voteRequest({ term: 5, candidate: 'b' }))),
      ...votesIn(two.hears(voteRequest({ term: 5, candidate: 'c' }))),
    ];
  }

  test('give two votes in one name and term', () => {
    expect(votesOfTwoProcesses((start) => new WithoutSeeingTwins(start))).toEqual(['b in 5', 'c in 5']);
  });

  test('that are noticed give none', () => {
    expect(votesOfTwoProcesses(real)).toEqual([]);
  });

  test('find each other by themselves, in any order of their words', () => {
    const processes = [11, 22].map((incarnation) => new Subject({ incarnation }));
    const reports: string[] = [];
    const inTransit = processes.flatMap((process) => [...process.start(), ...process.wakes()]);
    for (let effect = inTransit.shift(); effect !== undefined; effect = inTransit.shift()) {
      if (effect.kind === 'report') reports.push(effect.code);
      if (effect.kind !== 'send') continue;
      for (const process of processes) inTransit.push(...process.hears(effect.message));
    }
    expect(reports).toEqual(['DUPLICATE_ID', 'DUPLICATE_ID']);
  });
});

describe('more voters than the size that are not noticed (rule 3; nats-io/graft)', () => {
  /** Size 3, and six voters: two of them win the same pre-votes at once, each with three votes out of six. */
  function crowd(make: MakeElector): Cluster {
    const witness = { priority: 0 };
    const nodes = { a: {}, b: {}, c: witness, d: witness, e: witness, f: witness };
    const cluster = new Cluster({ nodes, cluster: { name: 'story', size: 3 }, all: { draw: 0, make } });
    for (const far of ['e', 'f']) cluster.delay('a', far, 5);
    for (const far of ['c', 'd']) cluster.delay('b', far, 5);
    for (const [from, to] of [
      ['a', 'b'],
      ['b', 'a'],
    ] as const)
      cluster.delay(from, to, 50);
    return cluster.startAll().runTo(3000);
  }

  test('have two leaders at once', () => {
    expect(crowd((start) => new WithoutSeeingCrowds(start)).overlaps).toContainEqual(
      expect.stringContaining('a and b'),
    );
  });

  test('that are noticed have none', () => {
    const cluster = crowd(real);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], []]);
    expect(cluster.transcript.take()).toContain('reports TOO_MANY_VOTERS');
  });
});

describe('a second leader of a term that is ignored (rule 14)', () => {
  /** By whatever fault of others, a and b both lead term 5: how many heartbeats does c answer? */
  function answeredLeaders(make: MakeElector): string[] {
    const node = started({ id: 'c', make }).at(500);
    const effects = ['a', 'b'].flatMap((leader, index) => [
      ...node.hears(heartbeat({ term: 5, leader, round: index + 1 })),
    ]);
    return effects.flatMap((effect) =>
      effect.kind === 'send' && effect.message.kind === 'heartbeatResponse' ? [effect.to] : [],
    );
  }

  test('gets its lease from the same voters as the first', () => {
    expect(answeredLeaders((start) => new WithSecondLeaderIgnored(start))).toEqual(['a', 'b']);
  });

  test('that is noticed gets none', () => {
    expect(answeredLeaders(real)).toEqual(['a']);
  });
});
