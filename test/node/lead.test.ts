/** DESIGN section 6, lead(): runs while, and only while, this node leads. Rule 9: work ends before leadership goes. */
import { describe, expect, test } from 'vitest';
import type { Leadership, Work } from '../../src/node/work.js';
import { type Member, Sim } from './sim.js';

/** Work that ends when told to, after `windDownMs`; notes each run and where it ended. */
class Job {
  readonly runs: { readonly term: number; readonly fromMs: number; untilMs: number | undefined }[] = [];
  readonly #member: Member;
  readonly #windDownMs: number;

  constructor(member: Member, windDownMs = 0) {
    this.#member = member;
    this.#windDownMs = windDownMs;
  }

  readonly work: Work = async ({ term, signal }: Leadership) => {
    const { clock } = this.#member;
    const run = { term, fromMs: clock.nowMs(), untilMs: undefined as number | undefined };
    this.runs.push(run);
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    if (this.#windDownMs > 0) await new Promise<void>((resolve) => clock.setTimer(this.#windDownMs, resolve));
    run.untilMs = clock.nowMs();
  };

  get terms(): readonly number[] {
    return this.runs.map(({ term }) => term);
  }

  get isRunning(): boolean {
    return this.runs.some(({ untilMs }) => untilMs === undefined);
  }
}

describe('lead()', () => {
  test('called before leadership runs at the first, with its term, and again at the next', async () => {
    const sim = new Sim(['a']);
    const member = await sim.start('a');
    const job = new Job(member);
    const leading = member.node.lead(job.work);
    await sim.clock.advanceUntil(() => job.isRunning, 5000);
    await sim.run(member.node.stepDown());
    expect(job.isRunning).toBe(false);
    await sim.clock.advanceUntil(() => job.isRunning, 5000);
    expect(job.terms).toEqual([1, 2]);
    await sim.run(member.node.close());
    await leading;
    expect(job.isRunning).toBe(false);
  });

  test('called while leading runs at once', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const job = new Job(leader);
    void leader.node.lead(job.work);
    await sim.clock.advance(0);
    expect(job.terms).toEqual([leader.node.term]);
  });

  test('several at once each run', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const jobs = [new Job(leader), new Job(leader), new Job(leader)];
    for (const { work } of jobs) void leader.node.lead(work);
    await sim.clock.advance(0);
    expect(jobs.map(({ isRunning }) => isRunning)).toEqual([true, true, true]);
    await sim.run(leader.node.stepDown());
    expect(jobs.map(({ isRunning }) => isRunning)).toEqual([false, false, false]);
  });

  test('the signal aborts at the loss, with a reason that says which and why', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    let reason: unknown;
    void leader.node.lead(({ signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
      return new Promise(() => undefined);
    });
    sim.network.isolate(leader.node.id);
    await sim.clock.advance(600);
    expect(reason).toMatchObject({ code: 'NOT_LEADER', message: expect.stringMatching(/term 1 .*leaseExpired/) });
    sim.network.heal();
  });

  test('work that returns early is done for this term, runs anew in the next, and the node goes on leading', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const terms: number[] = [];
    void leader.node.lead(({ term }) => void terms.push(term));
    await sim.clock.advance(3000);
    expect({ terms, isLeader: leader.node.isLeader() }).toEqual({ terms: [1], isLeader: true });
    await sim.run(leader.node.stepDown());
    await sim.clock.advanceUntil(() => leader.node.isLeader(), 5000);
    await sim.clock.advance(0);
    expect(terms).toEqual([1, 2]);
  });

  test('work that ignores its signal is not started a second time beside itself: reported, and begun once it returns', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect(() => ({ drainTimeoutMs: 0 }));
    const terms: number[] = [];
    const returns: (() => void)[] = [];
    void leader.node.lead(({ term }) => {
      terms.push(term);
      return new Promise((resolve) => returns.push(resolve));
    });
    await sim.clock.advance(0);
    await sim.run(leader.node.stepDown());
    await sim.clock.advanceUntil(() => leader.node.isLeader(), 5000);
    await sim.clock.advance(10);
    expect(terms).toEqual([1]);
    expect(leader.told.errors.at(-1)).toMatchObject({
      code: 'WORK_FAILED',
      message: expect.stringContaining('term 2'),
    });
    returns[0]?.();
    await sim.clock.advance(0);
    expect(terms).toEqual([1, 2]);
  });
});

