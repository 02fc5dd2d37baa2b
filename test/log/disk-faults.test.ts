/** DESIGN section 5: a disk that fails costs one save, never the state, and the next save after it works. Real faults. */
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeEnvelope } from '../../src/log/envelope.js';
import { FileLog } from '../../src/log/file-log.js';
import { decodeLog, encodeLog } from '../../src/log/image.js';
import { devFull, fullDisk, procInstead, readOnlyDisk } from './faulty-disk.js';
import { LogProcess, unprivileged } from './log-process.js';
import { scratchDirectory } from './scratch.js';

const before = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const after = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };

/** As Go graft writes it, so that the first save makes a new file. */
const goBytes = Buffer.from(encodeEnvelope({ state: before, save: undefined }));

async function stateIn(path: string) {
  return decodeLog(await readFile(path), path);
}

test.each([
  ['a full file system', fullDisk],
  ['a full device', devFull],
  ['a read-only file system', readOnlyDisk],
  ['a file system without room for a new name', procInstead],
])('%s fails the save with its reason and keeps the old state; healed, the next save works', async (_name, make) => {
  const disk = await make();
  const path = join(disk.directory, 'graft.log');
  await writeFile(path, goBytes);
  const log = new FileLog(path, { fs: disk.fs });
  await log.open();

  await disk.fail();
  await expect(log.save(after)).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    message: expect.stringContaining(`${path} could not be written: ${disk.errno}`),
    cause: expect.objectContaining({ code: disk.errno }),
  });
  expect(await readFile(path)).toEqual(goBytes);
  expect(await readdir(disk.directory)).not.toContain('graft.log.tmp');

  await disk.heal();
  await log.save(after);
  expect(await stateIn(path)).toEqual(after);
  await log.close();
});

test('a full file system takes a save over the file that is there: a vote needs no room', async () => {
  const disk = await fullDisk();
  const path = join(disk.directory, 'graft.log');
  const log = new FileLog(path, { fs: disk.fs });
  await log.open();
  await log.save(before);
  await disk.fail();
  await log.save(after);
  await log.close();
  expect(await stateIn(path)).toEqual(after);
});

test('a read-only file system refuses the start and says why', async () => {
  const disk = await readOnlyDisk();
  // Where nothing can be mounted, /proc is the one directory that takes no file from anybody.
  const directory = disk.errno === 'EROFS' ? disk.directory : '/proc';
  await disk.fail();
  await expect(new FileLog(join(directory, 'graft.log')).open()).rejects.toMatchObject({
    code: 'LOG_READ_FAILED',
    message: expect.stringMatching(`log ${directory}/graft.log could not be locked: .*it must be there, writable`),
  });
  await disk.heal();
});

test('a write that the kernel cuts short fails the save and keeps the old state; the next one that fits works', async () => {
  const path = join(await scratchDirectory(), 'graft.log');
  const owner = await LogProcess.startWithFewBlocks(path);
  await owner.ask({ do: 'open' });
  await owner.ask({ do: 'save', state: before });
  expect(await owner.ask({ do: 'save', state: { ...after, votedFor: 'x'.repeat(40_000) } })).toMatchObject({
    error: { code: 'LOG_WRITE_FAILED', errno: 'EFBIG' },
  });
  expect(await stateIn(path)).toEqual(before);
  expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  expect(await stateIn(path)).toEqual(after);
});

async function ownDirectory(parent: string): Promise<string> {
  const directory = join(parent, 'data');
  await mkdir(directory);
  if (process.getuid?.() === 0) await chown(directory, unprivileged.uid, unprivileged.gid);
  return directory;
}

test('a directory that loses its permission fails the save and keeps the old state; with it back the next works', async () => {
  const scratch = await scratchDirectory();
  const directory = await ownDirectory(scratch);
  const path = join(directory, 'graft.log');
  await writeFile(path, goBytes);
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toEqual({ ok: before });

  await chmod(directory, 0o555);
  expect(await owner.ask({ do: 'save', state: after })).toMatchObject({
    error: { code: 'LOG_WRITE_FAILED', errno: 'EACCES', message: expect.stringContaining(path) },
  });
  expect(await readFile(path)).toEqual(goBytes);

  await chmod(directory, 0o755);
  expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  expect(await stateIn(path)).toEqual(after);
});

test('a file that may only be read is taken over all the same: the first save makes a new one', async () => {
  const scratch = await scratchDirectory();
  const directory = await ownDirectory(scratch);
  const path = join(directory, 'graft.log');
  await writeFile(path, encodeLog(before), { mode: 0o444 });
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toEqual({ ok: before });
  expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  expect(await stateIn(path)).toEqual(after);
});

test('a directory without permission refuses the start, says why, and works once it is given', async () => {
  const scratch = await scratchDirectory();
  const directory = await ownDirectory(scratch);
  const path = join(directory, 'graft.log');
  await writeFile(path, goBytes);
  await chmod(directory, 0o555);
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toMatchObject({
    error: { code: 'LOG_READ_FAILED', errno: 'EACCES', message: expect.stringContaining(path) },
  });
  expect(await readdir(directory)).toEqual(['graft.log']);

  await chmod(directory, 0o755);
  expect(await owner.ask({ do: 'open' })).toEqual({ ok: before });
});

test('a file without permission refuses the start, says why, and leaves no lock', async () => {
  const scratch = await scratchDirectory();
  const directory = await ownDirectory(scratch);
  const path = join(directory, 'graft.log');
  await writeFile(path, goBytes);
  await chmod(path, 0o000);
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toMatchObject({
    error: { code: 'LOG_READ_FAILED', errno: 'EACCES', message: expect.stringContaining(path) },
  });
  expect(await readdir(directory)).toEqual(['graft.log']);
});
