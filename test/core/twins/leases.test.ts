// Rules 6 to 9, 11: each protection of the one leader, taken away. Every harm has its sibling: same story, nothing taken.
import { describe, expect, test } from 'vitest';
import { Elector, type ElectorStart } from '../../../src/core/elector.js';
import { Cluster, type NodeOptions } from '../cluster.js';
import {
  follower,
  heartbeat,
  heartbeatResponse,
  leader,
  type MakeElector,
  preVoteRefusal,
  send,
  started,
  voteGrant,
  voteRefusal,
  voteRequest,
} from '../electors.js';
import { firstViolation } from '../world/world.js';
import {
  WithLeaseDuringTransfer,
  WithLeaseFromReceipt,
  WithLeaseResumed,
  WithoutLearningFromRefusals,
  WithoutLease,
  WithoutStartWait,
  WithoutStickiness,
  WithoutTellingStaleLeaders,
  WithoutVotesThatPromise,
  WithoutWallClock,
  WithRoundInNews,
  WithStaleRoundsCounted,
  WithStickinessOfOneTerm,
  WithStickinessThatTakesTerms,
  WithTransferFlagKept,
  WithVotesForAnyProcess,
  WithVotesNotStoodBy,
  WithVotesTakenForPromises,
} from './without.js';

const real: MakeElector = (start: ElectorStart) => new Elector(start);

/** a, b and c; a leads term 2 when this returns, at 600. */
function ledByA(all: NodeOptions, own: Readonly<Record<string, NodeOptions>> = {}): Cluster {
  const nodes = { a: { ...own['a'] }, b: { ...own['b'] }, c: { ...own['c'] } };
  const cluster = new Cluster({ nodes, all }).startAll().runTo(600);
  expect(cluster.leaders).toEqual(['a']);
  return cluster;
}

describe('no lease (rule 8; nats-io/graft)', () => {
  /** a is cut off while the others are not. */
  function cutOffLeader(make: MakeElector): readonly string[] {
    return ledByA({ make }).isolate('a').runTo(20_000).leaders;
  }

  test('a cut-off leader leads for as long as the cut lasts, beside the next', () => {
    expect(cutOffLeader((start) => new WithoutLease(start))).toEqual(['a', 'b']);
  });

  test('with one it has stopped', () => {
    expect(cutOffLeader(real)).toEqual(['b']);
  });
});

describe('votes that promise (rule 8)', () => {
  /**
   * c was cut off for long and asks and asks. a steps down, b leads by a's vote, and is cut off before anybody hears its
   * heartbeat; then c is back.
   */
  function heirOutOfSight({ a = real, b = real }: Readonly<Record<string, MakeElector>>): Cluster {
    const cluster = ledByA({}, { a: { make: a }, b: { make: b } })
      .isolate('c')
      .runTo(3000);
    cluster.command('a', { kind: 'stepDown' }).runTo(3002).cutOneWay('b', 'a').runTo(3003);
    return cluster.heal().isolate('b').runTo(3400);
  }

  test('and are not kept elect another one within the lease that they were', () => {
    const cluster = heirOutOfSight({ a: (start) => new WithVotesNotStoodBy(start) });
    expect(cluster.overlaps).toContainEqual(expect.stringContaining('b and c'));
  });

  test('are not counted from a voter that does not say so: it would elect another one', () => {
    const cluster = heirOutOfSight({
      a: (start) => new WithoutVotesThatPromise(start),
      b: (start) => new WithVotesTakenForPromises(start),
    });
    expect(cluster.overlaps).toContainEqual(expect.stringContaining('b and c'));
  });

  test('go to one process of a candidate: another one, whose disk was lost, would lead the same term again', () => {
    const askedByTwo = (make: MakeElector) => {
      const voter = started({ make }).at(500);
      const request = { term: 5, candidate: 'b', standBy: true };
      voter.hears(voteRequest(request));
      return voter.at(1000).hears(voteRequest({ ...request, incarnation: 2002 }));
    };
    expect(askedByTwo((start) => new WithVotesForAnyProcess(start))).toEqual([
      send('b', voteGrant({ term: 5, voter: 'a', standsBy: true })),
    ]);
    expect(askedByTwo(real)).toEqual([send('b', voteRefusal({ term: 5, voter: 'a' }))]);
  });

  test('and are kept elect nobody else meanwhile, and those that do not promise make no leader', () => {
    expect(heirOutOfSight({}).overlaps).toEqual([]);
    expect(heirOutOfSight({}).leaders).toEqual(['b']);
    const plain = heirOutOfSight({ a: (start) => new WithoutVotesThatPromise(start) });
    expect([plain.overlaps, plain.leaders]).toEqual([[], ['c']]);
  });
});

