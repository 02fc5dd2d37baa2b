import { constants } from 'node:fs';
import nodeFs from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LogFileHandle, LogFileSystem } from './log-file-system.js';

/** What is asked of a `FileHandle` of Node's. */
export interface NodeFile extends Omit<LogFileHandle, 'overwrite'> {
  /** May write less than it is given, and then says so. */
  write(bytes: Uint8Array, from: number, length: number, position: number): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
}

/** `open` of `node:fs/promises`. */
export type OpenNodeFile = (path: string, flags: string | number, mode?: number) => Promise<NodeFile>;

/** What is asked of the machine, all of it `node:fs/promises`; a seam for tests. */
export interface NodeCalls {
  readonly open: OpenNodeFile;
  readonly statfs: (path: string) => Promise<{ readonly type: number }>;
}

/**
 * The file system of this machine, which runs `platform`. On Linux files are open with O_DSYNC, so that a write is
 * durable when it returns, "as though each write(2) was followed by a call to fdatasync(2)" (open(2)), and takes one way
 * through Node's thread pool instead of two: some 20 µs of a vote. Only where the kernel itself sees to that: a FUSE
 * daemon or a 9p server is handed the flag, and may pass it over, while it is asked for every fdatasync. There, and
 * elsewhere, a sync follows the write: on macOS that is F_FULLFSYNC, and O_DSYNC is less; Windows has none.
 */
export function nodeFileSystem(
  platform: NodeJS.Platform,
  { open, statfs }: NodeCalls = { open: nodeFs.open, statfs: nodeFs.statfs },
): LogFileSystem {
  const writesSynchronously = async (path: string): Promise<boolean> => {
    if (platform !== 'linux') return false;
    const type = await statfs(path).then(
      (found) => found.type,
      () => undefined,
    );
    return type !== undefined && KEPT_BY_THE_KERNEL.has(type);
  };
  return {
    async open(path, flags, mode) {
      // A file that is yet to be made stands on the file system of its directory.
      const isSynchronous = flags !== 'r' && (await writesSynchronously(flags === 'w' ? dirname(path) : path));
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

/** The magic numbers of statfs(2): ext2 to ext4, xfs, btrfs, f2fs, zfs, tmpfs. What lies upon another is not among them. */
const KEPT_BY_THE_KERNEL: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994,
]);

const { O_RDWR, O_WRONLY, O_CREAT, O_TRUNC, O_DSYNC } = constants;
/** What Node has for the flags of the same name, and O_DSYNC. */
const SYNCHRONOUS = { 'r+': O_RDWR | O_DSYNC, w: O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC };
