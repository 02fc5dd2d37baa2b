/** What a handler is told: the claims of nats-io/graft's handler tests. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ChanHandler, type GraftError, Node } from '../../src/index.js';
import { MemoryNetwork, MockRpcDriver } from '../../src/testing/index.js';
import { scratchDirectory } from '../log/scratch.js';
import { LoneNode, OTHER, PEER } from './lone-node.js';

/** The next `count` entries of an iterator that has them. */
async function take<Entry>(reader: AsyncIterator<Entry>, count: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  while (entries.length < count) {
    const { value, done } = await reader.next();
    if (done === true) throw new Error(`ended after ${entries.length} entries`);
    entries.push(value);
  }
  return entries;
}

test('state changes are told in order: follower, pre-candidate, candidate, leader, and follower when a newer term is heard', async () => {
  const handler = new ChanHandler();
  const reader = handler.stateChanges();
  const lone = await LoneNode.start({ handler });
  await lone.elect();
  await lone.hearsHeartbeat({ term: lone.node.term + 1, leader: OTHER });
  expect(await take(reader, 4)).toMatchObject([
    { from: 'FOLLOWER', to: 'PRE_CANDIDATE', term: 0 },
    { from: 'PRE_CANDIDATE', to: 'CANDIDATE', term: 1 },
    { from: 'CANDIDATE', to: 'LEADER', term: 1 },
    { from: 'LEADER', to: 'FOLLOWER', term: 1 },
  ]);
});

test('an error of the log comes to the handler: its code, its cause, and the path in its message', async () => {
  const directory = await scratchDirectory();
  const path = join(directory, 'graft.log');
  const handler = new ChanHandler();
  const errors: GraftError[] = [];
  const reading = (async () => {
    for await (const error of handler.errors()) errors.push(error);
  })();
  const node = await Node.start({
    cluster: { name: 'foo', size: 1 },
    rpc: new MockRpcDriver(new MemoryNetwork()),
    handler,
    log: path,
  });
  // Nobody can write into a directory that is gone, root included.
  await rm(directory, { recursive: true });
  await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0), { timeout: 20_000, interval: 20 });
  expect(errors[0]).toMatchObject({
    code: 'LOG_WRITE_FAILED',
    message: expect.stringContaining(path),
    cause: expect.objectContaining({ code: 'ENOENT' }),
  });
  expect(node.isLeader()).toBe(false);
  await node.close();
  await reading;
});

test('a handler that nobody reads does not block the node; twenty changes and three errors later, all are read in order', async () => {
  const handler = new ChanHandler();
  const changes = handler.stateChanges();
  const errors = handler.errors();
  const lone = await LoneNode.start({ handler });
  for (let index = 0; index < 5; index++) {
    await lone.elect();
    lone.peerAgrees = false;
    await lone.hearsHeartbeat({ term: lone.node.term + 1, leader: OTHER });
    expect(lone.node.state).toBe('FOLLOWER');
    await lone.clock.advance(600);
  }
  lone.disk.faults = { latencyMs: 0, failure: 1 };
  await lone.hearsHeartbeat({ term: lone.node.term + 1, leader: PEER });
  await lone.hearsHeartbeat({ term: lone.node.term, leader: 'nobody-listed' });
  await lone.asksForVote(lone.node.term, { incarnation: 0 });
  const read = await take(changes, 20);
  const path = ['PRE_CANDIDATE', 'CANDIDATE', 'LEADER', 'FOLLOWER'];
  expect(read.map(({ to }) => to)).toEqual([...path, ...path, ...path, ...path, ...path]);
  expect(read.every(({ missed }) => missed === 0)).toBe(true);
  const codes = (await take(errors, 3)).map(({ code }) => code);
  expect(codes).toEqual(['LOG_WRITE_FAILED', 'UNLISTED_VOTER', 'PLAIN_GRAFT_PEER']);
});

test('a reader that never reads costs a bounded memory, where graft keeps all: what is too old is merged, the newest is right', async () => {
  const handler = new ChanHandler({ capacity: 3 });
  const reader = handler.stateChanges();
  const lone = await LoneNode.start({ handler });
  for (let index = 0; index < 5; index++) {
    await lone.elect();
    lone.peerAgrees = false;
    await lone.hearsHeartbeat({ term: lone.node.term + 1, leader: OTHER });
    await lone.clock.advance(600);
  }
  const read = await take(reader, 3);
  expect(read[0]?.from).toBe('FOLLOWER');
  expect(read.reduce((sum, { missed }) => sum + missed + 1, 0)).toBeGreaterThanOrEqual(20);
  expect(read.at(-1)?.to).toBe(lone.node.state);
});
