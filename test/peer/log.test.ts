/** What the log file is to a node: the claims of nats-io/graft's log tests, with real files and the machine's clock. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Node } from '../../src/index.js';
import { decodeLog } from '../../src/log/image.js';
import { MemoryNetwork, MockRpcDriver } from '../../src/testing/index.js';
import { goLog, scratchDirectory } from '../log/scratch.js';

/** Short waits, so that a cluster of one leads after 40 ms. */
const timings = { electionTimeoutMinMs: 20, electionTimeoutMaxMs: 40, heartbeatIntervalMs: 5 };

async function startOn(log: string, size = 1): Promise<Node> {
  const node = await Node.start({
    cluster: { name: 'p', size },
    rpc: new MockRpcDriver(new MemoryNetwork()),
    handler: {},
    log,
    timings,
    preVote: false,
  });
  onTestFinished(() => node.close());
  return node;
}

async function newPath(): Promise<string> {
  return join(await scratchDirectory(), 'graft.log');
}

async function logged(path: string) {
  return decodeLog(await readFile(path), path);
}

test('a node that stands for election has written its term and its vote', async () => {
  const path = await newPath();
  const node = await startOn(path, 3);
  await vi.waitFor(() => expect(node.state).toBe('CANDIDATE'), { timeout: 20_000, interval: 1 });
  await vi.waitFor(async () => expect(await logged(path)).toMatchObject({ term: node.term, votedFor: node.id }), {
    timeout: 20_000,
    interval: 1,
  });
});

describe('the log of a node that leads', () => {
  test('is refused to a second node, where graft lets two write one file; closed, it gives the next one its term, vote and id', async () => {
    const path = await newPath();
    const node = await startOn(path);
    await vi.waitFor(() => expect(node.isLeader()).toBe(true), { timeout: 20_000, interval: 1 });
    await expect(startOn(path)).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    const { id, term, vote } = node;
    await node.close();
    const next = await startOn(path);
    expect(next.id).toBe(id);
    expect(next.term).toBeGreaterThanOrEqual(term);
    expect(vote).toBe(id);
  });

  test('stays when it closes, where graft deletes it and so forgets its vote', async () => {
    const path = await newPath();
    const node = await startOn(path);
    await vi.waitFor(() => expect(node.isLeader()).toBe(true), { timeout: 20_000, interval: 1 });
    await node.close();
    expect((await stat(path)).isFile()).toBe(true);
    expect(await logged(path)).toMatchObject({ term: node.term, votedFor: node.id, nodeId: node.id });
  });
});

describe('a log whose data were changed', () => {
  test('refuses the start as corrupt, names the file, and is left as it was', async () => {
    const path = await newPath();
    const node = await startOn(path);
    await vi.waitFor(() => expect(node.isLeader()).toBe(true), { timeout: 20_000, interval: 1 });
    await node.close();
    const envelope: unknown = JSON.parse((await readFile(path)).toString());
    const changed = JSON.stringify(Object.assign(Object(envelope), { Data: Buffer.from('ZZZZ').toString('base64') }));
    await writeFile(path, changed);
    await expect(startOn(path)).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      message: expect.stringContaining(path),
    });
    expect((await readFile(path)).toString()).toBe(changed);
  });
});

describe('the digest of a log that graft wrote', () => {
  test.each([
    ['later-term', 8],
    ['legacy-digest', 5],
  ])('%s is accepted, in the new form or the old, and the node goes on from its term', async (name, term) => {
    const path = await newPath();
    await writeFile(path, await goLog(name));
    const node = await startOn(path, 3);
    expect(node.term).toBeGreaterThanOrEqual(term);
    await node.close();
    expect((await logged(path)).term).toBeGreaterThanOrEqual(term);
  });

  test('flipped-byte fits neither form: the start is refused', async () => {
    const path = await newPath();
    await writeFile(path, await goLog('flipped-byte'));
    await expect(startOn(path, 3)).rejects.toMatchObject({ code: 'LOG_CORRUPT' });
  });
});
