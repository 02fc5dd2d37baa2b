/** DESIGN section 6: ChanHandler never blocks the node, never grows without bound, never leaves a reader believing an outdated state. */
import { describe, expect, test } from 'vitest';
import { GraftError } from '../../src/core/errors.js';
import type { State } from '../../src/core/roles.js';
import { ChanHandler, type ObservedChange } from '../../src/node/chan-handler.js';
import { processWarnings, Sim } from './sim.js';

/** Tells a handler of states in a row, in terms from 1. */
function tell(handler: ChanHandler, ...states: readonly State[]): void {
  for (let index = 1; index < states.length; index += 1) {
    const [from, to] = [states[index - 1], states[index]];
    if (from !== undefined && to !== undefined) handler.stateChange({ from, to, term: index, reason: 'won' });
  }
}

async function readAll<T>(reader: AsyncIterable<T>): Promise<readonly T[]> {
  const read: T[] = [];
  for await (const entry of reader) read.push(entry);
  return read;
}

const shown = ({ from, to, missed }: ObservedChange): readonly unknown[] => [from, to, missed];

describe('stateChanges()', () => {
  test('of a node yields each change in order and ends after CLOSED', async () => {
    const sim = new Sim(['a']);
    const handler = new ChanHandler();
    const reader = handler.stateChanges();
    const { leader } = await sim.elect(() => ({ handler }));
    await sim.run(leader.node.close());
    expect((await readAll(reader)).map(shown)).toEqual([
      ['FOLLOWER', 'PRE_CANDIDATE', 0],
      ['PRE_CANDIDATE', 'CANDIDATE', 0],
      ['CANDIDATE', 'LEADER', 0],
      ['LEADER', 'FOLLOWER', 0],
      ['FOLLOWER', 'CLOSED', 0],
    ]);
  });

  test('yields while it waits: a change that comes later', async () => {
    const handler = new ChanHandler();
    const reader = handler.stateChanges();
    const waiting = [reader.next(), reader.next()];
    tell(handler, 'FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE');
    expect((await Promise.all(waiting)).map(({ value }) => value?.to)).toEqual(['PRE_CANDIDATE', 'CANDIDATE']);
  });

  test('ends a reader that waits when the node closes', async () => {
    const handler = new ChanHandler();
    const reader = handler.stateChanges();
    const waiting = [reader.next(), reader.next(), reader.next()];
    tell(handler, 'FOLLOWER', 'CLOSED');
    expect((await Promise.all(waiting)).map(({ done }) => done)).toEqual([false, true, true]);
  });

  test('starts a new reader with the latest change, and nothing before it', async () => {
    const handler = new ChanHandler();
    tell(handler, 'FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER');
    const reader = handler.stateChanges();
    tell(handler, 'LEADER', 'FOLLOWER', 'CLOSED');
    expect((await readAll(reader)).map(shown)).toEqual([
      ['CANDIDATE', 'LEADER', 0],
      ['LEADER', 'FOLLOWER', 0],
      ['FOLLOWER', 'CLOSED', 0],
    ]);
  });

  test('gives a reader that comes after CLOSED that change, and ends', async () => {
    const handler = new ChanHandler();
    tell(handler, 'FOLLOWER', 'CLOSED');
    expect((await readAll(handler.stateChanges())).map(shown)).toEqual([['FOLLOWER', 'CLOSED', 0]]);
    expect(await readAll(handler.errors())).toEqual([]);
  });

  test('gives every reader everything, however slow the others are', async () => {
    const handler = new ChanHandler({ capacity: 2 });
    const [slow, fast] = [handler.stateChanges(), handler.stateChanges()];
    const fastRead: (string | undefined)[] = [];
    for (const to of ['PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'FOLLOWER'] as const) {
      tell(handler, 'FOLLOWER', to);
      fastRead.push((await fast.next()).value?.to);
    }
    tell(handler, 'FOLLOWER', 'CLOSED');
    expect(fastRead).toEqual(['PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'FOLLOWER']);
    expect((await readAll(slow)).at(-1)).toMatchObject({ to: 'CLOSED' });
  });

  test('merges the oldest changes of a slow reader: missed counts them, from is the first’s, the newest is kept', async () => {
    const handler = new ChanHandler({ capacity: 2 });
    const reader = handler.stateChanges();
    tell(handler, 'FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'FOLLOWER', 'CLOSED');
    expect((await readAll(reader)).map(shown)).toEqual([
      ['FOLLOWER', 'FOLLOWER', 3],
      ['FOLLOWER', 'CLOSED', 0],
    ]);
  });

  test.each([1, 2, 3, 64])(
    'with capacity %i, 10 000 changes unread: bounded, none unaccounted for, the last is the truth',
    async (capacity) => {
      const handler = new ChanHandler({ capacity });
      const reader = handler.stateChanges();
      for (let round = 0; round < 5000; round += 1) tell(handler, 'FOLLOWER', 'LEADER', 'FOLLOWER');
      tell(handler, 'FOLLOWER', 'CLOSED');
      const read = await readAll(reader);
      expect(read.length).toBe(capacity);
      expect(read.reduce((sum, { missed }) => sum + missed + 1, 0)).toBe(10_001);
      expect(read.at(-1)).toMatchObject({ to: 'CLOSED' });
      // What one entry ends with, the next begins with.
      expect(read.slice(1).map(({ from }) => from)).toEqual(read.slice(0, -1).map(({ to }) => to));
    },
  );

  test('leaving the loop early frees the reader: it ends, holds nothing, and hears no more', async () => {
    const handler = new ChanHandler();
    const reader = handler.stateChanges();
    tell(handler, 'FOLLOWER', 'PRE_CANDIDATE', 'CANDIDATE');
    for await (const change of reader) {
      expect(change.to).toBe('PRE_CANDIDATE');
      break;
    }
    tell(handler, 'CANDIDATE', 'LEADER');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('leaving errors() early frees that reader too: the handler says that nobody reads', async () => {
    const handler = new ChanHandler();
    const reader = handler.errors();
    expect(handler.asyncError(new GraftError('INTERNAL', 'x'))).toBe(true);
    await reader.return?.();
    expect(handler.asyncError(new GraftError('INTERNAL', 'x'))).toBe(false);
  });

  test('leaving while another next() waits ends that one', async () => {
    const reader = new ChanHandler().stateChanges();
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });
});

describe('errors()', () => {
  test('yields errors from now on, drops the oldest of a slow reader, and ends with CLOSED', async () => {
    const handler = new ChanHandler({ capacity: 2 });
    handler.asyncError(new GraftError('INTERNAL', 'before'));
    const reader = handler.errors();
    for (const text of ['1', '2', '3']) handler.asyncError(new GraftError('INTERNAL', text));
    tell(handler, 'FOLLOWER', 'CLOSED');
    expect((await readAll(reader)).map(({ message }) => message)).toEqual(['2', '3']);
  });

  test('of a node carries what goes wrong while it closes', async () => {
    const sim = new Sim(['a']);
    const handler = new ChanHandler();
    const reader = handler.errors();
    const { leader } = await sim.elect(() => ({ handler, drainTimeoutMs: 10 }));
    void leader.node.lead(() => new Promise(() => undefined));
    await sim.clock.advance(1);
    await sim.run(leader.node.close());
    expect((await readAll(reader)).map(({ code }) => code)).toEqual(['WORK_FAILED']);
  });

  test('read by nobody become warnings of the process; read by somebody they do not', async () => {
    const warnings = processWarnings();
    const sim = new Sim(['a']);
    const handler = new ChanHandler();
    await sim.elect(() => ({ handler }));
    sim.inject('a', Uint8Array.of(0xff));
    await sim.clock.advance(2000);
    await new Promise((resolve) => process.nextTick(resolve));
    expect(warnings).toMatchObject([{ name: 'GraftWarning', code: 'MALFORMED_MESSAGE' }]);
    const reader = handler.errors();
    sim.inject('a', Uint8Array.of(0xff));
    await sim.clock.advance(2000);
    await new Promise((resolve) => process.nextTick(resolve));
    expect((await reader.next()).value).toMatchObject({ code: 'MALFORMED_MESSAGE' });
    expect(warnings).toHaveLength(1);
  });
});

describe('options', () => {
  test.each([0, -1, 1.5, 65_537, Number.NaN, Number.POSITIVE_INFINITY])('capacity %d is refused', (capacity) => {
    const refusal = expect.objectContaining({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(String(capacity)),
    });
    expect(() => new ChanHandler({ capacity })).toThrow(refusal);
  });

  test('hooks are passed on, with the options as their this', async () => {
    const sim = new Sim(['a', 'b']);
    const application = {
      position: Uint8Array.of(7),
      heard: [] as number[],
      currentState(): Uint8Array {
        return this.position;
      },
      grantVote(position: Uint8Array): boolean {
        this.heard.push(position[0] ?? -1);
        return true;
      },
    };
    await sim.elect((id) => ({ handler: new ChanHandler(application), priority: id === 'a' ? 1 : 0 }));
    expect(new Set(application.heard)).toEqual(new Set([7]));
  });

  test('without hooks there are none: every vote is granted and no position sent', () => {
    const handler = new ChanHandler();
    expect({ currentState: handler.currentState, grantVote: handler.grantVote }).toEqual({
      currentState: undefined,
      grantVote: undefined,
    });
  });
});
