/** DESIGN section 5: a disk that fails costs one save, never the state, and the next save after it works. Real faults. */
import { chmod, chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeLog } from '../../src/log/envelope.js';
import { FileLog } from '../../src/log/file-log.js';
import { devFull, fullDisk, procInstead, readOnlyDisk } from './faulty-disk.js';
import { LogProcess, unprivileged } from './log-process.js';
import { scratchDirectory } from './scratch.js';

const before = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const after = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };

test.each([
  ['a full file system', fullDisk],
  ['a full device', devFull],
  ['a read-only file system', readOnlyDisk],
  ['a file system without room for a new name', procInstead],
])('%s fails the save with its reason and keeps the old state; healed, the next save works', async (_name, make) => {
  const disk = await make();
  const path = join(disk.directory, 'graft.log');
  const log = new FileLog(path, { fs: disk.fs });
  await log.open();
  await log.save(before);

  await disk.fail();
  await expect(log.save(after)).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    message: expect.stringContaining(`${path} could not be written: ${disk.errno}`),
    cause: expect.objectContaining({ code: disk.errno }),
  });
  expect(await readFile(path)).toEqual(encodeLog(before));
  expect(await readdir(disk.directory)).not.toContain('graft.log.tmp');

  await disk.heal();
  await log.save(after);
  expect(await readFile(path)).toEqual(encodeLog(after));
  await log.close();
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
  const owner = await LogProcess.startWithOneBlock(path);
  await owner.ask({ do: 'open' });
  await owner.ask({ do: 'save', state: before });
  expect(await owner.ask({ do: 'save', state: { ...after, votedFor: 'x'.repeat(2_000) } })).toMatchObject({
    error: { code: 'LOG_WRITE_FAILED', errno: 'EFBIG' },
  });
  expect(await readFile(path)).toEqual(encodeLog(before));
  expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  expect(await readFile(path)).toEqual(encodeLog(after));
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
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toMatchObject({ ok: { isNew: true } });
  expect(await owner.ask({ do: 'save', state: before })).toEqual({ ok: null });

  await chmod(directory, 0o555);
  expect(await owner.ask({ do: 'save', state: after })).toMatchObject({
    error: { code: 'LOG_WRITE_FAILED', errno: 'EACCES', message: expect.stringContaining(path) },
  });
  expect(await readFile(path)).toEqual(encodeLog(before));

  await chmod(directory, 0o755);
  expect(await owner.ask({ do: 'save', state: after })).toEqual({ ok: null });
  expect(await readFile(path)).toEqual(encodeLog(after));
});

test('a directory without permission refuses the start, says why, and works once it is given', async () => {
  const scratch = await scratchDirectory();
  const directory = await ownDirectory(scratch);
  const path = join(directory, 'graft.log');
  await writeFile(path, encodeLog(before));
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
  await writeFile(path, encodeLog(before));
  await chmod(path, 0o000);
  const owner = await LogProcess.startUnprivileged(path, join(scratch, 'library'));
  expect(await owner.ask({ do: 'open' })).toMatchObject({
    error: { code: 'LOG_READ_FAILED', errno: 'EACCES', message: expect.stringContaining(path) },
  });
  expect(await readdir(directory)).toEqual(['graft.log']);
});
