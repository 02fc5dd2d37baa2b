import nodeFs, { lstat, readFile, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { GraftError, type GraftErrorCode } from '../core/errors.js';
import { decodeLog, encodeLog } from './envelope.js';
import { errnoOf } from './errno.js';
import { FileLock } from './lock.js';
import { type LogFileHandle, type LogFileSystem, replaceFile } from './replace-file.js';
import type { DurableState, TermLog } from './term-log.js';

interface OpenLog {
  /** Where the bytes are: symbolic links are resolved once, so that a save replaces the file and keeps the link. */
  readonly file: string;
  readonly directory: LogFileHandle;
  readonly lock: FileLock;
}

/**
 * Term and vote in a file that Go graft reads and writes too (DESIGN section 5). Wants a POSIX file system: atomic
 * rename, fsync, symbolic links and sockets. Beside the file stand, while it is open, `<file>.lock` and a socket
 * `.graft-lock-…` (see {@link FileLock}), and for the length of a save `<file>.tmp`. Its directory must exist.
 */
export class FileLog implements TermLog {
  readonly #path: string;
  readonly #fs: LogFileSystem;
  #open: OpenLog | undefined;
  #saving: Promise<void> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();

  /**
   * @param path of the file; relative ones start at the working directory of this moment.
   * @param options `fs` is a seam for tests of crashes and faults; the default is `node:fs/promises`.
   */
  constructor(path: string, options?: { readonly fs?: LogFileSystem }) {
    this.#path = resolve(path);
    this.#fs = options?.fs ?? nodeFs;
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
    const { file, directory } = open;
    const bytes = encodeLog(state);
    const saving = replaceFile(this.#fs, { file, temporaryFile: temporaryOf(file), directory, bytes });
    this.#saving = saving.catch(() => undefined);
    try {
      await saving;
    } catch (error) {
      throw failed('LOG_WRITE_FAILED', `log ${file} could not be written`, error);
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
    let directory: LogFileHandle | undefined;
    try {
      directory = await this.#fs.open(dirname(file), 'r');
      // The last owner may have been killed between its rename and its sync. What is read below would then be shown to
      // others, and a power cut could still take it back (rule 1).
      await directory.sync();
      const state = decodeLog(await readOrEmpty(file), file);
      await this.#fs.rm(temporaryOf(file), { force: true });
      this.#open = { file, lock, directory };
      return state;
    } catch (error) {
      await directory?.close();
      await lock.release();
      throw error;
    }
  }

  async #release({ directory, lock }: OpenLog): Promise<void> {
    await this.#saving;
    try {
      await directory.close();
    } finally {
      await lock.release();
    }
  }
}

function temporaryOf(file: string): string {
  return `${file}.tmp`;
}

async function readOrEmpty(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return new Uint8Array();
    throw error;
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
