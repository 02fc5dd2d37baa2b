/** The log file: rules 1 and 4, DESIGN section 5. */
import * as nodeFs from 'node:fs/promises';
import { lstat, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeLog } from '../../src/log/envelope.js';
import { FileLog } from '../../src/log/file-log.js';
import type { LogFileHandle, LogFileSystem } from '../../src/log/replace-file.js';
import { goLog, scratchDirectory } from './scratch.js';

const fresh = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };
const first = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: true };
const second = { term: 2, votedFor: undefined, nodeId: parseNodeId('a'), isNew: false };

async function newLogPath(): Promise<string> {
  return join(await scratchDirectory(), 'graft.log');
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
    expect(await readFile(path)).toEqual(encodeLog(second));
    expect(await readdir(join(path, '..'))).toEqual(['graft.log']);
  });

  test('may be closed and opened again by the same object', async () => {
    const log = logAt(await newLogPath());
    await log.open();
    await log.save(first);
    await log.close();
    expect(await log.open()).toEqual(first);
  });

  test('of Go graft is taken over in place, and stays readable to Go: same bytes for the same state', async () => {
    const path = await newLogPath();
    await writeFile(path, await goLog('fresh-vote'));
    const log = logAt(path);
    const state = await log.open();
    await log.save(state);
    expect(await readFile(path)).toEqual(await goLog('fresh-vote'));
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
    expect(await readFile(file)).toEqual(encodeLog(second));
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
  test('costs open, write, sync, close, rename and a sync of the directory that stays open', async () => {
    const path = await newLogPath();
    const calls: string[] = [];
    const log = logAt(path, recording(calls, join(path, '..')));
    await log.open();
    // Whoever reads a rename must not rely on it before it is durable: the last owner may have died before its sync.
    expect(calls.splice(0)).toEqual(['open . r', 'sync .', 'rm graft.log.tmp']);

    const save = [
      'open graft.log.tmp w 660',
      'chmod graft.log.tmp 660',
      `write graft.log.tmp ${encodeLog(first).length}`,
      'sync graft.log.tmp',
      'close graft.log.tmp',
      'rename graft.log.tmp graft.log',
      'sync .',
    ];
    await log.save(first);
    expect(calls.splice(0)).toEqual(save);
    await log.save(first);
    expect(calls.splice(0)).toEqual(save);

    await log.close();
    expect(calls).toEqual(['close .']);
  });

  test('writes over what a crash left of another, and open removes it', async () => {
    const path = await newLogPath();
    await writeFile(`${path}.tmp`, 'x'.repeat(10_000));
    const log = logAt(path);
    expect(await log.open()).toEqual(fresh);
    expect(await readdir(join(path, '..'))).not.toContain('graft.log.tmp');
    await writeFile(`${path}.tmp`, 'x'.repeat(10_000));
    await log.save(first);
    expect(await readFile(path)).toEqual(encodeLog(first));
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
    expect(calls.slice(-2)).toEqual(['sync .', 'close .']);
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

/** The real file system, with a note of every call, paths relative to `directory`. */
function recording(calls: string[], directory: string): LogFileSystem {
  const named = (path: string) => (path === directory ? '.' : path.slice(directory.length + 1));
  const recorded = (name: string, handle: LogFileHandle): LogFileHandle => ({
    chmod(mode) {
      calls.push(`chmod ${name} ${mode.toString(8)}`);
      return handle.chmod(mode);
    },
    writeFile(bytes) {
      calls.push(`write ${name} ${bytes.length}`);
      return handle.writeFile(bytes);
    },
    sync() {
      calls.push(`sync ${name}`);
      return handle.sync();
    },
    close() {
      calls.push(`close ${name}`);
      return handle.close();
    },
  });
  return {
    async open(path, flags, mode) {
      calls.push(['open', named(path), flags, ...(mode === undefined ? [] : [mode.toString(8)])].join(' '));
      return recorded(named(path), await nodeFs.open(path, flags, mode));
    },
    rename(from, to) {
      calls.push(`rename ${named(from)} ${named(to)}`);
      return nodeFs.rename(from, to);
    },
    rm(path, options) {
      calls.push(`rm ${named(path)}`);
      return nodeFs.rm(path, options);
    },
  };
}
