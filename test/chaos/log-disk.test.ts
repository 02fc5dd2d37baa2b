// The disk that fills up: a device that is always full takes what a member writes meanwhile.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { FileLog } from '../../src/log/file-log.js';
import { fullWhile, LogDisk } from './log-disk.js';

const state = (term: number) => ({ term, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false });

test.each([
  ['a new file', 0],
  ['one over the file', 1],
])('A disk that is full refuses a save, %s, and takes the next when it is not', async (_what, savesBefore) => {
  const directory = await mkdtemp(join(tmpdir(), 'graft-chaos-disk-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const disk = new LogDisk(join(directory, 'full'));
  const path = join(directory, 'a.log');
  const log = new FileLog(path, { fs: fullWhile(disk.flag) });
  await log.open();
  for (let term = 1; term <= savesBefore; term++) await log.save(state(term));
  const empty = await disk.fill();
  await expect(log.save(state(2))).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    cause: expect.objectContaining({ code: 'ENOSPC' }),
  });
  await empty();
  await log.save(state(3));
  await log.close();

  await disk.fill();
  const next = new FileLog(path, { fs: fullWhile(disk.flag) });
  expect((await next.open()).term).toBe(3);
  await expect(next.save(state(4))).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
  await next.close();
});
