/** Rules 9 and 10: leadership is handed to an heir that campaigns at once; who hands it over never leads in that term again. */
import { describe, expect, test } from 'vitest';
import { decodeFrame } from '../../src/drivers/wire/codec.js';
import { Sim } from './sim.js';

describe('transfer()', () => {
  test('goes to the heir of three within milliseconds and resolves with its id', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    let gapEndMs: number | undefined;
    heir.node.on('elected', () => {
      gapEndMs = sim.clock.nowMs();
    });
    const startMs = sim.clock.nowMs();
    expect(await sim.run(leader.node.transfer())).toBe(heir.node.id);
    await sim.clock.advance(10);
    expect((gapEndMs ?? Number.POSITIVE_INFINITY) - startMs).toBeLessThan(20);
    expect(leader.told.changes.at(-1)).toMatchObject({ from: 'LEADER', reason: 'steppedDown', term: 1 });
    expect(heir.node.fencingToken).toBe(2);
  });

  test('goes to a named voter that is not the heir', async () => {
    const sim = new Sim();
    const { leader, other } = await sim.elect();
    await sim.clock.advance(300);
    expect(await sim.run(leader.node.transfer({ to: other.node.id }))).toBe(other.node.id);
  });

  const refused: readonly [string, string, string][] = [
    ['a voter that does not exist', 'z', 'NO_HEIR'],
    ['text that is no id', 'b.c', 'INVALID_ID'],
    ['an empty id', '', 'INVALID_ID'],
  ];
  test.each(refused)('to %s is refused, and leadership stays', async (_what, to, code) => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    await sim.clock.advance(300);
    await expect(sim.run(leader.node.transfer({ to }))).rejects.toMatchObject({
      code,
      message: expect.stringContaining(JSON.stringify(to)),
    });
    await sim.clock.advance(2000);
    expect(leader.told.changes.filter(({ from }) => from === 'LEADER')).toEqual([]);
  });

  test('to itself is refused: it is no heir of its own', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    await expect(leader.node.transfer({ to: leader.node.id })).rejects.toMatchObject({ code: 'NO_HEIR' });
  });

  test('on a follower: NOT_LEADER, with who leads', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await expect(heir.node.transfer()).rejects.toMatchObject({
      code: 'NOT_LEADER',
      message: expect.stringContaining(`${leader.node.id} does`),
    });
  });

  test('on the only voter, and among witnesses: NO_HEIR, and leadership stays', async () => {
    const alone = new Sim(['a']);
    const { leader } = await alone.elect();
    await expect(leader.node.transfer()).rejects.toMatchObject({ code: 'NO_HEIR' });
    expect(leader.node.isLeader()).toBe(true);

    const witnessed = new Sim(['b', 'c', 'd']);
    const among = await witnessed.elect((id) => ({ priority: id === 'b' ? 1 : 0 }));
    await witnessed.clock.advance(300);
    await expect(among.leader.node.transfer()).rejects.toMatchObject({ code: 'NO_HEIR' });
    expect(among.leader.node.isLeader()).toBe(true);
  });

  test('whose first TimeoutNow is lost still succeeds, within tens of milliseconds: it is repeated', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    let lost = 0;
    const direction = { from: leader.node.id, to: heir.node.id };
    sim.network.tap(({ kind, bytes }) => {
      if (kind !== 'sent' || decodeFrame(bytes).kind !== 'timeoutNow') return;
      lost += 1;
      if (lost === 1) sim.network.cut(direction);
      else sim.network.uncut(direction);
    });
    const tookMs = await sim.timed(leader.node.transfer());
    expect(lost).toBeGreaterThan(1);
    expect(tookMs).toBeLessThan(100);
    expect(leader.node.leader).toBe(heir.node.id);
  });

  test('to an heir that has just died goes to the next one', async () => {
    const sim = new Sim();
    const { leader, heir, other } = await sim.elect();
    await sim.clock.advance(300);
    sim.crash(heir.node.id);
    expect(await sim.run(leader.node.transfer())).toBe(other.node.id);
  });

  test('when everybody else has just died: NO_SUCCESSOR after electionTimeoutMax, and leadership is gone', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    for (const { node } of followers) sim.crash(node.id);
    const handing = leader.node.transfer();
    const refusal = expect(handing).rejects.toMatchObject({
      code: 'NO_SUCCESSOR',
      message: expect.stringContaining('1000 ms'),
    });
    expect(await sim.timed(handing.catch(() => undefined))).toBe(1000);
    await refusal;
    expect(leader.node.isLeader()).toBe(false);
  });
});

