/** The log file: rules 1 and 4, DESIGN section 5. */
import { createHash } from 'node:crypto';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { FileLog } from '../../src/log/file-log.js';
import { decodeLog, encodeLog } from '../../src/log/image.js';
import type { FileIdentity, LogFileHandle, LogFileSystem } from '../../src/log/log-file-system.js';
import { nodeFileSystem } from '../../src/log/node-file-system.js';
import { goLog, scratchDirectory } from './scratch.js';

const real = nodeFileSystem(process.platform);

const fresh = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };
const first = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: true };
const second = { term: 2, votedFor: undefined, nodeId: parseNodeId('a'), isNew: false };

async function newLogPath(): Promise<string> {
  return join(await scratchDirectory(), 'graft.log');
}

async function stateIn(path: string) {
  return decodeLog(await readFile(path), path);
}

function logAt(path: string, fs?: LogFileSystem): FileLog {
  const log = fs === undefined ? new FileLog(path) : new FileLog(path, { fs });
  onTestFinished(() => log.close());
  return log;
}

describe('a log file', () => {
  test('that is absent is a new node, and is not made before the first save', async () => {
    const path = await newLogPath();
    expect(await logAt(path).open()).toEqual(fresh);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('that is empty is a new node', async () => {
    const path = await newLogPath();
    await writeFile(path, '');
    expect(await logAt(path).open()).toEqual(fresh);
  });

  test('keeps every saved state through close and open, the last one being what counts', async () => {
    const path = await newLogPath();
    for (const [before, after] of [
      [fresh, first],
      [first, second],
    ] as const) {
      const log = logAt(path);
      expect(await log.open()).toEqual(before);
      await log.save(after);
      await log.close();
    }
    expect(await stateIn(path)).toEqual(second);
    expect(await readdir(join(path, '..'))).toEqual(['graft.log']);
  });

  test('may be closed and opened again by the same object', async () => {
    const log = logAt(await newLogPath());
    await log.open();
    await log.save(first);
    await log.close();
    expect(await log.open()).toEqual(first);
  });

  test('of Go graft is taken over in place, and stays readable to Go, which skips what it does not know', async () => {
    const path = await newLogPath();
    await writeFile(path, await goLog('fresh-vote'));
    const log = logAt(path);
    const state = await log.open();
    for (const save of [1, 2, 3]) {
      await log.save(state);
      const { SHA, Data } = JSON.parse(await readFile(path, 'utf8'));
      const data = Buffer.from(Data, 'base64');
      expect(createHash('sha1').update(data).digest('base64')).toBe(SHA);
      const goData = JSON.parse(Buffer.from(JSON.parse(String(await goLog('fresh-vote'))).Data, 'base64').toString());
      expect(JSON.parse(data.toString())).toEqual({ ...goData, Save: save });
    }
  });

  test.each([
    ['large-term', 'LOG_TERM_TOO_LARGE'],
    ['max-term', 'LOG_TERM_TOO_LARGE'],
    ['truncated', 'LOG_CORRUPT'],
    ['flipped-byte', 'LOG_CORRUPT'],
  ])('%s is refused by name with %s, left as it was, and not left locked', async (name, code) => {
    const path = await newLogPath();
    await writeFile(path, await goLog(name));
    const before = await stat(path, { bigint: true });
    await expect(logAt(path).open()).rejects.toMatchObject({ code, message: expect.stringContaining(path) });
    expect(await readFile(path)).toEqual(await goLog(name));
    expect(await stat(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(await readdir(join(path, '..'))).toEqual(['graft.log']);
  });

  test('that is a directory is refused with the reason', async () => {
    const path = await newLogPath();
    await mkdir(path);
    await expect(logAt(path).open()).rejects.toMatchObject({
      code: 'LOG_READ_FAILED',
      message: expect.stringMatching(/graft\.log.*EISDIR/),
      cause: expect.objectContaining({ code: 'EISDIR' }),
    });
  });

  test('in a directory that is absent is refused with the reason, and the directory is not made', async () => {
    const path = join(await scratchDirectory(), 'absent', 'graft.log');
    await expect(logAt(path).open()).rejects.toMatchObject({
      code: 'LOG_READ_FAILED',
      message: expect.stringContaining(path),
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
    await expect(stat(join(path, '..'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('works at the end of a path that is longer than any socket address', async () => {
    const directory = join(await scratchDirectory(), 'd'.repeat(200));
    await mkdir(directory);
    const path = join(directory, 'graft.log');
    const log = logAt(path);
    await log.open();
    await log.save(first);
    await expect(logAt(path).open()).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    await log.close();
    expect(await readdir(directory)).toEqual(['graft.log']);
  });

  test.each([0o077, 0o000])('has mode 0660 under umask %o', async (umask) => {
    const path = await newLogPath();
    await writeFile(path, '', { mode: 0o600 });
    const log = logAt(path);
    await log.open();
    const previous = process.umask(umask);
    onTestFinished(() => {
      process.umask(previous);
    });
    await log.save(first);
    expect((await stat(path)).mode & 0o7777).toBe(0o660);
  });
});

describe('a log path that is a symbolic link', () => {
  test.each(['kept', 'dangling'])('stays a link when its file is %s, and is what locks the file', async (target) => {
    const directory = await scratchDirectory();
    await mkdir(join(directory, 'data'));
    const file = join(directory, 'data', 'graft.log');
    if (target === 'kept') await writeFile(file, encodeLog(first));
    const link = join(directory, 'link');
    const linkToLink = join(directory, 'link-to-link');
    await symlink('data/graft.log', link);
    await symlink(link, linkToLink);

    const log = logAt(linkToLink);
    expect(await log.open()).toEqual(target === 'kept' ? first : fresh);
    await log.save(second);
    expect((await lstat(file)).isFile()).toBe(true);
    expect(await stateIn(file)).toEqual(second);
    await log.save(first);
    expect(await stateIn(file)).toEqual(first);
    expect(await readlink(link)).toBe('data/graft.log');
    expect(await readlink(linkToLink)).toBe(link);
    await expect(logAt(file).open()).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  });

  test('is refused when it leads in a circle', async () => {
    const path = await newLogPath();
    await symlink('graft.log', path);
    await expect(logAt(path).open()).rejects.toMatchObject({
      code: 'LOG_READ_FAILED',
      cause: expect.objectContaining({ code: 'ELOOP' }),
    });
  });
});

describe('a save', () => {
  test('costs a new file the first time, and from then on one overwrite', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    await log.open();
    // Whoever reads a rename must not rely on it before it is durable: the last owner may have died before its sync.
    expect(calls.splice(0)).toEqual(['open . r', 'sync .', 'open graft.log r+', 'rm graft.log.tmp']);

    await log.save(first);
    expect(calls.splice(0)).toEqual([
      'open graft.log.tmp w 660',
      'chmod graft.log.tmp 660',
      `write graft.log.tmp ${encodeLog(first).length}`,
      'sync graft.log.tmp',
      'rename graft.log.tmp graft.log',
      'sync .',
    ]);
    for (const position of [0, 4096, 0]) {
      await log.save(second);
      expect(calls.splice(0)).toEqual([`overwrite graft.log.tmp ${position} 8192`]);
    }

    await log.close();
    expect(calls).toEqual(['close graft.log.tmp', 'close .']);
  });

  test('after a start goes on where the last process ended, once what that one wrote is written again, and durable', async () => {
    const path = await newLogPath();
    const before = logAt(path);
    await before.open();
    await before.save(first);
    await before.close();

    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    expect(await log.open()).toEqual(first);
    expect(calls.splice(0)).toEqual([
      'open . r',
      'sync .',
      'open graft.log r+',
      'sync graft.log',
      'read graft.log',
      'rm graft.log.tmp',
      'overwrite graft.log 4096 4096',
      'overwrite graft.log 8192 4096',
    ]);
    await log.save(second);
    expect(calls).toEqual(['overwrite graft.log 0 8192']);
    expect(await stateIn(path)).toEqual(second);
  });

  test('after a start that spoils what it writes to, at any of its writes, finds the state that was shown before', async () => {
    for (const spoilt of [0, 1]) {
      for (const saves of [[first], [first, second]]) {
        const path = await newLogPath();
        const before = logAt(path);
        await before.open();
        for (const state of saves) await before.save(state);
        await before.close();
        let written = 0;
        const disk = withHandles(real, (handle) => ({
          async overwrite(bytes, position) {
            written += 1;
            if (written <= spoilt) return await handle.overwrite(bytes, position);
            await handle.overwrite(new Uint8Array(bytes.length).fill(255), position);
            throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
          },
        }));
        const failing = logAt(path, disk);
        await expect(failing.open()).rejects.toMatchObject({ code: 'LOG_READ_FAILED' });
        const after = logAt(path);
        expect(await after.open()).toEqual(saves.at(-1));
        await after.close();
      }
    }
  });

  test('of what is no term is refused, and leaves the file as it was: the next one is written over it', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    await log.open();
    await log.save(first);
    calls.length = 0;
    await expect(log.save({ ...second, term: Number.NaN })).rejects.toMatchObject({ code: 'INTERNAL' });
    await log.save(second);
    expect(calls.splice(0)).toEqual(['overwrite graft.log.tmp 0 8192']);
    await log.close();
    expect(calls).toEqual(['close graft.log.tmp', 'close .']);
  });

  test.each([
    ['before anything is written', false],
    ['once all is in the cache, and may not be on the disk', true],
  ])('that fails %s is told of, and the next one makes a new file', async (_when, isWritten) => {
    const path = await newLogPath();
    const calls: string[] = [];
    let fails = false;
    const disk = withHandles(recording(calls, join(path, '..')), (handle) => ({
      async overwrite(bytes, position) {
        if (!fails || isWritten) await handle.overwrite(bytes, position);
        if (fails) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      },
    }));
    const log = logAt(path, disk);
    await log.open();
    await log.save(first);
    fails = true;
    await expect(log.save(second)).rejects.toMatchObject({
      code: 'LOG_WRITE_FAILED',
      message: expect.stringContaining(`${path} could not be written: EIO`),
      cause: expect.objectContaining({ code: 'EIO' }),
    });
    expect([first, second]).toContainEqual(await stateIn(path));
    fails = false;
    calls.length = 0;
    // Not over what is there: of that nobody knows how much is right, and a sync that has failed may say yes next time.
    await log.save(second);
    expect(calls[0]).toBe('open graft.log.tmp w 660');
    expect(await stateIn(path)).toEqual(second);
    await log.save(first);
    expect(await stateIn(path)).toEqual(first);
  });

  test('whose file cannot be looked at has failed, and not before its write has ended', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const disk = withHandles(real, (handle) => ({
      async overwrite(bytes, position) {
        await handle.overwrite(bytes, position);
        calls.push('written');
      },
      close() {
        calls.push('close');
        return handle.close();
      },
    }));
    const log = logAt(path, {
      ...disk,
      stat: async () => {
        throw Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
      },
    });
    await log.open();
    await log.save(first);
    await expect(log.save(second)).rejects.toMatchObject({
      code: 'LOG_WRITE_FAILED',
      cause: expect.objectContaining({ code: 'EACCES' }),
    });
    expect(calls).toEqual(['written', 'close']);
  });

  test.each([
    ['taken away', (path: string) => rm(path)],
    ['moved away', (path: string) => rename(path, `${path}.old`)],
    ['emptied', (path: string) => truncate(path)],
    ['replaced', (path: string) => replaceBy(path, encodeLog(first))],
  ])('makes a new file when somebody has %s the one that it would be written over', async (_what, act) => {
    const path = await newLogPath();
    const log = logAt(path);
    await log.open();
    // Once before a save that is written at the beginning of the file, and once before one behind it.
    for (const saves of [1, 2]) {
      for (let save = 1; save <= saves; save++) await log.save(first);
      await act(path);
      await log.save(second);
      expect(await stateIn(path)).toEqual(second);
      await log.save(first);
      expect(await stateIn(path)).toEqual(first);
    }
  });

  test('would be lost in a file that somebody has taken away, were the name not looked at', async () => {
    const path = await newLogPath();
    const identity: FileIdentity = { dev: 1n, ino: 1n, size: 1n };
    const disk = withHandles(real, () => ({ stat: async () => identity }));
    const log = logAt(path, { ...disk, stat: async () => identity });
    await log.open();
    await log.save(first);
    await rm(path);
    await log.save(second);
    expect(await logAt(path).open().catch(String)).toMatch(/LOG_LOCKED|in use/);
    await log.close();
    expect(await logAt(path).open()).toEqual(fresh);
  });

  test('that is too long for a part of the file makes a new one every time', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    await log.open();
    const long = { ...second, votedFor: 'x'.repeat(5_000) };
    for (const state of [first, long, long, second, first]) {
      await log.save(state);
      expect(await stateIn(path)).toEqual(state);
    }
    expect(calls.filter((call) => call.startsWith('rename'))).toHaveLength(4);
    await log.close();
    expect(calls.filter((call) => call.startsWith('open'))).toHaveLength(6);
    expect(calls.filter((call) => call.startsWith('close'))).toHaveLength(5);
  });

  test('writes over what a crash left of another, and open removes it', async () => {
    const path = await newLogPath();
    await writeFile(`${path}.tmp`, 'x'.repeat(10_000));
    const log = logAt(path);
    expect(await log.open()).toEqual(fresh);
    expect(await readdir(join(path, '..'))).not.toContain('graft.log.tmp');
    await writeFile(`${path}.tmp`, 'x'.repeat(10_000));
    await log.save(first);
    expect(await stateIn(path)).toEqual(first);
  });

  test('to a log that is not open, or is closed, is refused', async () => {
    const path = await newLogPath();
    const log = logAt(path);
    await expect(log.save(first)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
    await log.open();
    await log.close();
    await expect(log.save(first)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('under way is waited for by close, so that it cannot land in a file that another process owns', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    await log.open();
    const saving = log.save(first);
    await Promise.all([log.close(), log.close()]);
    expect(calls.slice(-3)).toEqual(['sync .', 'close graft.log.tmp', 'close .']);
    await saving;
    expect(await logAt(path).open()).toEqual(first);
  });
});

test('close before open, and twice, does nothing', async () => {
  const path = await newLogPath();
  const log = logAt(path);
  await log.close();
  await log.open();
  await log.close();
  await log.close();
  expect(await readdir(join(path, '..'))).toEqual([]);
});

/** `fs`, in whose open files some calls are others. */
function withHandles(fs: LogFileSystem, others: (handle: LogFileHandle) => Partial<LogFileHandle>): LogFileSystem {
  return {
    ...fs,
    async open(...args) {
      const handle = await fs.open(...args);
      return { ...handle, ...others(handle) };
    },
  };
}

/** The real file system, with a note of every call, paths relative to `directory`. */
function recording(calls: string[], directory: string): LogFileSystem {
  const named = (path: string) => (path === directory ? '.' : path.slice(directory.length + 1));
  const recorded = (name: string, handle: LogFileHandle): LogFileHandle => ({
    chmod(mode) {
      calls.push(`chmod ${name} ${mode.toString(8)}`);
      return handle.chmod(mode);
    },
    readFile() {
      calls.push(`read ${name}`);
      return handle.readFile();
    },
    writeFile(bytes) {
      calls.push(`write ${name} ${bytes.length}`);
      return handle.writeFile(bytes);
    },
    overwrite(bytes, position) {
      calls.push(`overwrite ${name} ${position} ${bytes.length}`);
      return handle.overwrite(bytes, position);
    },
    sync() {
      calls.push(`sync ${name}`);
      return handle.sync();
    },
    stat: (options) => handle.stat(options),
    close() {
      calls.push(`close ${name}`);
      return handle.close();
    },
  });
  return {
    async open(path, flags, mode) {
      calls.push(['open', named(path), flags, ...(mode === undefined ? [] : [mode.toString(8)])].join(' '));
      return recorded(named(path), await real.open(path, flags, mode));
    },
    rename(from, to) {
      calls.push(`rename ${named(from)} ${named(to)}`);
      return real.rename(from, to);
    },
    rm(path, options) {
      calls.push(`rm ${named(path)}`);
      return real.rm(path, options);
    },
    stat: (path, options) => real.stat(path, options),
  };
}

async function replaceBy(path: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${path}.other`, bytes);
  await rename(`${path}.other`, path);
}
