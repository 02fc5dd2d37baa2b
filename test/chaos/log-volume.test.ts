// The disk that fills up: by a file system that is really full where one can be mounted, and by a device elsewhere.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { FileLog } from '../../src/log/file-log.js';
import { Cleanup } from './cleanup.js';
import { fullWhile } from './log-disk.js';
import { LogVolume } from './log-volume.js';

const state = (term: number) => ({ term, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false });

let cleanup: Cleanup;
let directory: string;
beforeEach(async () => {
  cleanup = new Cleanup();
  directory = await mkdtemp(join(tmpdir(), 'graft-volume-'));
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
});
afterEach(() => cleanup[Symbol.asyncDispose]());

async function expectSaves(log: FileLog, { fill, empty }: Record<'fill' | 'empty', () => Promise<void>>) {
  await log.open();
  cleanup.add(() => log.close());
  await log.save(state(1));
  await fill();
  await expect(log.save(state(2))).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    cause: expect.objectContaining({ code: 'ENOSPC' }),
  });
  await empty();
  await log.save(state(3));
}

test('A volume that is full refuses a save, and takes one when it is not, as the member has it', async () => {
  const volume = cleanup.use(await LogVolume.mount(join(directory, 'volume')));
  const path = join(volume.directory, 'a.log');
  const log = volume.flag === undefined ? new FileLog(path) : new FileLog(path, { fs: fullWhile(volume.flag) });
  let undo = async () => {};
  await expectSaves(log, {
    fill: async () => {
      undo = await volume.fill();
    },
    empty: () => undo(),
  });
});

test('Where nothing can be mounted, a flag makes a device refuse the save, and the disk is written again without it', async () => {
  const flag = join(directory, 'full');
  const log = new FileLog(join(directory, 'a.log'), { fs: fullWhile(flag) });
  await expectSaves(log, { fill: () => writeFile(flag, ''), empty: () => rm(flag) });
});