describe('stepDown()', () => {
  test('of a leader with an heir resolves when the heir leads', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    expect(await sim.timed(leader.node.stepDown())).toBeLessThan(20);
    expect(leader.node.leader).toBe(heir.node.id);
  });

  test('of the only voter puts leadership down at once; later it leads again', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    expect(await sim.timed(leader.node.stepDown())).toBe(0);
    expect(leader.node.isLeader()).toBe(false);
    expect(await sim.clock.advanceUntil(() => leader.node.isLeader(), 5000)).toBeGreaterThan(1000);
  });

  test('does nothing on a follower', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    expect(await sim.timed(heir.node.stepDown())).toBe(0);
    expect(leader.node.isLeader()).toBe(true);
  });

  test('resolves though nobody takes over', async () => {
    const sim = new Sim();
    const { leader, followers } = await sim.elect();
    for (const { node } of followers) sim.crash(node.id);
    expect(await sim.timed(leader.node.stepDown())).toBe(1000);
  });
});

describe('untilLeader()', () => {
  test('resolves at once where one is known, and when one is elected where none is', async () => {
    const sim = new Sim();
    const early = await sim.start('a');
    const waiting = early.node.untilLeader();
    await sim.start('b');
    const known = await sim.run(waiting);
    await sim.clock.advanceUntil(() => sim.isAgreed() || sim.members.size < 2, 5000);
    expect(sim.elected.leader.node.id).toBe(known);
    expect(await early.node.untilLeader()).toBe(known);
  });
});

describe('AbortSignal', () => {
  const reason = new Error('no time');

  test('aborted already: transfer, stepDown and untilLeader reject with its reason and do nothing', async () => {
    const sim = new Sim();
    const { leader } = await sim.elect();
    await sim.clock.advance(300);
    const signal = AbortSignal.abort(reason);
    await expect(leader.node.transfer({ signal })).rejects.toBe(reason);
    await expect(leader.node.stepDown({ signal })).rejects.toBe(reason);
    await expect(leader.node.untilLeader({ signal })).rejects.toBe(reason);
    await sim.clock.advance(1000);
    expect(leader.node.isLeader()).toBe(true);
  });

  test('aborted while it waits: the wait ends at once, the hand-over goes on', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    const abort = new AbortController();
    const handing = leader.node.transfer({ signal: abort.signal });
    abort.abort(reason);
    await expect(handing).rejects.toBe(reason);
    await sim.clock.advanceUntil(() => heir.node.isLeader(), 100);
  });

  test('aborted by work that is told to end: likewise', async () => {
    const sim = new Sim();
    const { leader, heir } = await sim.elect();
    await sim.clock.advance(300);
    const abort = new AbortController();
    void leader.node.lead(async ({ signal }) => {
      signal.addEventListener('abort', () => abort.abort(reason));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    });
    await sim.clock.advance(0);
    await expect(sim.run(leader.node.stepDown({ signal: abort.signal }))).rejects.toBe(reason);
    await sim.clock.advanceUntil(() => heir.node.isLeader(), 100);
  });

  test('aborted while untilLeader() waits: rejects, and nothing is left listening', async () => {
    const sim = new Sim();
    const { node } = await sim.start('a');
    const abort = new AbortController();
    const waiting = node.untilLeader({ signal: abort.signal });
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await sim.start('b');
    await sim.clock.advanceUntil(() => node.leader !== undefined, 5000);
  });
});
