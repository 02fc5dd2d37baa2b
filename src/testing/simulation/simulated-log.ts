import type { LogFileSystem } from '../../log/log-file-system.js';
import { TermFile } from '../../log/term-file.js';
import type { DurableState, TermLog } from '../../log/term-log.js';

/** Where the log is on every simulated disk. */
export const LOG_PATH = '/graft.log';

/** What one process has of its machine's disk. */
export interface LogDisk {
  readonly fs: LogFileSystem;
  /** A save begins. */
  writing(): void;
  /** It has succeeded. The process may end here. */
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
  #termFile: TermFile | undefined;

  constructor(disk: LogDisk) {
    this.#disk = disk;
  }

  async open(): Promise<DurableState> {
    const { termFile, state } = await TermFile.open(this.#disk.fs, LOG_PATH);
    this.#termFile = termFile;
    return state;
  }

  async save(state: DurableState): Promise<void> {
    this.#disk.writing();
    try {
      await this.#termFile?.save(state);
    } catch (error) {
      this.#disk.failed();
      throw error;
    }
    await this.#disk.written();
  }

  async close(): Promise<void> {
    await this.#termFile?.close();
  }
}
