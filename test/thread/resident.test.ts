// The worker's side by itself, on this thread: what it does with what the user's side tells it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { Board } from '../../src/thread/between/board.js';
import type { FromWorker } from '../../src/thread/between/messages.js';
import { Mailbag } from '../../src/thread/worker/mailbag.js';
import { Resident } from '../../src/thread/worker/resident.js';
import { drivers, LIMIT } from './threads.js';

/** A node that is alone in its cluster, and everything that it tells. */
async function residentAlone(): Promise<{ readonly resident: Resident; readonly told: readonly FromWorker[] }> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-resident-'));
  const board = new Board();
  const told: FromWorker[] = [];
  let isEnding = false;
  const box = {
    postMessage(message: FromWorker) {
      told.push(message);
      board.countMessage();
      if (isEnding && message.kind === 'drain') resident.take({ kind: 'drained', term: message.term });
    },
  };
  const resident: Resident = new Resident(
    {
      memory: board.memory,
      election: { cluster: { name: 'alone', voters: ['a'] } },
      id: parseNodeId('a'),
      log: join(directory, 'a.log'),
      drainTimeoutMs: 60_000,
      rpc: { module: drivers, export: 'lone' },
      mainThreadTimeoutMs: 60_000,
      positionMaxAgeMs: 60_000,
      hooks: { currentState: false, grantVote: false },
      position: undefined,
    },
    { mail: new Mailbag(box, board), end: () => undefined },
  );
  const over = resident.run();
  onTestFinished(async () => {
    isEnding = true;
    resident.take({ kind: 'call', number: 99, call: { what: 'close' } });
    await over;
    await rm(directory, { recursive: true, force: true });
  });
  return { resident, told };
}

const kinds = (told: readonly FromWorker[]): readonly string[] => told.map(({ kind }) => kind);

test('work of an earlier term that has ended at last ends no drain of a later one', async () => {
  const { resident, told } = await residentAlone();
  await vi.waitUntil(() => kinds(told).includes('lead'), LIMIT);
  const term = told.find((message) => message.kind === 'lead')?.term ?? 0;
  resident.take({ kind: 'call', number: 1, call: { what: 'stepDown' } });
  await vi.waitUntil(() => kinds(told).includes('drain'), LIMIT);
  resident.take({ kind: 'drained', term: term - 1 });
  // Whatever that would set off, it would be told before a turn of the event loop or two are over.
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(kinds(told)).not.toContain('answer');
  resident.take({ kind: 'drained', term });
  await vi.waitUntil(() => kinds(told).includes('answer'), LIMIT);
});
