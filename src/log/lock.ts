import { createHash } from 'node:crypto';
import { readlink, rm, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GraftError } from '../core/errors.js';
import { errnoOf } from './errno.js';
import { isAlive, LifeSign } from './life-sign.js';
import { describeSelf, formatOwner, type LockOwner, parseOwner } from './lock-owner.js';

/**
 * A file's one owner process (rule 4). The lock is a symbolic link, `<file>.lock`, whose target is the owner's record:
 * `symlink` makes it whole or not at all, and for one process only, so there is no half-written lock. The record names
 * the owner's {@link LifeSign}, so that a lock left behind by a crash is known for what it is, whatever has become of
 * the pid, and is taken away.
 *
 * Why two processes never both win. Ownership is the one link's creation, which the file system gives to one. What is
 * left to show is that nobody removes a living owner's link. A dead owner's record T is removed by the holder of the
 * guard alone, `<file>.lock.<digest of T>`, itself a lock by these same rules; and only after the holder has, guard in
 * hand, read T there once more. From then on the link stays T until this holder removes it, since its owner is dead and
 * nobody else has the guard. Whoever comes late finds another record than T, gives the guard back and looks again; T
 * never returns, because records are unique. A process that dies with a guard in hand leaves a dead lock, which is
 * removed likewise by whoever needs it next; a guard whose T is gone is needed by nobody and harms nobody.
 *
 * Another machine that shares the directory cannot be asked. A record from another kernel is dead if its host name is
 * ours (we were rebooted, or moved with our name), and refused otherwise: two owners could forget each other's votes.
 *
 * Trusted: `symlink` is atomic for all machines that share the file system; no two of them have one host name; nobody
 * removes these files by hand while their owner runs.
 */
export class FileLock {
  readonly #path: string;
  readonly #record: string;
  readonly #lifeSign: LifeSign;

  private constructor(path: string, record: string, lifeSign: LifeSign) {
    this.#path = path;
    this.#record = record;
    this.#lifeSign = lifeSign;
  }

  /**
   * Takes `file`, whose symbolic links are resolved, or refuses at once: another process is never waited for.
   * @throws GraftError `LOG_LOCKED` with the owner's pid and host; `LOG_READ_FAILED` where no lock can be made.
   */
  static async acquire(file: string): Promise<FileLock> {
    const path = `${file}.lock`;
    const lifeSign = await startLifeSign(file);
    try {
      const self = await describeSelf(lifeSign.name);
      const owner = await claim(path, self);
      if (owner !== undefined) throw locked(file, path, owner, self);
      return new FileLock(path, formatOwner(self), lifeSign);
    } catch (error) {
      await lifeSign.stop();
      throw error;
    }
  }

  /** Safe to call once only. A lock that somebody removed by hand, and another process took since, is left alone. */
  async release(): Promise<void> {
    try {
      if ((await readRecord(this.#path)) === this.#record) await unlink(this.#path);
    } finally {
      await this.#lifeSign.stop();
    }
  }
}

async function startLifeSign(file: string): Promise<LifeSign> {
  const directory = dirname(file);
  try {
    return await LifeSign.start(directory);
  } catch (error) {
    throw new GraftError(
      'LOG_READ_FAILED',
      `log ${file} could not be locked: ${directory} takes no socket (${errnoOf(error)}); it must be there, writable, ` +
        'and on a file system with symbolic links and sockets',
      { cause: error },
    );
  }
}

/** Makes `link`, the lock or a guard of it, ours, or says who has it. */
async function claim(link: string, self: LockOwner): Promise<LockOwner | undefined> {
  for (;;) {
    if (await tryLink(link, formatOwner(self))) return undefined;
    const record = await readRecord(link);
    if (record === undefined) continue;
    const owner = parseOwner(record);
    if (owner !== undefined && (await mayBeAlive(owner, self, dirname(link)))) return owner;

    const guard = `${link}.${createHash('sha256').update(record).digest('hex').slice(0, 16)}`;
    const remover = await claim(guard, self);
    if (remover !== undefined) return remover;
    try {
      if ((await readRecord(link)) === record) await removeDead(link, owner);
    } finally {
      await unlink(guard);
    }
  }
}

async function tryLink(path: string, record: string): Promise<boolean> {
  try {
    await symlink(record, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The target of the link; undefined when there is none; a record of nobody when something else is in its place. */
async function readRecord(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (errnoOf(error) === 'EINVAL') return 'not a link';
    throw error;
  }
}

async function mayBeAlive(owner: LockOwner, self: LockOwner, directory: string): Promise<boolean> {
  if (owner.kernel === self.kernel) return isAlive(directory, owner.socket);
  return owner.host !== self.host;
}

async function removeDead(link: string, owner: LockOwner | undefined): Promise<void> {
  // The socket first: killed in between, the link still says which one it was.
  if (owner !== undefined) await rm(join(dirname(link), owner.socket), { force: true });
  await unlink(link);
}

function locked(file: string, path: string, owner: LockOwner, self: LockOwner): GraftError {
  const who = `log ${file} is in use by process ${owner.pid} on host ${owner.host}`;
  if (owner.pid === self.pid && owner.host === self.host) {
    return new GraftError('LOG_LOCKED', `${who}, which is this process: give every node a log of its own`);
  }
  if (owner.kernel === self.kernel) {
    return new GraftError('LOG_LOCKED', `${who}: stop that process, or give this node a log of its own`);
  }
  return new GraftError(
    'LOG_LOCKED',
    `${who}, and whether it still runs cannot be seen from here, host ${self.host}: give this node a log of its own, ` +
      `or, once you are certain that the process has ended, remove ${path}`,
  );
}