describe('no stickiness (rule 7)', () => {
  /** c cannot hear a, but b can hear both. */
  function halfDeafFollower(make: MakeElector): Cluster {
    return ledByA({ make }).cutOneWay('a', 'c').cutOneWay('c', 'a').runTo(3000);
  }

  test('the voter in the middle elects a second leader within the lease of the first', () => {
    expect(halfDeafFollower((start) => new WithoutStickiness(start)).overlaps).toContainEqual(
      expect.stringContaining('a and c'),
    );
  });

  test('with it the first stays, undisturbed', () => {
    const cluster = halfDeafFollower(real);
    expect([cluster.overlaps, cluster.leaders, cluster.elector('a').term]).toEqual([[], ['a'], 2]);
  });

  test('a world without it breaks within 10 seeds, one with it does not', () => {
    expect(firstViolation(10, { makeElector: (start) => new WithoutStickiness(start) }, 10)?.violation).toMatch(
      /one leader at any instant/,
    );
    expect(firstViolation(10, {}, 10)).toBeUndefined();
  });
});

describe('stickiness that takes over the term (rule 7)', () => {
  /** c, which does not ask before it campaigns, cannot hear a; b can hear both. */
  function stubbornAsker(make: MakeElector): readonly string[] {
    const cluster = ledByA({ make, preVote: false }).cut('a', 'c');
    cluster.transcript.take();
    cluster.runTo(10_000);
    return cluster.transcript
      .take()
      .split('\n')
      .filter((line) => / a: LEADER -> /.test(line));
  }

  test('the leader is dethroned through the voter that refused', () => {
    expect(stubbornAsker((start) => new WithStickinessThatTakesTerms(start))[0]).toContain('newerTerm');
  });

  test('with refusals that leave the term alone it leads on', () => {
    expect(stubbornAsker(real)).toEqual([]);
  });
});

describe('stickiness that is forgotten with the term (rule 7)', () => {
  /** b has promised its leader to wait until 1000, hears that there is a term 8, and is asked for a vote in term 9. */
  function votesWithinPromise(make: MakeElector): boolean {
    const voter = follower({ make });
    voter.at(600).hears(preVoteRefusal({ term: 8, voter: 'c' }));
    const effects = voter.hears(voteRequest({ term: 9, candidate: 'c' }));
    return effects.some((effect) => effect.kind === 'persist' && effect.votedFor === 'c');
  }

  test('a vote is given while the lease that rests on the promise holds', () => {
    expect(votesWithinPromise((start) => new WithStickinessOfOneTerm(start))).toBe(true);
  });

  test('one that outlives the term is kept', () => {
    expect(votesWithinPromise(real)).toBe(false);
  });
});

describe('no wait after a restart (rule 7; TiKV 15035)', () => {
  /** b answers a, dies, and is back at once; c, who has not heard a for long, asks it. */
  function restartedVoter(make: MakeElector): Cluster {
    let starts = 0;
    const restarted: MakeElector = (start) => (starts++ === 0 ? real(start) : make(start));
    const cluster = ledByA({}, { b: { make: restarted } })
      .cut('a', 'c')
      .runTo(1215);
    expect(cluster.leaders).toEqual(['a']);
    return cluster.kill('b').cut('a', 'b').start('b').runTo(4000);
  }

  test('a voter that has forgotten its promise helps a second leader into the lease of the first', () => {
    expect(restartedVoter((start) => new WithoutStartWait(start)).overlaps).toContainEqual(
      expect.stringContaining('a and c'),
    );
  });

  test('one that waits helps it when that lease is over', () => {
    const cluster = restartedVoter(real);
    expect([cluster.overlaps, cluster.leaders.length]).toEqual([[], 1]);
  });
});

