/**
 * The calls that a log file takes: a port, so that tests can record the sequence and stop or fail it at every step, and
 * a simulated disk can stand in. All but `overwrite` are as `node:fs/promises` has them.
 */
export interface LogFileSystem {
  open(path: string, flags: 'r' | 'r+' | 'w', mode?: number): Promise<LogFileHandle>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { readonly force: boolean }): Promise<void>;
  stat(path: string, options: { readonly bigint: true }): Promise<FileIdentity>;
}

export interface LogFileHandle {
  chmod(mode: number): Promise<void>;
  readFile(): Promise<Uint8Array>;
  /** From the beginning; the file is empty. */
  writeFile(bytes: Uint8Array): Promise<void>;
  /**
   * Over what is there, and resolves once that survives a power cut. Rejects when any of it may not: all of it may be
   * read then, and a part, or nothing, be on the disk.
   */
  overwrite(bytes: Uint8Array, position: number): Promise<void>;
  sync(): Promise<void>;
  stat(options: { readonly bigint: true }): Promise<FileIdentity>;
  close(): Promise<void>;
}

/** Which file a name or a handle stands for, and how long it is. */
export interface FileIdentity {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
}
