/** Rule 13: the application's position travels with requests, and the application may refuse its vote. */
import { describe, expect, test } from 'vitest';
import { decodeFrame } from '../../src/drivers/wire/codec.js';
import type { Handler } from '../../src/node/handler.js';
import { Recorder, Sim } from './sim.js';

/** Hooks beside a recorder of what is told. */
function withHooks(hooks: Pick<Handler, 'currentState' | 'grantVote'>): Handler & { readonly told: Recorder } {
  const told = new Recorder();
  return {
    told,
    stateChange: (change) => told.stateChange(change),
    asyncError: (error) => told.asyncError(error),
    ...hooks,
  };
}

describe('currentState', () => {
  test('travels in pre-vote and vote requests, and in nothing else', async () => {
    const sim = new Sim(['a', 'b']);
    const carried: Record<string, Set<string>> = {};
    sim.network.tap(({ kind, from, bytes }) => {
      if (kind !== 'sent' || from !== 'a') return;
      const message = decodeFrame(bytes);
      const position = 'position' in message ? String(message.position) : 'none';
      carried[message.kind] = (carried[message.kind] ?? new Set()).add(position);
    });
    await sim.elect((id) => ({
      priority: id === 'a' ? 1 : 0,
      ...(id === 'a' && { handler: { currentState: () => Uint8Array.of(1, 2, 3) } }),
    }));
    expect(carried).toMatchObject({
      preVoteRequest: new Set(['1,2,3']),
      voteRequest: new Set(['1,2,3']),
      heartbeat: new Set(['none']),
    });
  });

  test('is asked anew for every request, and heard by the voters’ grantVote', async () => {
    const sim = new Sim(['a', 'b']);
    let asked = 0;
    const heard: number[] = [];
    const currentState = (): Uint8Array => {
      asked += 1;
      return Uint8Array.of(asked);
    };
    await sim.start('a', { handler: { currentState } });
    await sim.start('b', {
      priority: 0,
      handler: {
        grantVote: (position) => {
          heard.push(position[0] ?? -1);
          return true;
        },
      },
    });
    await sim.clock.advanceUntil(() => sim.isAgreed(), 5000);
    expect(new Set(heard).size).toBe(heard.length);
    expect(heard.length).toBeGreaterThan(1);
  });

  const unusable: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('cannot tell');
      },
    ],
    ['is too long', () => new Uint8Array(32_769)],
    ['is no bytes', () => 'position 7'],
    ['is null', () => null],
    ['is a promise', async () => Uint8Array.of(1)],
    [
      'is a promise that rejects',
      async () => {
        throw new Error('later');
      },
    ],
  ];

  test.each(unusable)('that %s: nothing is asked, it is reported, and the node follows on', async (_what, position) => {
    const sim = new Sim(['a', 'b']);
    const hooks: unknown = { currentState: position };
    const handler = withHooks(hooks as Handler);
    const { node } = await sim.start('a', { handler });
    await sim.start('b', { priority: 0 });
    await sim.clock.advance(5000);
    expect(node.isLeader()).toBe(false);
    expect(handler.told.errors[0]).toMatchObject({
      code: 'HANDLER_FAILED',
      message: expect.stringContaining('handler.currentState'),
    });
    // One report a second at most, however often it is asked.
    expect(handler.told.errors.length).toBeLessThanOrEqual(5);
    expect(node.status().errors.HANDLER_FAILED).toBeGreaterThan(handler.told.errors.length);
  });

  test('of 32 KiB is carried', async () => {
    const sim = new Sim(['a', 'b']);
    const { leader } = await sim.elect((id) => ({
      priority: id === 'a' ? 1 : 0,
      ...(id === 'a' && { handler: { currentState: () => new Uint8Array(32_768) } }),
    }));
    expect(leader.node.id).toBe('a');
  });
});

describe('grantVote', () => {
  test('that refuses everybody behind keeps the one behind from being elected', async () => {
    const sim = new Sim();
    const positions: Record<string, number> = { a: 1, b: 2, c: 2 };
    const { leader } = await sim.elect((id) => ({
      priority: id === 'a' ? 9 : 1,
      handler: {
        currentState: () => Uint8Array.of(positions[id] ?? 0),
        grantVote: (position) => (position[0] ?? 0) >= (positions[id] ?? 0),
      },
    }));
    expect(leader.node.id).not.toBe('a');
  });

  test('hears an empty position from a candidate that has none', async () => {
    const sim = new Sim(['a', 'b']);
    const lengths = new Set<number>();
    await sim.elect((id) => ({
      priority: id === 'a' ? 1 : 0,
      ...(id === 'b' && {
        handler: {
          grantVote: (position: Uint8Array) => {
            lengths.add(position.length);
            return true;
          },
        },
      }),
    }));
    expect([...lengths]).toEqual([0]);
  });

  const refusals: readonly [string, () => unknown, string | undefined][] = [
    ['answers false', () => false, undefined],
    [
      'throws',
      () => {
        throw new Error('broke');
      },
      'broke',
    ],
    ['answers a promise of true', async () => true, 'a promise'],
    [
      'answers a promise that rejects',
      async () => {
        throw new Error('later');
      },
      'a promise',
    ],
    ['answers 1', () => 1, 'it answered 1'],
    ['answers nothing', () => undefined, 'undefined'],
  ];

  test.each(refusals)('that %s refuses; a mistake is reported', async (_what, grantVote, reported) => {
    const sim = new Sim(['a', 'b']);
    const hooks: unknown = { grantVote };
    const handler = withHooks(hooks as Handler);
    const { node } = await sim.start('a');
    await sim.start('b', { handler, priority: 0 });
    await sim.clock.advance(5000);
    expect(node.isLeader()).toBe(false);
    if (reported === undefined) expect(handler.told.errors).toEqual([]);
    else {
      expect(handler.told.errors[0]).toMatchObject({
        code: 'HANDLER_FAILED',
        message: expect.stringContaining(reported),
      });
    }
  });
});
