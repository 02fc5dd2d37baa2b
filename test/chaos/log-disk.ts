import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import type { LogFileHandle, LogFileSystem } from '../../src/log/log-file-system.js';
import { nodeFileSystem } from '../../src/log/node-file-system.js';

/**
 * The disk of one member's log, which can be full: while the file `flag` is there, a device that is always full takes
 * what is written, a new file's bytes and those over the one that is there. A file system that is really full would take
 * the latter, for which it needs no room.
 */
export class LogDisk {
  readonly flag: string;

  constructor(flag: string) {
    this.flag = flag;
  }

  /** @returns what makes room again. */
  async fill(): Promise<() => Promise<void>> {
    await writeFile(this.flag, '');
    return () => rm(this.flag, { force: true });
  }
}

/** The middle of the file, and then a copy (docs/design.md section 5). */
const WRITES_OF_A_START = 2;

/** The file system of the member whose {@link LogDisk} has that flag. */
export function fullWhile(flag: string): LogFileSystem {
  const real = nodeFileSystem(process.platform);
  const open: LogFileSystem['open'] = async (path, flags, mode) => {
    const file = await real.open(path, flags, mode);
    // What a start reads it writes again, over what is there: no full file system refuses that, and no process may end of it.
    let leftOfStart = flags === 'r+' ? WRITES_OF_A_START : 0;
    const writing = async (write: (target: LogFileHandle) => Promise<void>) => {
      if (!existsSync(flag)) return await write(file);
      const device = await real.open('/dev/full', 'w');
      try {
        await write(device);
      } finally {
        await device.close();
      }
    };
    return {
      chmod: (to) => file.chmod(to),
      readFile: () => file.readFile(),
      writeFile: (bytes) => writing((target) => target.writeFile(bytes)),
      async overwrite(bytes, position) {
        if (leftOfStart === 0) return await writing((target) => target.overwrite(bytes, position));
        leftOfStart -= 1;
        await file.overwrite(bytes, position);
      },
      sync: () => file.sync(),
      stat: (options) => file.stat(options),
      close: () => file.close(),
    };
  };
  return { ...real, open };
}
