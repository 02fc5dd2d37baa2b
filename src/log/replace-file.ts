import type { LogFileHandle, LogFileSystem } from './log-file-system.js';

/** Go graft's mode: a service's group may share the file. */
export const LOG_FILE_MODE = 0o660;

export interface Replacement {
  readonly file: string;
  /** In the same directory, so that the rename is atomic. Whatever is there is overwritten. */
  readonly temporaryFile: string;
  /** The directory of both, open: kept so by the caller, which spares every save an open and a close. */
  readonly directory: LogFileHandle;
  readonly bytes: Uint8Array;
}

/**
 * Replaces a file's bytes so that a crash leaves the old ones or the new ones, and resolves once it leaves the new ones
 * (rule 1). Rejects with the system's error; the temporary file is then gone, if the file system let it go.
 * @returns the new file, open for writing.
 */
export async function replaceFile(fs: LogFileSystem, replacement: Replacement): Promise<LogFileHandle> {
  const { file, temporaryFile, directory, bytes } = replacement;
  let handle: LogFileHandle | undefined;
  try {
    handle = await fs.open(temporaryFile, 'w', LOG_FILE_MODE);
    // The mode given to open is cut by the umask.
    await handle.chmod(LOG_FILE_MODE);
    await handle.writeFile(bytes);
    // Before the rename: file systems may order the two freely, and the new name would point at an empty file.
    await handle.sync();
    await fs.rename(temporaryFile, file);
    // Until the directory is on disk, a power cut may bring the old name back: a vote that was seen would be forgotten.
    await directory.sync();
    return handle;
  } catch (error) {
    // Best effort: a leftover is harmless, and the error that counts is the first.
    await handle?.close().catch(() => undefined);
    await fs.rm(temporaryFile, { force: true }).catch(() => undefined);
    throw error;
  }
}
