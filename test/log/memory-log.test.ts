/** Term and vote in memory: rules 1 and 7. */
import { expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { MemoryLog } from '../../src/log/memory-log.js';

const saved = { term: 3, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };

test('a memory log begins new, so that its node owes the longer wait', async () => {
  expect(await new MemoryLog().open()).toEqual({ term: 0, votedFor: undefined, nodeId: undefined, isNew: true });
});

test('a memory log keeps what was saved when it is closed and opened again', async () => {
  const log = new MemoryLog();
  await log.open();
  await log.save(saved);
  await log.close();
  await log.close();
  expect(await log.open()).toEqual(saved);
});

test('an open memory log has one owner', async () => {
  const log = new MemoryLog();
  await log.open();
  await expect(log.open()).rejects.toMatchObject({
    code: 'LOG_LOCKED',
    message: expect.stringContaining(`pid ${process.pid}`),
  });
});

test('a memory log that is not open saves nothing', async () => {
  const log = new MemoryLog();
  await expect(log.save(saved)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED' });
  expect(await log.open()).toMatchObject({ term: 0 });
});
