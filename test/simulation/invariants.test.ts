/** The judge itself: each invariant is shown a world that breaks it, and whole clusters whose protection was taken away. */
import { describe, expect, test } from 'vitest';
import { parseClusterName, parseNodeId } from '../../src/core/names.js';
import type { TermLog } from '../../src/index.js';
import { BEAT, MAX } from './cluster.js';
import { Invariants, InvariantViolation, type LeadershipChange, type View } from './invariants.js';
import { play } from './simulated.js';

function view(id: string, term: number, leads = false): View {
  return { id, term, isLeader: () => leads };
}

function gained(id: string, term: number) {
  return { kind: 'gained', id, term, atMs: 0 } as const;
}

function lost(id: string, term: number) {
  return { kind: 'lost', id, term, atMs: 0 } as const;
}

describe('the invariants refuse a world in which', () => {
  test('two lead at one instant, be it in different terms', () => {
    const look = () => new Invariants().look([view('a', 3, true), view('b', 4, true)], 7);
    expect(look).toThrow('a leads term 3 and b leads term 4, both at 7 ms');
  });

  test('two led one term, one after the other', () => {
    const invariants = new Invariants();
    invariants.look([view('a', 3, true), view('b', 3)], 1);
    expect(() => invariants.look([view('a', 3), view('b', 3, true)], 2)).toThrow('term 3 is led by a and by b');
  });

  test('two told of the same term, though nobody saw them lead', () => {
    const invariants = new Invariants();
    invariants.change(gained('a', 3));
    invariants.change(lost('a', 3));
    expect(() => invariants.change(gained('b', 3))).toThrow('term 3 is led by a and by b');
  });

  test('a term goes back, be it over a restart', () => {
    const invariants = new Invariants();
    invariants.look([view('a', 3)], 1);
    invariants.died('a');
    expect(() => invariants.look([view('a', 2)], 2)).toThrow('term of a went back from 3 to 2');
  });

  test('a new leader has a lower term than an old one had: its fencing token would be refused', () => {
    const invariants = new Invariants();
    invariants.look([view('a', 3, true), view('b', 2)], 1);
    expect(() => invariants.look([view('a', 3), view('b', 2, true)], 2)).toThrow(
      'b leads term 2 at 2 ms, after term 3',
    );
  });

  test.each([
    ['gains twice', [gained('a', 1), gained('a', 2)]],
    ['loses what it never had', [lost('a', 1)]],
    ['loses twice', [gained('a', 1), lost('a', 1), lost('a', 1)]],
  ] as const)('a node %s', (_what, changes) => {
    const invariants = new Invariants();
    expect(() => {
      for (const change of changes) invariants.change(change);
    }).toThrow(InvariantViolation);
  });
});

test('and accept one in which leaders take turns, also the same one twice and over its own death', () => {
  const invariants = new Invariants();
  invariants.look([view('a', 1, true), view('b', 1)], 1);
  invariants.change(gained('a', 1));
  invariants.change(lost('a', 1));
  invariants.change(gained('a', 2));
  invariants.died('a');
  invariants.change(gained('a', 3));
  invariants.look([view('a', 3, true), view('b', 3)], 2);
  expect(invariants.changes).toHaveLength(4);
});

describe('canaries', () => {
  /** Forgets on restart, as a log does that is deleted on close; and says nothing of it. */
  const forgetful = (log: TermLog): TermLog => ({
    open: async () => ({ ...(await log.open()), term: 0, votedFor: undefined, isNew: false }),
    save: (state) => log.save(state),
    close: () => log.close(),
  });

  test('a cluster of three whose logs forget on restart is caught (rule 1), with the seed and how to play it again', async () => {
    const run = play(11, { voters: 3, brokenLog: forgetful }, async (cluster) => {
      const leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
      await cluster.crash(leader.id);
      await cluster.restart(leader.id);
      await cluster.run(BEAT);
    });
    await expect(run).rejects.toMatchObject({
      name: InvariantViolation.name,
      message: expect.stringMatching(
        /term of [abc] went back from 1 to 0 at .+\nseed 11; replay: GRAFT_SEED=11 npx vitest run test.simulation.invariants\.test\.ts/,
      ),
    });
  });

  test('a run in which nobody ever leads fails, since it shows nothing', async () => {
    const run = play(1, { voters: 3, started: ['a'] }, (cluster) => cluster.run(5_000));
    await expect(run).rejects.toThrow('nobody ever led');
  });

  test('a report that was not expected fails the run', async () => {
    const run = play(1, { voters: 3 }, async (cluster) => {
      const leader = await cluster.untilAgreed({ withinMs: 2 * MAX });
      const { id: to, term } = leader;
      const pretender = parseNodeId(cluster.othersThan(to)[0]);
      cluster.network.inject(
        { cluster: parseClusterName('simulated'), to },
        { kind: 'heartbeat', term, leader: pretender, round: 1, heir: undefined, incarnation: 7 },
      );
      await cluster.run(1);
    });
    await expect(run).rejects.toMatchObject({ code: 'SECOND_LEADER' });
  });

  test('one seed, one run: played twice, every gain and loss is the same', async () => {
    const runs: (readonly LeadershipChange[])[] = [];
    for (let run = 0; run < 2; run++) {
      await play(5, { voters: 5, network: { dropProbability: 0.3 } }, async (cluster) => {
        await cluster.run(20_000);
        runs.push(cluster.changes);
      });
    }
    expect(runs[0]).toEqual(runs[1]);
  });
});