/** b's answers to a come to take 340 ms, and are all that a gets; then b hears no more of a. */
function slowAnswers(make: MakeElector): Cluster {
  const cluster = ledByA({}, { a: { make } }).cut('a', 'c');
  for (const [index, delayMs] of [100, 200, 300, 340].entries())
    cluster.delay('b', 'a', delayMs).runTo(800 + 200 * index);
  expect(cluster.runTo(2000).leaders).toEqual(['a']);
  return cluster.cutOneWay('a', 'b').runTo(4000);
}

describe('a lease that is counted from when the answer came (rule 8; hashicorp/raft)', () => {
  test('outlasts the promise that it rests on', () => {
    expect(slowAnswers((start) => new WithLeaseFromReceipt(start)).overlaps).not.toEqual([]);
  });

  test('counted from when the heartbeat was sent, it does not', () => {
    expect(slowAnswers(real).overlaps).toEqual([]);
  });
});

describe('answers to old rounds that count as new (rule 8)', () => {
  test('prolong the lease beyond the promise', () => {
    expect(slowAnswers((start) => new WithStaleRoundsCounted(start)).overlaps).not.toEqual([]);
  });

  test('that count for their own round do not', () => {
    expect(slowAnswers(real).overlaps).toEqual([]);
  });
});

describe('wall time that is ignored (rule 8; golang 24595, TiKV 964)', () => {
  /** The machine sleeps for a minute, in which its monotonic clock stands still. */
  function afterSleep(make: MakeElector): boolean {
    return leader({ make }).at(600).suspended(60_000).isLeader;
  }

  test('a leader wakes up in a lease that is long over', () => {
    expect(afterSleep((start) => new WithoutWallClock(start))).toBe(true);
  });

  test('by wall time it has ended', () => {
    expect(afterSleep(real)).toBe(false);
  });

  test('a world that ignores it breaks within 20 seeds, one that does not does not', () => {
    expect(firstViolation(20, { makeElector: (start) => new WithoutWallClock(start) })?.violation).toMatch(
      /one leader at any instant/,
    );
    expect(firstViolation(20, {})).toBeUndefined();
  });
});

describe('a lease that is kept during a transfer (rule 9)', () => {
  function handedOver(make: MakeElector): Cluster {
    return ledByA({ make }).command('a', { kind: 'stepDown' }).runTo(2000);
  }

  test('the heir leads beside the outgoing leader', () => {
    expect(handedOver((start) => new WithLeaseDuringTransfer(start)).overlaps).toContainEqual(
      expect.stringContaining('a and b'),
    );
  });

  test('dropped first, there is never more than one', () => {
    const cluster = handedOver(real);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['b']]);
  });
});

describe('a lease that is taken up again after TimeoutNow (rule 9; etcd 12704)', () => {
  /** Answers to its last heartbeats come in after it has handed over. */
  function lateAnswer(make: MakeElector): boolean {
    const former = leader({ make });
    former.hears(heartbeatResponse({ term: 5, voter: 'c', round: 1 }));
    former.wakesUntil(600);
    former.stepsDown();
    former.hears(heartbeatResponse({ term: 5, voter: 'b', round: 2 }));
    return former.isLeader;
  }

  test('it leads again, while the heir campaigns in its name', () => {
    expect(lateAnswer((start) => new WithLeaseResumed(start))).toBe(true);
  });

  test('never again in that term', () => {
    expect(lateAnswer(real)).toBe(false);
  });
});

describe('a transfer flag that outlives its campaign (rule 9)', () => {
  /**
   * a hands over to b, which is cut off just then: its campaign fails and c leads. Back, with c still out of its
   * reach, b campaigns again; a has promised to stand by c.
   */
  function failedHeir(make: MakeElector): Cluster {
    const cluster = ledByA({ preVote: false, make }).command('a', { kind: 'transfer', to: undefined });
    return cluster.isolate('b').runTo(2500).heal().cut('b', 'c').runTo(6000);
  }

  test('gets b a vote that was promised to be given to nobody', () => {
    expect(failedHeir((start) => new WithTransferFlagKept(start)).overlaps).toContainEqual(
      expect.stringContaining('b and c'),
    );
  });

  test('that dies with it gets b a refusal', () => {
    const cluster = failedHeir(real);
    expect([cluster.overlaps, cluster.leaders]).toEqual([[], ['c']]);
  });
});

describe('no pre-vote (rule 6, diss. 9.6; nats-io/graft)', () => {
  /** c is cut off for five seconds and comes back. */
  function returningNode(preVote: boolean): { readonly term: number; readonly leaders: readonly string[] } {
    const cluster = ledByA({ preVote }).isolate('c').runTo(5600);
    const term = cluster.elector('c').term;
    cluster.heal().runTo(5750);
    return { term, leaders: cluster.leaders };
  }

  test('a node that was cut off comes back terms ahead and dethrones the leader', () => {
    const { term, leaders } = returningNode(false);
    expect(term).toBeGreaterThan(6);
    expect(leaders).toEqual(['c']);
  });

  test('with it the term stays and the leader leads on', () => {
    expect(returningNode(true)).toEqual({ term: 2, leaders: ['a'] });
  });
});

describe('refusals that teach nothing (rule 6; etcd 8243, 8501, openraft 1796)', () => {
  /** The only node that may lead is behind its voters' term. */
  function behind(make: MakeElector): readonly string[] {
    const nodes = { a: { term: 5 }, b: { term: 9, priority: 0 }, c: { term: 9, priority: 0 } };
    return new Cluster({ nodes, all: { make } }).startAll().runTo(30_000).leaders;
  }

  test('leave the cluster without a leader for ever', () => {
    expect(behind((start) => new WithoutLearningFromRefusals(start))).toEqual([]);
  });

  test('that carry the term end it at once', () => {
    expect(behind(real)).toEqual(['a']);
  });
});

describe('stale leaders that are told nothing (rule 11)', () => {
  /** Long after a cut, how does a, which never lost its lease by the clock, learn of b? Here there is no lease at all. */
  function returningLeader(make: MakeElector): readonly string[] {
    const nodes = { a: {}, b: {}, c: {} };
    const cluster = new Cluster({ nodes, all: { make: (start) => withoutLease(start, make) } }).startAll().runTo(600);
    return cluster.isolate('a').runTo(3000).heal().cutOneWay('b', 'a').runTo(5000).leaders;
  }

  test('lead on in their old term', () => {
    expect(returningLeader((start) => new WithoutTellingStaleLeaders(start))).toEqual(['a', 'b']);
  });

  test('that are told stop', () => {
    expect(returningLeader(real)).toEqual(['b']);
  });
});

describe('news to a stale leader that looks like an answer (rules 8, 11)', () => {
  /**
   * a led term 3 and leads term 5. Its round 5 of term 3 reaches b seconds late; its round 5 of term 5 never does. Does
   * it go on leading by a promise that b did not give?
   */
  function leadsByOldHeartbeat(make: MakeElector): boolean {
    const chief = leader();
    chief.wakesUntil(900);
    const voter = follower({ id: 'b', leader: 'a', make });
    for (const effect of voter.hears(heartbeat({ term: 3, leader: 'a', round: 5 }))) {
      if (effect.kind === 'send') chief.hears(effect.message);
    }
    chief.wakesUntil(1000);
    return chief.isLeader;
  }

  test('is taken for a promise', () => {
    expect(leadsByOldHeartbeat((start) => new WithRoundInNews(start))).toBe(true);
  });

  test('that carries no round is not', () => {
    expect(leadsByOldHeartbeat(real)).toBe(false);
  });
});

/** The elector under test for the followers b and c; a is one that no lease ends, so that only the news can. */
function withoutLease(start: ElectorStart, make: MakeElector): Elector {
  return start.settings.id === 'a' ? new WithoutLease(start) : make(start);
}
