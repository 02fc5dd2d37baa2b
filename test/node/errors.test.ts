/** DESIGN section 3, last words: nothing that arrives can crash a node, stop its timers or grow its memory without bound. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Message } from '../../src/core/messages.js';
import { type NodeId, parseNodeId } from '../../src/core/names.js';
import type { DriverContext, RpcDriver } from '../../src/drivers/rpc-driver.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { Recorder, Sim } from './sim.js';

describe('floods', () => {
  test('of malformed messages are reported once a second, with the number left out, and all counted', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    for (let second = 0; second < 3; second += 1) {
      for (let index = 0; index < 500; index += 1) sim.inject('a', Uint8Array.of(0xff, index & 0xff));
      await sim.clock.advance(1000);
    }
    expect(leader.told.codes).toEqual(['MALFORMED_MESSAGE', 'MALFORMED_MESSAGE', 'MALFORMED_MESSAGE']);
    expect(leader.told.errors.map(({ message }) => /and (\d+) more/.exec(message)?.[1])).toEqual([
      undefined,
      '499',
      '499',
    ]);
    expect(leader.node.status().errors).toEqual({ MALFORMED_MESSAGE: 1500 });
    expect(leader.node.isLeader()).toBe(true);
  });

  test('of one kind do not hide another', async () => {
    const sim = new Sim(['a']);
    const { leader } = await sim.elect();
    for (let index = 0; index < 100; index += 1) {
      sim.inject('a', Uint8Array.of(0xff));
      sim.inject('a', heartbeat('stranger', 9));
      sim.inject('a', heartbeat('go-peer', 0));
    }
    await sim.clock.advance(10);
    expect(leader.told.codes).toEqual(['MALFORMED_MESSAGE', 'UNLISTED_VOTER', 'PLAIN_GRAFT_PEER']);
  });

  test('of requests that make a hook throw are reported once a second', async () => {
    const sim = new Sim(['a', 'b']);
    const told = new Recorder();
    await sim.start('a', {
      handler: {
        asyncError: (error) => told.asyncError(error),
        grantVote() {
          throw new Error('broke');
        },
      },
    });
    for (let index = 0; index < 200; index += 1) {
      sim.inject('a', {
        kind: 'preVoteRequest',
        term: 1,
        candidate: parseNodeId('b'),
        position: undefined,
        incarnation: 3,
        round: index,
      });
    }
    await sim.clock.advance(10);
    expect(told.codes).toEqual(['HANDLER_FAILED']);
    expect(sim.member('a').node.status().errors).toEqual({ HANDLER_FAILED: 200 });
  });
});

function heartbeat(leader: string, incarnation: number): Message {
  return { kind: 'heartbeat', term: 1, leader: parseNodeId(leader), round: 1, heir: undefined, incarnation };
}

describe('hostile input', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'z').map((text) => parseNodeId(text));
  const term = fc.oneof(fc.nat(5), fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1));
  const incarnation = fc.constantFrom(0, 1, 2, 2 ** 48 - 1);
  const round = fc.nat(2 ** 31);
  const position = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined });
  const message: fc.Arbitrary<Message> = fc.oneof(
    fc.record<Message & { kind: 'voteRequest' }>({
      kind: fc.constant('voteRequest'),
      term,
      candidate: id,
      position,
      leadershipTransfer: fc.boolean(),
      standBy: fc.boolean(),
      incarnation,
      round,
    }),
    fc.record<Message & { kind: 'preVoteRequest' }>({
      kind: fc.constant('preVoteRequest'),
      term,
      candidate: id,
      position,
      incarnation,
      round,
    }),
    fc.record<Message & { kind: 'voteResponse' }>({
      kind: fc.constant('voteResponse'),
      preVote: fc.boolean(),
      term,
      granted: fc.boolean(),
      standsBy: fc.boolean(),
      voter: fc.option(id, { nil: undefined }),
      incarnation,
      round,
      retryAfterMs: fc.nat(),
    }),
    fc.record<Message & { kind: 'heartbeat' }>({
      kind: fc.constant('heartbeat'),
      term,
      leader: id,
      round,
      heir: fc.option(id, { nil: undefined }),
      incarnation,
    }),
    fc.record<Message & { kind: 'heartbeatResponse' }>({
      kind: fc.constant('heartbeatResponse'),
      term,
      voter: id,
      round,
      incarnation,
      priority: fc.nat(255),
    }),
    fc.record<Message & { kind: 'timeoutNow' }>({ kind: fc.constant('timeoutNow'), term, leader: id }),
  );

  test('whatever is injected, valid or garbage: gains and losses alternate, terms never go back, errors are bounded, close works', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof(message, fc.uint8Array({ maxLength: 60 })), fc.nat(400)), { maxLength: 60 }),
        async (injections) => {
          const sim = new Sim();
          for (const voter of ['a', 'b', 'c']) await sim.start(voter);
          await sim.clock.advance(1200);
          const terms = new Map<string, number>();
          for (const [payload, delayMs] of injections) {
            sim.inject('a', payload);
            await sim.clock.advance(delayMs / 4);
            for (const [voter, { node }] of sim.members) {
              expect(node.term).toBeGreaterThanOrEqual(terms.get(voter) ?? 0);
              terms.set(voter, node.term);
            }
          }
          const { node, told } = sim.member('a');
          let leads = false;
          for (const { from, to } of told.changes) {
            expect(from === 'LEADER').toBe(leads);
            leads = to === 'LEADER';
          }
          expect(told.errors.length).toBeLessThan(100);
          await sim.end();
          expect(node.state).toBe('CLOSED');
          expect(sim.clock.pendingTimers).toBe(sim.network.inFlight);
        },
      ),
      { numRuns: 25, seed: 20 },
    );
  });
});

describe('a driver that breaks its contract', () => {
  /** Throws at every send. */
  class ThrowingDriver implements RpcDriver {
    context: DriverContext | undefined;

    async init(context: DriverContext): Promise<void> {
      this.context = context;
    }

    broadcast(): void {
      throw new Error('no route');
    }

    send(_to: NodeId): void {
      throw new Error('no route');
    }

    async close(): Promise<void> {}
  }

  test('by throwing in broadcast and send: the message is lost, DRIVER_FAILED reported once a second, timers go on', async () => {
    const sim = new Sim(['a', 'b']);
    const { node, told } = await sim.start('a', { rpc: new ThrowingDriver() });
    await sim.clock.advance(5000);
    expect(told.codes.length).toBeGreaterThan(2);
    expect(told.codes.length).toBeLessThanOrEqual(5);
    expect(new Set(told.codes)).toEqual(new Set(['DRIVER_FAILED']));
    expect(told.errors[0]?.message).toContain('no route');
    expect(node.status().errors.DRIVER_FAILED).toBeGreaterThan(50);
  });

  test('by delivering from within broadcast: the message waits until the input under way is finished', async () => {
    const sim = new Sim(['a']);
    const rpc = new MockRpcDriver(sim.network);
    let context: DriverContext | undefined;
    const init = rpc.init.bind(rpc);
    vi.spyOn(rpc, 'init').mockImplementation(async (given, signal) => {
      context = given;
      await init(given, signal);
    });
    vi.spyOn(rpc, 'broadcast').mockImplementation((message) => context?.receive(message));
    const { leader } = await sim.elect(() => ({ rpc }));
    await sim.clock.advance(2000);
    expect(leader.node.isLeader()).toBe(true);
    expect(leader.told.path).toEqual(['FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER']);
  });
});
