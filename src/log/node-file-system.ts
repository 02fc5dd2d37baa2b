import { constants } from 'node:fs';
import nodeFs from 'node:fs/promises';
import type { LogFileHandle, LogFileSystem } from './log-file-system.js';

/** What is asked of a `FileHandle` of Node's. */
export interface NodeFile extends Omit<LogFileHandle, 'overwrite'> {
  /** May write less than it is given, and then says so. */
  write(bytes: Uint8Array, from: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
}

/** `open` of `node:fs/promises`. */
export type OpenNodeFile = (path: string, flags: string | number, mode?: number) => Promise<NodeFile>;

/**
 * The file system of this machine, which runs `platform`. On Linux files are open with O_DSYNC, so that a write is
 * durable when it returns, "as though each write(2) was followed by a call to fdatasync(2)" (open(2)), and takes one way
 * through Node's thread pool instead of two: some 20 µs of a vote. Elsewhere a sync follows the write: on macOS that is
 * F_FULLFSYNC, and O_DSYNC is less; Windows has none.
 *
 * @param open is a seam for tests; the default is Node's own.
 */
export function nodeFileSystem(platform: NodeJS.Platform, open: OpenNodeFile = nodeFs.open): LogFileSystem {
  const hasSynchronousWrites = platform === 'linux';
  return {
    async open(path, flags, mode) {
      const isSynchronous = hasSynchronousWrites && flags !== 'r';
      const file = await open(path, isSynchronous ? SYNCHRONOUS[flags] : flags, mode);
      return {
        chmod: (to) => file.chmod(to),
        readFile: () => file.readFile(),
        writeFile: (bytes) => file.writeFile(bytes),
        async overwrite(bytes, position) {
          const { length } = bytes;
          const { bytesWritten } = await file.write(bytes, 0, length, position);
          if (bytesWritten !== length) throw new Error(`${bytesWritten} of ${length} bytes could be written`);
          // Length and place of the file are as they were, so its bytes are all that has to reach the disk.
          if (!isSynchronous) await file.datasync();
        },
        sync: () => file.sync(),
        stat: (options) => file.stat(options),
        close: () => file.close(),
      };
    },
    rename: nodeFs.rename,
    rm: nodeFs.rm,
    stat: nodeFs.stat,
  };
}

const { O_RDWR, O_WRONLY, O_CREAT, O_TRUNC, O_DSYNC } = constants;
/** What Node has for the flags of the same name, and O_DSYNC. */
const SYNCHRONOUS = { 'r+': O_RDWR | O_DSYNC, w: O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC };
