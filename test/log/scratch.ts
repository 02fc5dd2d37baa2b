import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** A directory of this test alone, which other users may enter; removed when the test ends. */
export async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-log-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await chmod(directory, 0o755);
  return directory;
}

/** The bytes of a log that Go graft wrote, or that was made from one. */
export function goLog(name: string): Promise<Uint8Array> {
  return readFile(fileURLToPath(new URL(`../fixtures/go-graft/log-${name}.json`, import.meta.url)));
}