describe('work that throws', () => {
  test('while it leads: leadership is put down to the heir, then lead() rejects with WORK_FAILED and the cause', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    const cause = new Error('queue gone');
    const failure = await sim.run(
      leader.node
        .lead(() => Promise.reject(cause))
        .then(
          () => undefined,
          (error: unknown) => ({ error, heirLeads: heir.node.isLeader() || leader.node.leader === heir.node.id }),
        ),
    );
    expect(failure).toMatchObject({
      error: { code: 'WORK_FAILED', cause, message: expect.stringContaining('queue gone') },
      heirLeads: true,
    });
    expect(leader.told.codes).toEqual([]);
    expect(leader.node.isLeader()).toBe(false);
  });

  test('at once, before its first await: likewise', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const leading = leader.node.lead(() => {
      throw new Error('at once');
    });
    await expect(sim.run(leading)).rejects.toMatchObject({ code: 'WORK_FAILED' });
    expect(leader.node.isLeader()).toBe(false);
  });

  test('beside other work: that is let end before leadership goes, and runs on at the next', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const job = new Job(leader, 200);
    void leader.node.lead(job.work);
    await sim.clock.advance(10);
    const leading = leader.node.lead(() => Promise.reject(new Error('no')));
    await expect(sim.run(leading)).rejects.toMatchObject({ code: 'WORK_FAILED' });
    const lost = leader.told.changes.findIndex(({ from }) => from === 'LEADER');
    expect({ lost: lost >= 0, running: job.isRunning }).toEqual({ lost: true, running: false });
    await sim.clock.advanceUntil(() => job.isRunning, 5000);
    expect(job.terms).toEqual([1, 2]);
  });

  test('just as the node closes: lead() still rejects with WORK_FAILED', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    const leading = leader.node.lead(() => Promise.reject(new Error('last words')));
    const rejected = expect(leading).rejects.toMatchObject({ code: 'WORK_FAILED' });
    await sim.clock.advance(0);
    await sim.run(leader.node.close());
    await rejected;
  });

  const aborts: readonly [string, (signal: AbortSignal) => unknown][] = [
    ['the reason of its signal', (signal) => signal.reason],
    ['an AbortError', () => new DOMException('aborted', 'AbortError')],
  ];
  test.each(aborts)('%s after its signal aborted: that is an ordinary end', async (_what, thrown) => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const leading = leader.node.lead(
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(thrown(signal) as Error))),
    );
    await sim.clock.advance(0);
    await sim.run(leader.node.stepDown());
    expect(leader.told.errors).toEqual([]);
    await sim.run(leader.node.close());
    await leading;
  });

  test('something else after its signal aborted: reported, and the shift goes on', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    let runs = 0;
    void leader.node.lead(({ signal }) => {
      runs += 1;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('flush failed'))));
    });
    await sim.clock.advance(0);
    await sim.run(leader.node.stepDown());
    expect(leader.told.errors).toMatchObject([
      { code: 'WORK_FAILED', message: expect.stringContaining('flush failed') },
    ]);
    await sim.clock.advanceUntil(() => runs === 2, 5000);
  });
});

describe('AbortSignal of lead()', () => {
  const reason = new Error('enough');

  test('aborted already: rejects, the work never runs', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const job = new Job(leader);
    await expect(leader.node.lead(job.work, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await sim.clock.advance(10);
    expect(job.runs).toEqual([]);
  });

  test('aborted while the work runs: rejects after the work has returned; the node goes on leading', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const job = new Job(leader, 300);
    const abort = new AbortController();
    const leading = leader.node.lead(job.work, { signal: abort.signal });
    const rejected = expect(leading).rejects.toBe(reason);
    await sim.clock.advance(10);
    abort.abort(reason);
    const tookMs = await sim.timed(leading.catch(() => undefined));
    await rejected;
    expect({ tookMs, running: job.isRunning, isLeader: leader.node.isLeader() }).toEqual({
      tookMs: 300,
      running: false,
      isLeader: true,
    });
  });

  test('aborted while not leading: rejects, and the work does not run at the next leadership', async () => {
    const sim = new Sim(['a']);
    const member = await sim.start('a');
    const job = new Job(member);
    const abort = new AbortController();
    const rejected = expect(member.node.lead(job.work, { signal: abort.signal })).rejects.toBe(reason);
    abort.abort(reason);
    await rejected;
    await sim.clock.advanceUntil(() => member.node.isLeader(), 5000);
    await sim.clock.advance(10);
    expect(job.runs).toEqual([]);
  });
});

