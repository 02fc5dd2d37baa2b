import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import type { LogFileSystem } from '../../src/log/log-file-system.js';
import { nodeFileSystem } from '../../src/log/node-file-system.js';
import { scratchDirectory } from './scratch.js';

const run = promisify(execFile);
const real = nodeFileSystem(process.platform);

/** A directory where writing fails, for the kernel's own reason, between `fail` and `heal`. */
export interface FaultyDisk {
  readonly directory: string;
  readonly fs: LogFileSystem;
  /** What a write is refused with meanwhile. */
  readonly errno: string;
  fail(): Promise<void>;
  heal(): Promise<void>;
}

/** A tmpfs of 64 KiB that fills up, where we may mount one, as root may outside of most containers; else {@link devFull}. */
export async function fullDisk(): Promise<FaultyDisk> {
  const directory = await mountTmpfs();
  if (directory === undefined) return devFull();
  const filler = join(directory, 'filler');
  return {
    directory,
    fs: real,
    errno: 'ENOSPC',
    async fail() {
      await writeFile(filler, Buffer.alloc(1 << 20)).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      });
    },
    heal: () => rm(filler),
  };
}

/** A tmpfs that turns read-only, where we may mount one; else {@link procInstead}. */
export async function readOnlyDisk(): Promise<FaultyDisk> {
  const directory = await mountTmpfs();
  if (directory === undefined) return procInstead();
  const remount = async (mode: 'ro' | 'rw') => {
    await run('mount', ['-o', `remount,${mode}`, directory]);
  };
  return { directory, fs: real, errno: 'EROFS', fail: () => remount('ro'), heal: () => remount('rw') };
}

/** Anyone's full disk: while it fails, /dev/full takes the writes. */
export function devFull(): Promise<FaultyDisk> {
  return redirected('/dev/full', 'ENOSPC');
}

/** Anyone's file system where no file can be made: while it fails, files are opened in /proc. */
export function procInstead(): Promise<FaultyDisk> {
  return redirected('/proc/graft-election-test', 'ENOENT');
}

async function redirected(target: string, errno: string): Promise<FaultyDisk> {
  let isFailing = false;
  const fs: LogFileSystem = {
    ...real,
    async open(path, flags, mode) {
      if (!isFailing || flags === 'r') return real.open(path, flags, mode);
      // A device's mode is everybody's: root must not change it.
      return { ...(await real.open(target, 'w')), chmod: async () => undefined };
    },
  };
  const turn = (failing: boolean) => async () => {
    isFailing = failing;
  };
  return { directory: await scratchDirectory(), fs, errno, fail: turn(true), heal: turn(false) };
}

async function mountTmpfs(): Promise<string | undefined> {
  const directory = join(await scratchDirectory(), 'disk');
  await mkdir(directory);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'graft-election-test', directory]);
  } catch {
    return undefined;
  }
  onTestFinished(async () => {
    await run('umount', [directory]);
  });
  return directory;
}
