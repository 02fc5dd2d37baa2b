/**
 * The calls that a save makes, as `node:fs/promises` has them: a port, so that tests can record the sequence and stop
 * or fail it at every step.
 */
export interface LogFileSystem {
  open(path: string, flags: 'r' | 'w', mode?: number): Promise<LogFileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
}

export interface LogFileHandle {
  chmod(mode: number): Promise<void>;
  writeFile(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

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
 */
export async function replaceFile(fs: LogFileSystem, replacement: Replacement): Promise<void> {
  const { file, temporaryFile, directory, bytes } = replacement;
  try {
    await writeDurably(fs, temporaryFile, bytes);
    await fs.rename(temporaryFile, file);
  } catch (error) {
    // Best effort: a leftover is harmless, and the error that counts is the first.
    await fs.rm(temporaryFile, { force: true }).catch(() => undefined);
    throw error;
  }
  // Until the directory is on disk, a power cut may bring the old name back: a vote that was seen would be forgotten.
  await directory.sync();
}

async function writeDurably(fs: LogFileSystem, path: string, bytes: Uint8Array): Promise<void> {
  const handle = await fs.open(path, 'w', LOG_FILE_MODE);
  try {
    // The mode given to open is cut by the umask.
    await handle.chmod(LOG_FILE_MODE);
    await handle.writeFile(bytes);
    // Before the rename: file systems may order the two freely, and the new name would point at an empty file.
    await handle.sync();
  } finally {
    await handle.close();
  }
}
