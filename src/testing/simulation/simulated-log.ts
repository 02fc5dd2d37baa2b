import { decodeLog, encodeLog } from '../../log/envelope.js';
import { type LogFileHandle, type LogFileSystem, replaceFile } from '../../log/replace-file.js';
import type { DurableState, TermLog } from '../../log/term-log.js';

/** Where the log is on every simulated disk. */
export const LOG_PATH = '/graft.log';
const TEMPORARY_PATH = `${LOG_PATH}.tmp`;

/** What one process has of its machine's disk. */
export interface LogDisk {
  readonly fs: LogFileSystem;
  read(): Uint8Array;
  /** `bytes` are about to be written, and hold `state`. */
  writing(bytes: Uint8Array, state: DurableState): void;
  /** The write of which `writing` told has succeeded. The process may end here. */
  written(): Promise<void>;
  /** It has failed, and what it left is cleared away. */
  failed(): void;
}

/**
 * The log of a process in a world: the bytes and the steps of a save are those of `FileLog`, by the same code. What is
 * left out is what needs a real machine: symbolic links, and the lock, since a simulated machine runs one process.
 */
export class SimulatedLog implements TermLog {
  readonly #disk: LogDisk;
  #directory: LogFileHandle | undefined;

  constructor(disk: LogDisk) {
    this.#disk = disk;
  }

  async open(): Promise<DurableState> {
    const directory = await this.#disk.fs.open('/', 'r');
    await directory.sync();
    const state = decodeLog(this.#disk.read(), LOG_PATH);
    await this.#disk.fs.rm(TEMPORARY_PATH, { force: true });
    this.#directory = directory;
    return state;
  }

  async save(state: DurableState): Promise<void> {
    const directory = this.#directory ?? (await this.#disk.fs.open('/', 'r'));
    const bytes = encodeLog(state);
    this.#disk.writing(bytes, state);
    try {
      await replaceFile(this.#disk.fs, { file: LOG_PATH, temporaryFile: TEMPORARY_PATH, directory, bytes });
    } catch (error) {
      this.#disk.failed();
      throw error;
    }
    await this.#disk.written();
  }

  async close(): Promise<void> {
    await this.#directory?.close();
  }
}
