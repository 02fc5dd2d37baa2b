import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The disk of one member's log, which can be full. */
export class LogVolume implements AsyncDisposable {
  readonly directory: string;
  /** Real: a file system of 64 KiB of its own. Where nothing can be mounted, a device that is always full instead. */
  readonly kind: 'tmpfs' | '/dev/full';
  /** What is there while the disk is full. */
  readonly #filler: string;

  private constructor(directory: string, kind: LogVolume['kind']) {
    this.directory = directory;
    this.kind = kind;
    this.#filler = join(directory, 'filler');
  }

  static async mount(directory: string): Promise<LogVolume> {
    await mkdir(directory, { recursive: true });
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'graft-election-chaos', directory]);
      return new LogVolume(directory, 'tmpfs');
    } catch {
      return new LogVolume(directory, '/dev/full');
    }
  }

  /** The file that says to the member that its disk is full; undefined where it really is. */
  get flag(): string | undefined {
    return this.kind === 'tmpfs' ? undefined : this.#filler;
  }

  /** @returns what makes room again. */
  async fill(): Promise<() => Promise<void>> {
    await writeFile(this.#filler, Buffer.alloc(this.kind === 'tmpfs' ? 1 << 20 : 0)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
    });
    return () => rm(this.#filler, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.kind === 'tmpfs') await run('umount', [this.directory]);
  }
}
