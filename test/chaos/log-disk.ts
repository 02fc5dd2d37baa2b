import { existsSync } from 'node:fs';
import nodeFs from 'node:fs/promises';
import type { LogFileSystem } from '../../src/log/replace-file.js';

/** Where nothing can be mounted: while the file `flag` is there, a device that is always full takes what is written. */
export function fullWhile(flag: string): LogFileSystem {
  return {
    async open(path, flags, mode) {
      if (flags === 'r' || !existsSync(flag)) return await nodeFs.open(path, flags, mode);
      const device = await nodeFs.open('/dev/full', 'w');
      return {
        // A device's mode is everybody's: root must not change it.
        chmod: async () => undefined,
        writeFile: (bytes) => device.writeFile(bytes),
        sync: () => device.sync(),
        close: () => device.close(),
      };
    },
    rename: nodeFs.rename,
    rm: nodeFs.rm,
  };
}
