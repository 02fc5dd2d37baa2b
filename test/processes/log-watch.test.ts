// Who watches the logs on disk sees each content once, and a log that nobody could understand.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeLog } from '../../src/log/image.js';
import { LogWatch } from './log-watch.js';

/** Generous: the machine may be busy. */
const LIMIT = { timeout: 30_000 };

async function logPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-watch-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'a.log');
}

/** In one piece, as logs are written. */
async function replace(log: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${log}.tmp`, bytes);
  await rename(`${log}.tmp`, log);
}

const bytesOf = (term: number, votedFor: string) =>
  encodeLog({ term, votedFor, nodeId: parseNodeId('a'), isNew: false });

test('A log is seen missing, then with each vote that it held, the last one too', async () => {
  const log = await logPath();
  const watch = new LogWatch(() => [log]);
  await vi.waitFor(() => expect(watch.sightings).toHaveLength(1), LIMIT);
  await replace(log, bytesOf(3, 'a'));
  await vi.waitFor(() => expect(watch.sightings).toHaveLength(2), LIMIT);
  await replace(log, bytesOf(4, 'b'));
  await watch.stop();
  expect(watch.sightings).toEqual([
    { log, term: 0, votedFor: undefined },
    { log, term: 3, votedFor: 'a' },
    { log, term: 4, votedFor: 'b' },
  ]);
  expect(watch.corrupt).toEqual([]);
});

test('A log that was torn is told of, and ends no watching', async () => {
  const log = await logPath();
  await writeFile(log, bytesOf(3, 'a').subarray(0, 20));
  const watch = new LogWatch(() => [log]);
  await vi.waitFor(() => expect(watch.corrupt).toHaveLength(1), LIMIT);
  expect(watch.corrupt[0]).toContain(log);
  await replace(log, bytesOf(4, 'b'));
  await watch.stop();
  expect(watch.sightings).toEqual([{ log, term: 4, votedFor: 'b' }]);
});
