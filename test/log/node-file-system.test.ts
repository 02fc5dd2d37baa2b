/** DESIGN section 5: when an overwrite resolves, it survives a power cut; each system has its own way there. */
import { constants } from 'node:fs';
import nodeFs, { readdir, readFile, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { FileLog } from '../../src/log/file-log.js';
import { decodeLog } from '../../src/log/image.js';
import { type NodeCalls, type NodeFile, nodeFileSystem, type OpenNodeFile } from '../../src/log/node-file-system.js';
import { scratchDirectory } from './scratch.js';

const first = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const second = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };

const SYNCHRONOUS = 'write, synchronous';

async function newLogPath(): Promise<string> {
  return join(await scratchDirectory(), 'graft.log');
}

/** Node's own calls, with a note of each that writes over a file or syncs its data. */
function noting(calls: string[], instead: (file: NodeFile) => Partial<NodeFile> = () => ({})): OpenNodeFile {
  return async (path, flags, mode) => {
    const handle = await nodeFs.open(path, flags, mode);
    const isSynchronous = typeof flags === 'number' && (flags & constants.O_DSYNC) !== 0;
    const file: NodeFile = {
      chmod: (to) => handle.chmod(to),
      readFile: () => handle.readFile(),
      writeFile: (bytes) => handle.writeFile(bytes),
      write(bytes, from, length, position) {
        calls.push(isSynchronous ? SYNCHRONOUS : 'write');
        return handle.write(bytes, from, length, position);
      },
      sync: () => handle.sync(),
      datasync() {
        calls.push('datasync');
        return handle.datasync();
      },
      stat: (options) => handle.stat(options),
      close: () => handle.close(),
    };
    return { ...file, ...instead(file) };
  };
}

const EXT4 = 0xef53;

/** A machine that opens files so, and says that they stand on a file system of that type. */
function machine(open: OpenNodeFile, statfs: NodeCalls['statfs'] = async () => ({ type: EXT4 })): NodeCalls {
  return { open, statfs };
}

test.each([
  ['linux', [SYNCHRONOUS]],
  ['darwin', ['write', 'datasync']],
  ['win32', ['write', 'datasync']],
  ['freebsd', ['write', 'datasync']],
] as const)('on %s an overwrite, of a new file as of one that a start finds, is: %j', async (platform, expected) => {
  const path = await newLogPath();
  const calls: string[] = [];
  const log = new FileLog(path, { fs: nodeFileSystem(platform, machine(noting(calls))) });
  onTestFinished(() => log.close());
  await log.open();
  await log.save(first);
  expect(calls).toEqual([]);
  await log.save(second);
  expect(calls.splice(0)).toEqual(expected);
  await log.close();

  expect(await log.open()).toEqual(second);
  // What was read is written again, in two parts.
  expect(calls.splice(0)).toEqual([...expected, ...expected]);
  await log.save(first);
  expect(calls).toEqual(expected);
});

test.each<[string, NodeCalls['statfs']]>([
  ['FUSE', async () => ({ type: 0x65735546 })],
  ['9p', async () => ({ type: 0x01021997 })],
  ['overlayfs, which may lie upon either', async () => ({ type: 0x794c7630 })],
  ['what cannot be asked', () => Promise.reject(new Error('ENOSYS'))],
])('on Linux, where %s keeps the file, a sync follows each write', async (_what, statfs) => {
  const calls: string[] = [];
  const asked: string[] = [];
  const path = await newLogPath();
  const calling = machine(noting(calls), (of) => {
    asked.push(of);
    return statfs(of);
  });
  const log = new FileLog(path, { fs: nodeFileSystem('linux', calling) });
  onTestFinished(() => log.close());
  await log.open();
  await log.save(first);
  await log.save(second);
  expect(calls).toEqual(['write', 'datasync']);
  expect(new Set(asked)).toEqual(new Set([dirname(path), path]));
});

test.runIf(process.platform === 'linux')(
  'the kernel says the same of every file that a log is written over: its writes are synchronous where it keeps the file',
  async () => {
    const path = await newLogPath();
    const log = new FileLog(path);
    onTestFinished(() => log.close());
    for (const state of [first, second]) {
      await log.open();
      await log.save(state);
      expect(await synchronyOf(path)).toEqual([KEPT_BY_THE_KERNEL.includes((await nodeFs.statfs(path)).type)]);
      await log.close();
    }
    // The twin: a file that is open as others are.
    const handle = await nodeFs.open(path, 'r+');
    onTestFinished(() => handle.close());
    expect(await synchronyOf(path)).toEqual([false]);
  },
);

/** ext2 to ext4, xfs, btrfs, f2fs, zfs, tmpfs. */
const KEPT_BY_THE_KERNEL = [EXT4, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994];

const ioError = async () => {
  throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
};

test.each<[NodeJS.Platform, string, string, (file: NodeFile) => Partial<NodeFile>]>([
  ['linux', 'of which the system wrote a part', '4096 of 8192 bytes could be written', halfWritten],
  ['darwin', 'of which the system wrote a part', '4096 of 8192 bytes could be written', halfWritten],
  [
    'linux',
    'that is in the cache, and not on the disk',
    'EIO',
    (file) => ({ write: (...args) => file.write(...args).then(ioError) }),
  ],
  ['darwin', 'that is in the cache, and not on the disk', 'EIO', () => ({ datasync: ioError })],
])('on %s an overwrite %s has failed: %s', async (platform, _what, reason, instead) => {
  const path = await newLogPath();
  const log = new FileLog(path, { fs: nodeFileSystem(platform, machine(noting([], instead))) });
  onTestFinished(() => log.close());
  await log.open();
  await log.save(first);
  await expect(log.save(second)).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    message: expect.stringContaining(`${path} could not be written: ${reason}`),
  });
  // A copy is there, and whole: either would be right.
  expect([first, second]).toContainEqual(decodeLog(await readFile(path), path));
});

function halfWritten(file: NodeFile): Partial<NodeFile> {
  return { write: (bytes, from, length, position) => file.write(bytes, from, length / 2, position) };
}

/** Of each descriptor of this process for the file at `path`: whether its writes are synchronous. */
async function synchronyOf(path: string): Promise<readonly boolean[]> {
  const found: boolean[] = [];
  for (const descriptor of await readdir('/proc/self/fd')) {
    // The descriptor of this very listing is gone by now.
    const target = await readlink(`/proc/self/fd/${descriptor}`).catch(() => undefined);
    if (target !== path) continue;
    const flags = /^flags:\s*([0-7]+)$/m.exec(await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    found.push((Number.parseInt(flags ?? '', 8) & constants.O_DSYNC) !== 0);
  }
  return found;
}
