// Rule 13 over two threads: the position is published ahead, with a limit to its age; a verdict is waited for, not for long.
import { describe, expect, test, vi } from 'vitest';
import type { PreVoteRequest, VoteResponse } from '../../src/core/messages.js';
import { parseNodeId } from '../../src/core/names.js';
import type { GraftError, Handler } from '../../src/index.js';
import { processClock } from '../../src/thread/between/process-clock.js';
import type { ThreadedNode, ThreadOptions } from '../../src/thread/index.js';
import { withoutMachineDelays } from '../support/machine-delays.js';
import { blockThisThread, drivers, LIMIT, Threads, Wire } from './threads.js';

const ELECTION_TIMEOUT_MAX_MS = 1000;

interface Asker {
  readonly node: ThreadedNode;
  readonly wire: Wire;
}

/** `a` of three, whose peers are this test: it asks for pre-votes all the time. */
async function asker(handler: Handler, thread: ThreadOptions = {}): Promise<Asker> {
  const threads = await Threads.create();
  const name = `hooks-${threads.directory.slice(-6)}`;
  const wire = new Wire(name);
  const cluster = { name, voters: ['a', 'b', 'c'] };
  return { node: await threads.start({ cluster, rpc: { module: drivers }, handler, thread }), wire };
}

function requests({ wire }: Asker): readonly { readonly atMs: number; readonly message: PreVoteRequest }[] {
  return wire.heard.flatMap(({ from, atMs, message }) =>
    from === 'a' && message.kind === 'preVoteRequest' ? [{ atMs, message }] : [],
  );
}

function answers({ wire }: Asker, round: number): readonly VoteResponse[] {
  return wire.heard.flatMap(({ message }) =>
    message.kind === 'voteResponse' && message.round === round && message.voter === 'a' ? [message] : [],
  );
}

function ask({ wire }: Asker, round: number, position?: Uint8Array): void {
  wire.say('b', 'a', {
    kind: 'preVoteRequest',
    term: 5,
    candidate: parseNodeId('b'),
    position,
    incarnation: 77,
    round,
  });
}

/** Past the wait of a new log, in which everybody is refused. */
async function untilFree(): Promise<void> {
  const endMs = performance.now() + ELECTION_TIMEOUT_MAX_MS + 100;
  await vi.waitUntil(() => performance.now() > endMs, LIMIT);
}

async function answered(of: Asker, round: number): Promise<boolean | undefined> {
  await vi.waitUntil(() => answers(of, round).length > 0, LIMIT);
  return answers(of, round)[0]?.granted;
}

describe('currentState', () => {
  test('goes out with requests as it was a moment ago, and follows what it becomes', async () => {
    const bytes = new Uint8Array(2);
    const node = await asker({ currentState: () => bytes });
    const isSent = (first: number) =>
      vi.waitUntil(() => requests(node).some(({ message }) => message.position?.[0] === first), LIMIT);
    await isSent(0);
    // The application's own buffer, written over in place.
    bytes[0] = 7;
    await isSent(7);
  });

  test('that throws is reported here, and nothing is asked until it does no more', async () => {
    let broken = true;
    const codes: string[] = [];
    const node = await asker({
      asyncError: ({ code }) => void codes.push(code),
      currentState() {
        if (broken) throw new Error('not ready');
        return Uint8Array.of(1);
      },
    });
    await untilFree();
    expect(requests(node)).toEqual([]);
    expect(codes).toContain('HANDLER_FAILED');
    broken = false;
    await vi.waitUntil(() => requests(node).length > 0, LIMIT);
  });

  const BLOCK_MS = 1500;
  const MAX_AGE_MS = 300;
  async function asksWhileBlocked(handler: Handler): Promise<number> {
    const node = await asker(handler, { positionMaxAgeMs: MAX_AGE_MS });
    await vi.waitUntil(() => requests(node).length > 0, LIMIT);
    const blockedAtMs = processClock.nowMs();
    blockThisThread(BLOCK_MS);
    const endMs = processClock.nowMs();
    await new Promise((resolve) => setTimeout(resolve, 100));
    // An interval of the watch, and of the pulse, beyond the age.
    return requests(node).filter(({ atMs }) => atMs > blockedAtMs + 2 * MAX_AGE_MS && atMs < endMs - 20).length;
  }

  test('is not sent when it is older than positionMaxAgeMs: a blocked main thread asks for nothing', async () => {
    expect(await asksWhileBlocked({ currentState: () => Uint8Array.of(1) })).toBe(0);
  });

  test('twin: where there is no position to be old, the blocked main thread is no obstacle', async () => {
    expect(await asksWhileBlocked({})).toBeGreaterThan(0);
  });
});

describe('grantVote', () => {
  test('is asked here, with the position, and its answer is the vote', async () => {
    const seen: number[][] = [];
    const node = await asker({
      grantVote(position) {
        seen.push([...position]);
        return position[0] === 1;
      },
    });
    await untilFree();
    ask(node, 101, Uint8Array.of(0));
    expect(await answered(node, 101)).toBe(false);
    ask(node, 102);
    expect(await answered(node, 102)).toBe(false);
    // Again while the answer comes later than a heartbeat interval, as on a busy machine, and so refuses.
    for (let round = 103, isGranted = false; !isGranted; round++) {
      ask(node, round, Uint8Array.of(1, 2));
      isGranted = (await answered(node, round)) === true;
    }
    expect(new Set(seen.map(String))).toEqual(new Set(['0', '', '1,2']));
  });

  test('that throws refuses, and is reported here', async () => {
    const errors: GraftError[] = [];
    const node = await asker({
      asyncError: (error) => void errors.push(error),
      grantVote() {
        throw new Error('broke');
      },
    });
    await untilFree();
    ask(node, 101);
    expect(await answered(node, 101)).toBe(false);
    await vi.waitFor(
      () => expect(withoutMachineDelays(errors).map(({ code }) => code)).toEqual(['HANDLER_FAILED']),
      LIMIT,
    );
  });

  async function answeredWhileBlocked(handler: Handler): Promise<readonly boolean[]> {
    const node = await asker(handler);
    await untilFree();
    for (let round = 201; round < 501; round++) ask(node, round);
    blockThisThread(600);
    await vi.waitUntil(() => answers(node, 500).length > 0, LIMIT);
    return [...new Set(wireAnswers(node))];
  }
  const wireAnswers = (node: Asker) =>
    Array.from({ length: 300 }, (_, index) => answers(node, 201 + index)[0]?.granted ?? false);

  test('that does not answer within a heartbeat interval refuses, however many ask at once', async () => {
    let asked = 0;
    const count = () => {
      asked += 1;
      return true;
    };
    expect(await answeredWhileBlocked({ grantVote: count })).toEqual([false]);
    // Nor is the thread that hung flooded with what nobody waits for any more.
    await vi.waitUntil(() => asked > 0, LIMIT);
    expect(asked).toBeLessThanOrEqual(64);
  });

  test('twin: where nobody is to be asked, all are answered with yes meanwhile', async () => {
    expect(await answeredWhileBlocked({})).toEqual([true]);
  });
});
