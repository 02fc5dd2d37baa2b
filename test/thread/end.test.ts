// How a worker ends: when it is told to, and when it is not.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BroadcastChannel } from 'node:worker_threads';
import { describe, expect, test, vi } from 'vitest';
import { compiledSourceDir } from '../support/compiled.js';
import { blockThisThread, drivers, LIMIT, Threads, Told, untilLeads } from './threads.js';

const execute = promisify(execFile);

describe.each(['throw', 'exit'])('a worker that ends by itself (%s)', (how) => {
  const name = `end-by-${how}`;
  const rpc = { module: drivers, export: 'fatal', options: { how, name } };

  function endWorker(): void {
    const channel = new BroadcastChannel(name);
    channel.postMessage('now');
    channel.close();
  }

  test('is reported, leadership is lost, the node is CLOSED, and what waits is let go', async () => {
    const threads = await Threads.create();
    const told = new Told();
    const node = await threads.start({ handler: told, rpc });
    await untilLeads(node);
    const leading = node.lead(
      ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    );
    endWorker();
    await vi.waitFor(() => expect(node.state).toBe('CLOSED'), LIMIT);
    expect(node.isLeader()).toBe(false);
    expect(node.leader).toBeUndefined();
    expect(told.errors.at(-1)).toMatchObject({ code: 'THREAD_FAILED' });
    if (how !== 'exit') expect(told.errors.at(-1)?.message).toContain('the driver broke');
    expect(told.changes.at(-1)).toMatchObject({ from: 'LEADER', to: 'CLOSED', term: 1 });
    await leading;
    await expect(node.untilLeader()).rejects.toMatchObject({ code: 'NODE_CLOSED' });
    await node.stepDown();
    await node.close();
    // The log is free: nothing of the thread is left.
    const next = await threads.start();
    expect(next.term).toBe(1);
  });

  test('while this thread is blocked: the first question after the lease is answered no, by the clock', async () => {
    const threads = await Threads.create();
    const node = await threads.start({ rpc });
    await untilLeads(node);
    endWorker();
    blockThisThread(1500);
    expect(node.isLeader()).toBe(false);
    expect(node.state).toBe('FOLLOWER');
    await vi.waitFor(() => expect(node.state).toBe('CLOSED'), LIMIT);
  });
});

test('a worker that ends before its node has joined makes start() reject', async () => {
  const threads = await Threads.create();
  const start = threads.start({ rpc: { module: new URL('./ends-at-once.mjs', import.meta.url) } });
  await expect(start).rejects.toMatchObject({ code: 'THREAD_FAILED' });
  await threads.start();
});

test('a driver that leaves a timer running is no obstacle to close()', async () => {
  const threads = await Threads.create();
  const node = await threads.start({ rpc: { module: drivers, export: 'leaking' } });
  await node.close();
  expect(node.state).toBe('CLOSED');
});

describe('a process with one node in a thread', () => {
  const script = async (log: string) => `
    const { ThreadedNode } = await import(${JSON.stringify(`file://${await compiledSourceDir()}/thread/index.js`)});
    const node = await ThreadedNode.start({
      cluster: { name: 'x', voters: ['a'] }, id: 'a', handler: {}, log: ${JSON.stringify(log)},
      rpc: { module: ${JSON.stringify(drivers.href)}, export: 'lone' },
    });
    console.log(await node.untilLeader(), node.isLeader());
    await node.close();
    console.log(node.state);
  `;

  test.each<[title: string, flags: string[]]>([
    ['given on the command line', ['--input-type=module', '-e']],
    [
      'where no code may be made from strings',
      ['--disallow-code-generation-from-strings', '--input-type=module', '-e'],
    ],
  ])('%s ends by itself once the node has closed', async (_title, flags) => {
    const threads = await Threads.create();
    const args = [...flags, await script(`${threads.directory}/a.log`)];
    const { stdout, stderr } = await execute(process.execPath, args, { timeout: 30_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'a true\nCLOSED\n', stderr: '' });
  });
});
