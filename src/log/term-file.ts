import { dirname } from 'node:path';
import { errnoOf } from './errno.js';
import {
  blockByBlock,
  decodeImage,
  encodeImage,
  encodeOverwrite,
  type LogImage,
  NO_IMAGE,
  type Overwrite,
} from './image.js';
import type { FileIdentity, LogFileHandle, LogFileSystem } from './log-file-system.js';
import { replaceFile } from './replace-file.js';
import type { DurableState } from './term-log.js';

/** A file that the next save may be written over. */
interface Place {
  readonly handle: LogFileHandle;
  readonly identity: FileIdentity;
  /** The number of the last save in it. */
  readonly save: number;
}

/** What is written at once, of what has to be written. */
type InParts = (whole: Overwrite) => readonly Overwrite[];

interface OpenedFile {
  readonly handle: LogFileHandle;
  readonly isWritable: boolean;
}

/**
 * The file in which a log keeps its state, and how a save changes it (rule 1). The first save makes a new file and puts
 * it in the old one's place; those after it are written over it, a part that a crash may spoil (see `image.ts`). That is a
 * fifth of the time or less, as no name and no length changes: an election waits for two saves, one after the other.
 * Whatever goes wrong, the next save makes a new file again.
 */
export class TermFile {
  readonly #fs: LogFileSystem;
  readonly #file: string;
  readonly #directory: LogFileHandle;
  #place: Place | undefined;

  private constructor(fs: LogFileSystem, file: string, directory: LogFileHandle) {
    this.#fs = fs;
    this.#file = file;
    this.#directory = directory;
  }

  /**
   * Reads `file`, whose symbolic links are resolved, and makes sure that what was read is durable. Removes what a crash
   * left of an unfinished save. Rejects with the system's error, or a GraftError `LOG_CORRUPT` or `LOG_TERM_TOO_LARGE`.
   */
  static async open(fs: LogFileSystem, file: string): Promise<{ termFile: TermFile; state: DurableState }> {
    const termFile = new TermFile(fs, file, await fs.open(dirname(file), 'r'));
    try {
      return { termFile, state: await termFile.#read() };
    } catch (error) {
      await termFile.close();
      throw error;
    }
  }

  /** Resolves once `state` survives a crash. Rejects with the system's error. Calls never overlap. */
  async save(state: DurableState): Promise<void> {
    const place = this.#place;
    await this.#write(state, place && { ...place, save: place.save + 1 }, (whole) => [whole]);
  }

  /** To be called once, when no save is under way. */
  async close(): Promise<void> {
    try {
      await this.#place?.handle.close();
    } finally {
      await this.#directory.close();
    }
  }

  /** Writes `state` over the file as save number `place.save`, or in a new file where that cannot be. */
  async #write(state: DurableState, place: Place | undefined, inParts: InParts): Promise<void> {
    const overwrite = place && encodeOverwrite(state, place.save);
    // Given up until it has worked: after a failure nobody knows what is there, and the one copy that is whole must
    // not be the next to be written over.
    this.#place = undefined;
    if (place !== undefined) {
      if (overwrite !== undefined && (await this.#overwrite(place, inParts(overwrite)))) {
        this.#place = place;
        return;
      }
      await place.handle.close();
    }
    await this.#replace(state);
  }

  get #temporaryFile(): string {
    return `${this.#file}.tmp`;
  }

  async #read(): Promise<DurableState> {
    // The last owner may have been killed between its rename and its sync. What is read would then be shown to others,
    // and a power cut could still take it back.
    await this.#directory.sync();
    const opened = await this.#openToRead();
    const image = opened === undefined ? NO_IMAGE : await this.#readImage(opened);
    await this.#fs.rm(this.#temporaryFile, { force: true });
    // Likewise of a write over the file, but a sync alone would not do: one that has failed before may say yes now, with
    // nothing on the disk (Linux). So what was read is written again, which also puts right what a crash has torn. As the
    // same save: it may be on the disk nowhere, and the copy of the one before, which is, must not be written over. One
    // block after the other: it may be on the disk in those two alone, and a disk may spoil what it is writing to.
    if (image.isOurs) await this.#write(image.state, this.#place, blockByBlock);
    return image.state;
  }

  async #readImage({ handle, isWritable }: OpenedFile): Promise<LogImage> {
    try {
      await handle.sync();
      const image = decodeImage(await handle.readFile(), this.#file);
      if (isWritable && image.save !== undefined) await this.#keep(handle, image.save);
      return image;
    } finally {
      if (this.#place === undefined) await handle.close();
    }
  }

  /** A file that may only be read is no hindrance: a save replaces it. */
  async #openToRead(): Promise<OpenedFile | undefined> {
    try {
      return { handle: await this.#fs.open(this.#file, 'r+'), isWritable: true };
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === 'ENOENT') return undefined;
      if (errno !== 'EACCES' && errno !== 'EPERM' && errno !== 'EROFS') throw error;
      return { handle: await this.#fs.open(this.#file, 'r'), isWritable: false };
    }
  }

  /** @returns whether they are in the log: not if somebody has taken the file away, cut it, or put another in its place. */
  async #overwrite(place: Place, parts: readonly Overwrite[]): Promise<boolean> {
    for (const part of parts) if (!(await this.#overwritePart(place, part))) return false;
    return true;
  }

  async #overwritePart({ handle, identity }: Place, { position, bytes }: Overwrite): Promise<boolean> {
    try {
      // Beside each other, the write first, which takes longer: a file that is taken away meanwhile is as one that is
      // taken away just after. Whatever fails, both have ended: nothing is written once the save is told to have failed.
      const acts = [handle.overwrite(bytes, position), this.#identity()] as const;
      await Promise.allSettled(acts);
      const [, present] = await Promise.all(acts);
      return present !== undefined && isSame(present, identity);
    } catch (error) {
      await handle.close().catch(() => undefined);
      throw error;
    }
  }

  async #identity(): Promise<FileIdentity | undefined> {
    try {
      return await this.#fs.stat(this.#file, { bigint: true });
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    }
  }

  async #replace(state: DurableState): Promise<void> {
    const { bytes, save } = encodeImage(state);
    const handle = await replaceFile(this.#fs, {
      file: this.#file,
      temporaryFile: this.#temporaryFile,
      directory: this.#directory,
      bytes,
    });
    try {
      if (save !== undefined) await this.#keep(handle, save);
    } finally {
      if (this.#place === undefined) await handle.close();
    }
  }

  /** The next save may be written over the file that `handle` is open for. */
  async #keep(handle: LogFileHandle, save: number): Promise<void> {
    this.#place = { handle, identity: await handle.stat({ bigint: true }), save };
  }
}

function isSame(one: FileIdentity, other: FileIdentity): boolean {
  return one.ino === other.ino && one.dev === other.dev && one.size === other.size;
}
