/** DESIGN section 5: a failed write gives no vote and no leadership; the node follows on and tries again. Rule 1. */
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../src/core/errors.js';
import type { Message } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import { decodeFrame } from '../../src/drivers/wire/codec.js';
import { FaultyLog } from './faulty-log.js';
import { type Member, Sim } from './sim.js';

/** `a`, which alone may lead, and `b`, a witness with a disk that fails or hangs. */
async function pair(): Promise<{ sim: Sim; voter: Member; log: FaultyLog; said: Message[] }> {
  const sim = new Sim(['a', 'b']);
  const log = new FaultyLog();
  const said: Message[] = [];
  sim.network.tap(({ kind, from, bytes }) => {
    if (kind === 'sent' && from === 'b') said.push(decodeFrame(bytes));
  });
  const voter = await sim.start('b', { log, priority: 0 });
  // The wait of a new log is over, and written.
  await sim.clock.advance(1500);
  return { sim, voter, log, said };
}

const grants = (said: readonly Message[]): readonly Message[] =>
  said.filter((message) => message.kind === 'voteResponse' && message.granted && !message.preVote);

describe('the disk of a voter fails', () => {
  test('its vote is not given, LOG_WRITE_FAILED is reported once a second; when it is back, it votes', async () => {
    const { sim, voter, log, said } = await pair();
    const full = new Error('ENOSPC');
    log.fail(full);
    const candidate = await sim.start('a');
    await sim.clock.advance(5000);
    expect({ grants: grants(said), leads: candidate.node.isLeader() }).toEqual({ grants: [], leads: false });
    expect(voter.told.errors[0]).toMatchObject({ code: 'LOG_WRITE_FAILED', cause: full });
    expect(voter.told.codes.length).toBeLessThanOrEqual(5);
    expect(voter.told.errors.at(-1)?.message).toMatch(/and \d+ more since the last report/);
    log.heal();
    await sim.clock.advanceUntil(() => candidate.node.isLeader(), 5000);
    expect(log.saved.at(-1)).toMatchObject({ term: candidate.node.term, votedFor: 'a' });
  });

  test('an error of the log itself is reported as it is', async () => {
    const { sim, voter, log } = await pair();
    const failure = new GraftError('LOG_WRITE_FAILED', 'log x could not be written');
    log.fail(failure);
    await sim.start('a');
    await sim.clock.advanceUntil(() => voter.told.errors.length > 0, 5000);
    expect(voter.told.errors[0]).toBe(failure);
  });

  test('it follows on: it knows the leader that the others elect', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const voter = await sim.start('c', { log });
    await sim.clock.advance(1500);
    log.fail(new Error('EIO'));
    await sim.start('a');
    await sim.start('b');
    await sim.clock.advanceUntil(() => sim.isAgreed(), 10_000);
    expect(sim.elected.leader).not.toBe(voter);
    const { leader } = sim.elected;
    await sim.clock.advance(5000);
    expect({ known: voter.node.leader, leads: leader.node.isLeader() }).toEqual({
      known: leader.node.id,
      leads: true,
    });
  });

  test('a leader that hears of a newer term tells its loss though the write of it fails', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const { leader } = await sim.elect((id) => (id === 'a' ? { log } : { priority: 0 }));
    log.fail(new Error('EIO'));
    await newerTerm(sim, leader);
    expect(leader.told.changes.at(-1)).toMatchObject({ from: 'LEADER', reason: 'newerTerm', term: 1 });
  });

  test('of the only voter: it never leads, and leads once the disk is back', async () => {
    const sim = new Sim(['a']);
    const log = new FaultyLog();
    const { node, told } = await sim.start('a', { log });
    log.fail(new Error('EROFS'));
    await sim.clock.advance(10_000);
    expect(told.path).not.toContain('LEADER');
    log.heal();
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
  });
});

