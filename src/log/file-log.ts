import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GraftError, type GraftErrorCode } from '../core/errors.js';
import { errnoOf } from './errno.js';
import { FileLock } from './lock.js';
import type { LogFileSystem } from './log-file-system.js';
import { nodeFileSystem } from './node-file-system.js';
import { TermFile } from './term-file.js';
import type { DurableState, TermLog } from './term-log.js';

interface OpenLog {
  /** The path, its symbolic links resolved once. */
  readonly file: string;
  readonly termFile: TermFile;
  readonly lock: FileLock;
}

/**
 * Term and vote in a file that Go graft reads and writes too (DESIGN section 5). Wants a POSIX file system: atomic
 * rename, fsync, symbolic links and sockets. Beside the file stand, while it is open, `<file>.lock` and a socket
 * `.graft-lock-…` (see {@link FileLock}), and for the length of a first save `<file>.tmp`. Its directory must exist.
 */
export class FileLog implements TermLog {
  readonly #path: string;
  readonly #fs: LogFileSystem;
  #open: OpenLog | undefined;
  #saving: Promise<void> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();

  /**
   * @param path of the file; relative ones start at the working directory of this moment.
   * @param options `fs` is a seam for tests of crashes and faults; the default is the machine's.
   */
  constructor(path: string, options?: { readonly fs?: LogFileSystem }) {
    this.#path = resolve(path);
    this.#fs = options?.fs ?? nodeFileSystem(process.platform);
  }

  /** {@inheritDoc TermLog.open} Removes what a crash left of an unfinished save. */
  async open(): Promise<DurableState> {
    if (this.#open !== undefined) {
      throw new GraftError('LOG_LOCKED', `log ${this.#path} is already open in this process, pid ${process.pid}`);
    }
    try {
      return await this.#take();
    } catch (error) {
      throw failed('LOG_READ_FAILED', `log ${this.#path} could not be opened`, error);
    }
  }

  /** {@inheritDoc TermLog.save} */
  async save(state: DurableState): Promise<void> {
    const open = this.#open;
    if (open === undefined) {
      throw new GraftError('LOG_WRITE_FAILED', `log ${this.#path} is not open: open it before save`);
    }
    const saving = open.termFile.save(state);
    this.#saving = saving.catch(() => undefined);
    try {
      await saving;
    } catch (error) {
      throw failed('LOG_WRITE_FAILED', `log ${open.file} could not be written`, error);
    }
  }

  /** {@inheritDoc TermLog.close} Waits for a save under way: it must not land in a file that another process owns. */
  close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    if (open !== undefined) this.#closing = this.#release(open);
    return this.#closing;
  }

  async #take(): Promise<DurableState> {
    const file = await resolveLinks(this.#path);
    const lock = await FileLock.acquire(file);
    try {
      const { termFile, state } = await TermFile.open(this.#fs, file);
      this.#open = { file, lock, termFile };
      return state;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async #release({ termFile, lock }: OpenLog): Promise<void> {
    await this.#saving;
    try {
      await termFile.close();
    } finally {
      await lock.release();
    }
  }
}

/** As realpath, but the file itself, at the end of all links, need not exist yet. */
async function resolveLinks(path: string): Promise<string> {
  const seen = new Set<string>();
  let file = join(await realpath(dirname(path)), basename(path));
  while (await isLink(file)) {
    // The system's own answer to a circle of links.
    if (seen.has(file)) return realpath(file);
    seen.add(file);
    const target = resolve(dirname(file), await readlink(file));
    file = join(await realpath(dirname(target)), basename(target));
  }
  return file;
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** An error of this library stays as it is; a system's is named by `code`, with its own words and number kept. */
function failed(code: GraftErrorCode, what: string, error: unknown): GraftError {
  if (error instanceof GraftError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new GraftError(code, `${what}: ${reason}`, { cause: error });
}
