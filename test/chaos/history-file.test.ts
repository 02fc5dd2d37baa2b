// Histories must tell all that was told before a SIGKILL, in whatever state the kill left the file.
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HistoryFile, readHistory } from './history-file.js';

async function historyPath(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-history-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return join(directory, 'a-1.jsonl');
}

test('A history is there without being closed, and tells when each thing was said', async () => {
  const path = await historyPath();
  const history = new HistoryFile(path);
  history.say({ kind: 'started' });
  history.say({ kind: 'answer', atUs: 5, untilUs: 6, term: 3 });
  expect(readHistory(path)).toEqual([
    { kind: 'started', atUs: expect.any(Number) },
    { kind: 'answer', atUs: 5, untilUs: 6, term: 3 },
  ]);
  history.close();
});

test('A last line that was cut short is no line, and all before it are read', async () => {
  const path = await historyPath();
  const history = new HistoryFile(path);
  history.say({ kind: 'started', atUs: 1 });
  history.close();
  await appendFile(path, '{"atUs":2,"kind":"ans');
  expect(readHistory(path)).toEqual([{ kind: 'started', atUs: 1 }]);
});

test('Two processes that append to one file never write into each other', async () => {
  const path = await historyPath();
  const [one, other] = [new HistoryFile(path), new HistoryFile(path)];
  for (let term = 0; term < 500; term++) (term % 2 === 0 ? one : other).say({ kind: 'term', atUs: term, term });
  expect(readHistory(path).map(({ atUs }) => atUs)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  one.close();
  other.close();
});
