/** Rule 4: a log file has one owner process, and a lock left behind by a crash never blocks a restart. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstat, mkdir, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FileLog } from '../../src/log/file-log.js';
import { describeSelf, formatOwner } from '../../src/log/lock-owner.js';
import { compiledSourceDir } from '../support/compiled.js';
import { LogProcess } from './log-process.js';
import { scratchDirectory } from './scratch.js';

const opened = { ok: { term: 0, isNew: true } };

interface Place {
  readonly directory: string;
  readonly path: string;
  readonly lock: string;
}

async function place(): Promise<Place> {
  const directory = await scratchDirectory();
  const path = join(directory, 'graft.log');
  return { directory, path, lock: `${path}.lock` };
}

function logAt(path: string): FileLog {
  const log = new FileLog(path);
  onTestFinished(() => log.close());
  return log;
}

/** The record of an owner on this machine whose life sign nobody gives. */
async function deadRecord(pid: number): Promise<string> {
  return formatOwner({ ...(await describeSelf('.graft-lock-0123456789abcdef')), pid });
}

describe('an open log is refused', () => {
  test('to another process, with the pid and host of the owner', async () => {
    const { path } = await place();
    const [owner, other] = await Promise.all([LogProcess.start(path), LogProcess.start(path)]);
    expect(await owner.ask({ do: 'open' })).toMatchObject(opened);
    expect(await other.ask({ do: 'open' })).toMatchObject({
      error: {
        code: 'LOG_LOCKED',
        message: expect.stringContaining(`${path} is in use by process ${owner.pid} on host ${hostname()}`),
      },
    });
    await owner.ask({ do: 'close' });
    expect(await other.ask({ do: 'open' })).toMatchObject(opened);
  });

  test('to a second log object of the same process, which is told that it is the owner', async () => {
    const { path } = await place();
    await logAt(path).open();
    await expect(logAt(path).open()).rejects.toMatchObject({
      code: 'LOG_LOCKED',
      message: expect.stringMatching(new RegExp(`process ${process.pid} on host .*, which is this process`)),
    });
  });

  test('to the object that has it open, one time after the other and at once', async () => {
    const { path } = await place();
    const log = logAt(path);
    const both = await Promise.allSettled([log.open(), log.open()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(log.open()).rejects.toMatchObject({ code: 'LOG_LOCKED' });
  });

  test('while its owner is stopped by SIGSTOP, which is no end', async () => {
    const { path } = await place();
    const owner = await LogProcess.start(path);
    await owner.ask({ do: 'open' });
    owner.signal('SIGSTOP');
    await expect(logAt(path).open()).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    owner.signal('SIGCONT');
    expect(await owner.ask({ do: 'close' })).toEqual({ ok: null });
    await logAt(path).open();
  });

  test('while another host, which cannot be asked, may own it: named with its pid and the file to remove', async () => {
    const { path, lock } = await place();
    const record = { pid: 4711, host: 'elsewhere', kernel: 'another', socket: '.graft-lock-0123456789abcdef' };
    await symlink(formatOwner(record), lock);
    await expect(logAt(path).open()).rejects.toMatchObject({
      code: 'LOG_LOCKED',
      message: expect.stringMatching(`process 4711 on host elsewhere, .* remove ${lock}$`),
    });
    expect(await readlink(lock)).toBe(formatOwner(record));
    await rm(lock);
    await logAt(path).open();
  });

  test('and nothing of the refused one stays behind', async () => {
    const { directory, path } = await place();
    await logAt(path).open();
    const before = await readdir(directory);
    await expect(logAt(path).open()).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    expect(await readdir(directory)).toEqual(before);
  });
});

describe('a restart is not blocked by a lock', () => {
  test('whose owner was killed, and nothing of it stays behind', async () => {
    const { directory, path } = await place();
    const owner = await LogProcess.start(path);
    await owner.ask({ do: 'open' });
    await owner.kill();
    expect(await readdir(directory)).toContain('graft.log.lock');

    const log = logAt(path);
    await log.open();
    expect(await readlink(`${path}.lock`)).toContain(`"pid":${process.pid},`);
    await log.close();
    expect(await readdir(directory)).toEqual([]);
  });

  test('whose owner was killed and, unreaped by its parent, still has its pid', async () => {
    const { path } = await place();
    const pid = await startUnreaped(path);
    await expect(logAt(path).open()).rejects.toMatchObject({ message: expect.stringContaining(`process ${pid} `) });
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(() => logAt(path).open(), { timeout: 20_000 });
    expect(() => process.kill(pid, 0)).not.toThrow();
  });

  test.each([
    ['of another process that lives', () => process.ppid],
    ['that is our own, as of every process in a container', () => process.pid],
  ])('whose pid has become that %s', async (_whose, pid) => {
    const { path, lock } = await place();
    await symlink(await deadRecord(pid()), lock);
    await logAt(path).open();
  });

  test('of the time before this host was booted', async () => {
    const { path, lock } = await place();
    const self = await describeSelf('.graft-lock-0123456789abcdef');
    await symlink(formatOwner({ ...self, kernel: 'of yesterday' }), lock);
    await logAt(path).open();
  });

  test.each<[what: string, make: (lock: string) => Promise<void>]>([
    ['an empty file', (lock) => writeFile(lock, '')],
    ['a file with a pid', (lock) => writeFile(lock, `${process.pid}\n`)],
    ['a link to nowhere', (lock) => symlink('nowhere', lock)],
    ['a link with half a record', async (lock) => symlink((await deadRecord(1)).slice(0, 30), lock)],
    ['a link with a record of other fields', (lock) => symlink('{"pid":1}', lock)],
    ['a link with a number', (lock) => symlink('1', lock)],
  ])('that is garbage: %s', async (_what, make) => {
    const { directory, path, lock } = await place();
    await make(lock);
    const log = logAt(path);
    await log.open();
    await log.close();
    expect(await readdir(directory)).toEqual([]);
  });

  test('whose record names a file elsewhere: only a life sign of ours is ever touched', async () => {
    const { directory, path, lock } = await place();
    await writeFile(join(directory, 'precious'), '');
    await mkdir(join(directory, 'data'));
    await symlink(formatOwner({ ...(await describeSelf('../precious')), pid: 1 }), lock);
    await logAt(path).open();
    expect((await lstat(join(directory, 'precious'))).isFile()).toBe(true);
  });

  test('nor by the guards of processes that were killed while they removed it', async () => {
    const { path, lock } = await place();
    const dead = await deadRecord(1);
    const guard = guardOf(lock, dead);
    await symlink(dead, lock);
    await symlink(await deadRecord(2), guard);
    await writeFile(guardOf(guard, await deadRecord(2)), '');
    await logAt(path).open();
  });
});

test('a lock whose dead owner another living process is removing is refused with that one', async () => {
  const { directory, path, lock } = await place();
  const owner = await LogProcess.start(join(directory, 'other.log'));
  await owner.ask({ do: 'open' });
  const dead = await deadRecord(1);
  await symlink(dead, lock);
  await symlink(await readlink(join(directory, 'other.log.lock')), guardOf(lock, dead));
  await expect(logAt(path).open()).rejects.toMatchObject({
    code: 'LOG_LOCKED',
    message: expect.stringContaining(`process ${owner.pid} `),
  });
  expect(await readlink(lock)).toBe(dead);
});

test('a lock that is a directory, which nobody may just remove, fails the start with the reason', async () => {
  const { directory, path, lock } = await place();
  await mkdir(lock);
  await expect(logAt(path).open()).rejects.toMatchObject({
    code: 'LOG_READ_FAILED',
    message: expect.stringContaining(lock),
  });
  expect(await readdir(directory)).toEqual(['graft.log.lock']);
});

test('close leaves the lock alone that another process took after this one was removed by hand', async () => {
  const { path, lock } = await place();
  const first = logAt(path);
  await first.open();
  await rm(lock);
  const second = await LogProcess.start(path);
  expect(await second.ask({ do: 'open' })).toMatchObject(opened);
  await first.close();
  expect(await readlink(lock)).toContain(`"pid":${second.pid},`);
});

test('an open log does not keep its process alive', async () => {
  const { path } = await place();
  const owner = await LogProcess.start(path);
  await owner.ask({ do: 'open' });
  expect(await owner.end()).toBe(0);
  await logAt(path).open();
});

function guardOf(link: string, record: string): string {
  return `${link}.${createHash('sha256').update(record).digest('hex').slice(0, 16)}`;
}

/** A process that opens the log, below a parent that never asks for its exit code. Resolves to its pid. */
async function startUnreaped(path: string): Promise<number> {
  const program = `
    import { pathToFileURL } from 'node:url';
    const { FileLog } = await import(pathToFileURL(process.argv[1] + '/log/file-log.js').href);
    await new FileLog(process.argv[2]).open();
    console.log(process.pid);
    setInterval(() => {}, 1_000);`;
  const script = '"$0" --input-type=module -e "$@" & exec sleep 600';
  const args = ['-c', script, process.execPath, program, await compiledSourceDir(), path];
  const parent = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    parent.kill('SIGKILL');
  });
  const [line] = await once(createInterface({ input: parent.stdout }), 'line');
  return Number(line);
}