describe('the disk of a voter hangs', () => {
  test('the vote is not given until the write has ended', async () => {
    const { sim, log, said } = await pair();
    log.hang();
    const candidate = await sim.start('a');
    await sim.clock.advance(10_000);
    expect({ writing: log.saving, grants: grants(said), leads: candidate.node.isLeader() }).toEqual({
      writing: 1,
      grants: [],
      leads: false,
    });
    log.heal();
    await sim.clock.advanceUntil(() => candidate.node.isLeader(), 5000);
  });

  test('a second candidate of the term that asks while the first vote is being written is refused (liferaft)', async () => {
    const sim = new Sim(['a', 'b', 'c']);
    const log = new FaultyLog();
    const said: Message[] = [];
    sim.network.tap(({ kind, from, bytes }) => {
      if (kind === 'sent' && from === 'b') said.push(decodeFrame(bytes));
    });
    await sim.start('b', { log, priority: 0 });
    await sim.clock.advance(1500);
    log.hang();
    for (const candidate of ['a', 'c', 'a']) {
      sim.inject('b', {
        kind: 'voteRequest',
        term: 9,
        candidate: parseNodeId(candidate),
        position: undefined,
        leadershipTransfer: false,
        standBy: false,
        incarnation: 7,
        round: 1,
      });
      await sim.clock.advance(100);
    }
    expect(grants(said)).toEqual([]);
    log.heal();
    await sim.clock.advance(100);
    const answers = said.filter(
      (message) => message.kind === 'voteResponse' && message.round === 1 && !message.preVote,
    );
    expect(answers.map((message) => message.kind === 'voteResponse' && message.granted)).toEqual([true, false, true]);
    expect(log.saved.at(-1)).toMatchObject({ term: 9, votedFor: 'a' });
  });

  test('of a candidate: it asks nobody and shows no candidacy, let alone leadership', async () => {
    const sim = new Sim(['a', 'b']);
    const log = new FaultyLog();
    const asked: string[] = [];
    sim.network.tap(({ kind, from, bytes }) => {
      if (kind === 'sent' && from === 'a') asked.push(decodeFrame(bytes).kind);
    });
    await sim.start('b', { priority: 0 });
    const { node, told } = await sim.start('a', { log });
    log.hang();
    await sim.clock.advance(5000);
    expect(asked).not.toContain('voteRequest');
    expect(told.path).not.toContain('CANDIDATE');
    expect(node.isLeader()).toBe(false);
    log.heal();
    await sim.clock.advanceUntil(() => node.isLeader(), 5000);
    expect(told.path).toEqual(['FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER']);
  });

  test('a leader that hears of a newer term tells its loss at once, and its work is stopped, before the write ends', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const { leader } = await sim.elect((id) => (id === 'a' ? { log } : { priority: 0 }));
    let aborted = false;
    void leader.node.lead(({ signal }) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    });
    log.hang();
    await newerTerm(sim, leader);
    expect(log.saving).toBe(1);
    expect(leader.told.changes.at(-1)).toMatchObject({ from: 'LEADER', reason: 'newerTerm' });
    expect({ aborted, isLeader: leader.node.isLeader() }).toEqual({ aborted: true, isLeader: false });
    log.heal();
  });

  test('messages that come meanwhile are bounded: what is beyond is dropped and reported, and the rest handled later', async () => {
    const { sim, voter, log } = await pair();
    log.hang();
    const leader = parseNodeId('a');
    const heartbeat = (round: number): Message => ({
      kind: 'heartbeat',
      term: 5,
      leader,
      round,
      heir: undefined,
      incarnation: 7,
    });
    for (let round = 1; round <= 3000; round += 1) sim.inject('b', heartbeat(round));
    await sim.clock.advance(10);
    expect(voter.told.errors).toMatchObject([{ code: 'INPUT_OVERFLOW', message: expect.stringContaining('1024') }]);
    // The first is being handled, 1024 wait.
    expect(voter.node.status().errors.INPUT_OVERFLOW).toBe(3000 - 1 - 1024);
    log.heal();
    await sim.clock.advance(10);
    expect({ term: voter.node.term, leader: voter.node.leader }).toEqual({ term: 5, leader });
  });
});

async function newerTerm(sim: Sim, leader: Member): Promise<void> {
  const before = leader.told.changes.length;
  sim.inject(leader.node.id, {
    kind: 'heartbeatResponse',
    term: leader.node.term + 1,
    voter: parseNodeId('b'),
    round: 1,
    incarnation: sim.member('b').node.status().incarnation,
    priority: 0,
  });
  await sim.clock.advanceUntil(() => leader.told.changes.length > before, 10);
}