describe('draining: leadership is handed over', () => {
  test('only once the work has ended, lease held all the while: the successor’s work begins after it, at once', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    const [mine, theirs] = [new Job(leader, 1200), new Job(heir)];
    void leader.node.lead(mine.work);
    void heir.node.lead(theirs.work);
    await sim.clock.advance(500);
    const handing = leader.node.transfer({ to: heir.node.id });
    await sim.clock.advance(1199);
    expect({ mineLeads: leader.node.isLeader(), theirs: theirs.runs }).toEqual({ mineLeads: true, theirs: [] });
    await sim.run(handing);
    await sim.clock.advanceUntil(() => theirs.isRunning, 100);
    const gapMs = (theirs.runs[0]?.fromMs ?? 0) - (mine.runs[0]?.untilMs ?? 0);
    expect(gapMs).toBeGreaterThan(0);
    expect(gapMs).toBeLessThan(20);
  });

  test('isLeader() of the work stays true until it has ended, though its signal has aborted', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    const answers: boolean[] = [];
    void leader.node.lead(async ({ signal, isLeader }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      for (let step = 0; step < 10; step += 1) {
        await new Promise<void>((resolve) => leader.clock.setTimer(100, resolve));
        answers.push(isLeader());
      }
    });
    await sim.clock.advance(10);
    await sim.run(leader.node.stepDown());
    expect(answers).toEqual(Array.from({ length: 10 }, () => true));
  });

  test('after drainTimeoutMs all the same, which is reported; from then on isLeader() of the work is false', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect(() => ({ drainTimeoutMs: 400 }));
    let isLeader: (() => boolean) | undefined;
    void leader.node.lead((leadership) => {
      isLeader = leadership.isLeader;
      return new Promise(() => undefined);
    });
    await sim.clock.advance(10);
    const handing = leader.node.transfer();
    await sim.clock.advance(399);
    expect(isLeader?.()).toBe(true);
    await sim.run(handing);
    expect(isLeader?.()).toBe(false);
    expect(leader.told.errors).toMatchObject([
      { code: 'WORK_FAILED', message: expect.stringContaining('drainTimeoutMs (400)') },
    ]);
  });

  test('lead() that is called while it drains waits for the next leadership', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    const [old, late] = [new Job(leader, 300), new Job(leader)];
    void leader.node.lead(old.work);
    await sim.clock.advance(10);
    const down = leader.node.stepDown();
    await sim.clock.advance(100);
    void leader.node.lead(late.work);
    await sim.run(down);
    expect(late.runs).toEqual([]);
    await sim.clock.advanceUntil(() => late.isRunning, 5000);
    expect(late.terms).toEqual([2]);
  });

  test('and there is no heir any more when it has ended: NO_HEIR, leadership stays, the work begins again', async () => {
    const sim = new Sim(['a', 'b', 'c']);
    const { leader, heir, other } = await sim.elect((id) => ({ priority: id === 'a' ? 9 : 1 }));
    const job = new Job(leader, 1000);
    const done: number[] = [];
    void leader.node.lead(job.work);
    void leader.node.lead(({ term }) => void done.push(term));
    await sim.clock.advance(300);
    const handing = leader.node.transfer({ to: heir.node.id });
    const refused = expect(handing).rejects.toMatchObject({
      code: 'NO_HEIR',
      message: expect.stringContaining(heir.node.id),
    });
    await sim.clock.advance(100);
    sim.crash(heir.node.id);
    await sim.run(handing.catch(() => undefined));
    await refused;
    await sim.clock.advance(10);
    expect({ isLeader: leader.node.isLeader(), terms: job.terms, running: job.isRunning }).toEqual({
      isLeader: true,
      terms: [1, 1],
      running: true,
    });
    // Work that had returned by itself was done for this term, and is not begun again.
    expect(done).toEqual([1]);
    expect(other.node.leader).toBe(leader.node.id);
  });

  test('likewise when the work outlives drainTimeoutMs: it begins again once it has returned, in the same term', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect((id) => ({ priority: id === 'a' ? 9 : 1, drainTimeoutMs: 300 }));
    const job = new Job(leader, 1000);
    void leader.node.lead(job.work);
    await sim.clock.advance(300);
    const [gone] = followers;
    const refused = expect(leader.node.transfer({ to: gone?.node.id })).rejects.toMatchObject({ code: 'NO_HEIR' });
    sim.crash(gone?.node.id ?? '');
    await sim.clock.advance(310);
    await refused;
    expect({ isLeader: leader.node.isLeader(), terms: job.terms }).toEqual({ isLeader: true, terms: [1] });
    await sim.clock.advance(700);
    expect({ terms: job.terms, running: job.isRunning }).toEqual({ terms: [1, 1], running: true });
  });

  test('asked for twice at once is one hand-over, and both hear of the successor', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    void leader.node.lead(new Job(leader, 200).work);
    await sim.clock.advance(300);
    const both = Promise.all([leader.node.transfer(), leader.node.transfer(), leader.node.stepDown()]);
    expect(await sim.run(both)).toEqual([heir.node.id, heir.node.id, undefined]);
    expect(leader.told.changes.filter(({ from }) => from === 'LEADER')).toHaveLength(1);
  });

  test('and the lease is lost meanwhile: the work was told, and transfer() resolves with who leads', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    const job = new Job(leader, 3000);
    void leader.node.lead(job.work);
    await sim.clock.advance(300);
    const handing = leader.node.transfer();
    await sim.clock.advance(10);
    sim.network.isolate(leader.node.id);
    await sim.clock.advanceUntil(() => followers.some(({ node }) => node.isLeader()), 5000);
    sim.network.heal();
    expect(await sim.run(handing)).toBe(followers.find(({ node }) => node.isLeader())?.node.id);
    expect(job.terms).toEqual([1]);
  });
});
