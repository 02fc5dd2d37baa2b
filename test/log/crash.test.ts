/** Rule 1: a process killed at any instant leaves the old state or the new. Real processes, SIGKILL. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeEnvelope } from '../../src/log/envelope.js';
import { FileLog } from '../../src/log/file-log.js';
import { encodeLog } from '../../src/log/image.js';
import type { DurableState } from '../../src/log/term-log.js';
import { type Answer, LogProcess, type Step } from './log-process.js';
import { scratchDirectory } from './scratch.js';

const before = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const after = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };

async function logWith(state: DurableState): Promise<string> {
  const path = join(await scratchDirectory(), 'graft.log');
  await writeFile(path, encodeLog(state));
  return path;
}

/** As Go graft writes it, so that the first save makes a new file. */
async function goLogWith(state: DurableState): Promise<string> {
  const path = join(await scratchDirectory(), 'graft.log');
  await writeFile(path, encodeEnvelope({ state, save: undefined }));
  return path;
}

async function readBack(path: string): Promise<DurableState> {
  const log = new FileLog(path);
  try {
    return await log.open();
  } finally {
    await log.close();
  }
}

describe('a process killed in a save that makes a new file, before it comes to', () => {
  test.each<[Step, DurableState]>([
    ['open w', before],
    ['chmod', before],
    ['write', before],
    ['half of write', before],
    ['sync', before],
    ['rename', before],
    ['sync directory', after],
  ])('%s, leaves the one state or the other, and no lock', async (step, expected) => {
    const path = await goLogWith(before);
    await saveUntil(step, path);
    expect(await readBack(path)).toEqual(expected);
  });

  test('the end, leaves the new state', async () => {
    const path = await goLogWith(before);
    await saveUntil('the end', path);
    expect(await readBack(path)).toEqual(after);
  });
});

describe('a process killed in a save over the file, before it comes to', () => {
  test.each<[Step, DurableState]>([
    ['overwrite', before],
    // Of the two that are written the first is whole: what a kill leaves, every process reads, a power cut may not.
    ['half of overwrite', after],
    ['sync data', after],
  ])('%s, leaves the one state or the other, and no lock', async (step, expected) => {
    const path = await logWith(before);
    await saveUntil(step, path);
    expect(await readBack(path)).toEqual(expected);
    const next = new FileLog(path);
    expect(await next.open()).toEqual(expected);
    await next.save({ ...after, term: 3 });
    await next.close();
    expect(await readBack(path)).toEqual({ ...after, term: 3 });
  });

  test('the end, leaves the new state', async () => {
    const path = await logWith(before);
    await saveUntil('the end', path);
    expect(await readBack(path)).toEqual(after);
  });
});

async function saveUntil(step: Step | 'the end', path: string): Promise<void> {
  const owner = await LogProcess.start(path);
  await owner.ask({ do: 'open' });
  if (step === 'the end') expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  else expect(await owner.ask({ do: 'save', state: after, stopAt: step })).toEqual({ stopped: step });
  await owner.kill();
}

describe('without a temporary file or a second copy, as in Go graft, a process killed before', () => {
  test('it writes, leaves a new node: the vote is forgotten', async () => {
    const path = await logWith(before);
    const owner = await LogProcess.start(path);
    expect(await owner.ask({ do: 'overwrite', state: after, stopAt: 'write' })).toEqual({ stopped: 'write' });
    await owner.kill();
    expect(await readBack(path)).toEqual({ term: 0, votedFor: undefined, nodeId: undefined, isNew: true });
  });

  test('it has written all, leaves a corrupt log', async () => {
    const path = await logWith(before);
    const owner = await LogProcess.start(path);
    await owner.ask({ do: 'overwrite', state: after, stopAt: 'half of write' });
    await owner.kill();
    await expect(readBack(path)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });
});

const LANES = 4;
const KILLS_PER_LANE = 30;

test('120 times, a process killed at a random instant of saving term after term leaves the last or the next', async () => {
  await Promise.all(Array.from({ length: LANES }, killRepeatedly));
}, 180_000);

async function killRepeatedly(): Promise<void> {
  const path = await logWith({ ...before, term: 0 });
  let term = 0;
  for (const delayMs of fc.sample(fc.double({ min: 0, max: 8, noNaN: true }), KILLS_PER_LANE)) {
    const owner = await LogProcess.start(path);
    // It reads what the one before it left, whose lock it takes over.
    expect(await owner.ask({ do: 'open' })).toEqual({ ok: { ...before, term } });
    const first = await owner.ask({ do: 'flood', state: { ...before, term: term + 1 } });
    await setTimeout(delayMs);
    await owner.kill();
    const saved = (await lastAnswer(owner, first)).saved ?? Number.NaN;

    const state = await readBack(path);
    expect([saved, saved + 1]).toContain(state.term);
    expect(state).toEqual({ ...before, term: state.term });
    term = state.term;
  }
}

async function lastAnswer(process: LogProcess, first: Answer): Promise<Answer> {
  let last = first;
  for (let next = await process.nextAnswer(); next !== undefined; next = await process.nextAnswer()) last = next;
  return last;
}
