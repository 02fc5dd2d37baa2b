/** DESIGN section 6: bad use is an error with a code and the value; rule 4: identity; a failed start leaves nothing. */
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GraftError } from '../../src/core/errors.js';
import { parseNodeId } from '../../src/core/names.js';
import type { DriverContext, RpcDriver } from '../../src/drivers/rpc-driver.js';
import { FileLog } from '../../src/log/file-log.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { Node } from '../../src/node/node.js';
import type { NodeOptions } from '../../src/node/options.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { compiledSourceDir } from '../support/compiled.js';
import { FaultyLog } from './faulty-log.js';
import { Sim } from './sim.js';

const execute = promisify(execFile);

/** Counts what a node does with its driver; `init` does what the test says. */
class ProbeDriver implements RpcDriver {
  inits = 0;
  closes = 0;
  context: DriverContext | undefined;
  readonly #onInit: (signal: AbortSignal | undefined) => Promise<void>;

  constructor(onInit: (signal: AbortSignal | undefined) => Promise<void> = async () => undefined) {
    this.#onInit = onInit;
  }

  async init(context: DriverContext, signal?: AbortSignal): Promise<void> {
    this.inits += 1;
    this.context = context;
    await this.#onInit(signal);
  }

  broadcast(): void {}
  send(): void {}

  async close(): Promise<void> {
    this.closes += 1;
  }
}

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-node-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** What a JavaScript user may write, types or not. */
type Loose = Record<string, unknown>;

describe('options that are missing or wrong are refused, with the code and the value, before anything is opened', () => {
  const cases: readonly [title: string, changes: Loose, code: string, ...mentioned: string[]][] = [
    ['no cluster', { cluster: undefined }, 'INVALID_CLUSTER', 'undefined'],
    ['an empty cluster name', { cluster: { name: '', size: 3 } }, 'INVALID_CLUSTER', '""'],
    ['a wildcard as cluster name', { cluster: { name: '>', size: 3 } }, 'INVALID_CLUSTER', '">"'],
    ['size 0', { cluster: { name: 'x', size: 0 } }, 'INVALID_CLUSTER', '0'],
    ['no voters', { cluster: { name: 'x', voters: [] } }, 'INVALID_CLUSTER', 'empty'],
    ['voters and size', { cluster: { name: 'x', voters: ['a'], size: 1 } }, 'INVALID_CLUSTER', 'voters', 'size'],
    ['a voter twice', { cluster: { name: 'x', voters: ['a', 'a'] } }, 'INVALID_CLUSTER', '"a"'],
    ['an id with a dot', { id: 'a.b' }, 'INVALID_ID', '"a.b"'],
    ['an id outside voters', { id: 'z' }, 'INVALID_OPTION', '"z"', 'a, b, c'],
    ['no handler', { handler: undefined }, 'MISSING_HANDLER', 'undefined'],
    ['a function as handler', { handler: 'stateChange' }, 'MISSING_HANDLER', '"stateChange"'],
    ['no driver', { rpc: undefined }, 'MISSING_DRIVER', 'undefined'],
    ['a driver without close', { rpc: { init() {}, broadcast() {}, send() {} } }, 'MISSING_DRIVER', 'an object'],
    ['no log', { log: undefined }, 'MISSING_LOG', 'undefined'],
    ['an empty path', { log: '' }, 'MISSING_LOG', '""'],
    ['a log that is none', { log: { open() {} } }, 'MISSING_LOG', 'an object'],
    ['priority 256', { priority: 256 }, 'INVALID_OPTION', '256'],
    ['a negative drain timeout', { drainTimeoutMs: -1 }, 'INVALID_OPTION', '-1'],
    ['an endless drain timeout', { drainTimeoutMs: Number.POSITIVE_INFINITY }, 'INVALID_OPTION', 'Infinity'],
    ['a drain timeout in words', { drainTimeoutMs: '5s' }, 'INVALID_OPTION', '"5s"'],
    [
      'a heartbeat of half the election timeout',
      { timings: { heartbeatIntervalMs: 250 } },
      'CONTRADICTING_TIMINGS',
      '250',
      '500',
    ],
    [
      'a longest election timeout below the shortest',
      { timings: { electionTimeoutMaxMs: 400 } },
      'CONTRADICTING_TIMINGS',
      '400',
      '500',
    ],
    ['a timing of 0', { timings: { electionTimeoutMinMs: 0 } }, 'INVALID_OPTION', '0'],
    ['interop with voters', { interop: true }, 'INVALID_OPTION', 'interop', 'cluster.voters'],
    ['a voter that only observes', { observer: true }, 'INVALID_OPTION', '"a"', 'observer'],
    ['an observer in words', { observer: 'yes' }, 'INVALID_OPTION', '"yes"'],
    ['an option that there is none', { banana: 3 }, 'INVALID_OPTION', 'banana', 'drainTimeoutMs'],
    ['one by the name of what every object has', { toString: 3 }, 'INVALID_OPTION', 'toString'],
    [
      'timings among the options',
      { electionTimeoutMinMs: 2000, heartbeatIntervalMs: 50 },
      'INVALID_OPTION',
      'electionTimeoutMinMs is no',
      'did you mean timings.electionTimeoutMinMs?',
    ],
    ['voters among the options', { voters: ['a'] }, 'INVALID_OPTION', 'did you mean cluster.voters?'],
    ['a timing that there is none', { timings: { leaseMs: 3 } }, 'INVALID_OPTION', 'timings.leaseMs', 'maxClockDrift'],
    [
      'something else in the cluster',
      { cluster: { name: 'x', size: 1, sizes: 3 } },
      'INVALID_OPTION',
      'cluster.sizes is no',
      'name, voters, size',
    ],
    ['a thread', { thread: {} }, 'INVALID_OPTION', 'thread is no'],
  ];

  test.each(cases)('%s: %o', async (_title, changes, code, ...mentioned) => {
    const sim = new Sim();
    const log = new FaultyLog();
    const rpc = new ProbeDriver();
    const options: Loose = { ...sim.options('a'), log, rpc, ...changes };
    const error: unknown = await Node.start(options as Loose & NodeOptions).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(GraftError);
    expect(error).toMatchObject({ code });
    for (const value of mentioned) expect((error as GraftError).message).toContain(value);
    expect({ opens: log.opens, inits: rpc.inits, timers: sim.clock.pendingTimers }).toEqual({
      opens: 0,
      inits: 0,
      timers: 0,
    });
  });

  test('no options at all', async () => {
    const nothing: unknown = undefined;
    await expect(Node.start(nothing as NodeOptions)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('undefined'),
    });
  });

  test('a path of options that are wrong is not even created', async () => {
    const path = join(await scratch(), 'graft.log');
    await expect(Node.start(new Sim().options('z', { log: path }))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('a start that fails at a step leaves nothing running', () => {
  test('log corrupt: LOG_CORRUPT names the file, the driver is never begun, the lock is gone', async () => {
    const directory = await scratch();
    const path = join(directory, 'graft.log');
    await writeFile(path, 'not a log');
    const sim = new Sim();
    const rpc = new ProbeDriver();
    await expect(Node.start(sim.options('a', { log: path, rpc }))).rejects.toMatchObject({
      code: 'LOG_CORRUPT',
      message: expect.stringContaining(path),
    });
    expect({ inits: rpc.inits, timers: sim.clock.pendingTimers }).toEqual({ inits: 0, timers: 0 });
    expect(await readdir(directory)).toEqual(['graft.log']);
  });

  test('log locked by another node of this process: LOG_LOCKED, and that node keeps it', async () => {
    const path = join(await scratch(), 'graft.log');
    const owner = new FileLog(path);
    onTestFinished(() => owner.close());
    await owner.open();
    await expect(Node.start(new Sim().options('a', { log: path }))).rejects.toMatchObject({
      code: 'LOG_LOCKED',
      message: expect.stringContaining(String(process.pid)),
    });
    await owner.save({ term: 1, votedFor: undefined, nodeId: undefined, isNew: false });
  });

  test('one log object given to two nodes: the second is refused and does not close the log of the first', async () => {
    const sim = new Sim(['a']);
    const log = new FaultyLog();
    const { leader } = await sim.elect(() => ({ log }));
    await expect(Node.start(sim.options('a', { log }))).rejects.toMatchObject({ code: 'LOG_LOCKED' });
    expect({ isOpen: log.isOpen, closes: log.closes }).toEqual({ isOpen: true, closes: 0 });
    expect(leader.node.isLeader()).toBe(true);
  });

  test('the log belongs to another id: LOG_OWNED_BY_OTHER_ID with both, released', async () => {
    const sim = new Sim();
    const log = new MemoryLog();
    await sim.run((await Node.start(sim.options('b', { log }))).close());
    await expect(Node.start(sim.options('a', { log }))).rejects.toMatchObject({
      code: 'LOG_OWNED_BY_OTHER_ID',
      message: expect.stringMatching(/"b".*"a"/),
    });
    await expect(log.open()).resolves.toMatchObject({ nodeId: 'b' });
    expect(sim.clock.pendingTimers).toBe(0);
  });

  test('no id where voters are listed and the log holds none: INVALID_OPTION, and nothing is saved', async () => {
    const log = new FaultyLog();
    await expect(Node.start({ ...new Sim().options('a', { log }), id: undefined })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('a, b, c'),
    });
    expect({ saved: log.saved, isOpen: log.isOpen }).toEqual({ saved: [], isOpen: false });
  });

  test('the first write fails: LOG_WRITE_FAILED with the cause, driver never begun, log released', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const full = new Error('ENOSPC');
    log.fail(full);
    const rpc = new ProbeDriver();
    await expect(Node.start(sim.options('a', { log, rpc }))).rejects.toMatchObject({
      code: 'LOG_WRITE_FAILED',
      cause: full,
    });
    expect({ isOpen: log.isOpen, inits: rpc.inits, timers: sim.clock.pendingTimers }).toEqual({
      isOpen: false,
      inits: 0,
      timers: 0,
    });
  });

  test('the driver cannot listen: its error, as it is; log released, driver left to itself', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const failure = new GraftError('DRIVER_FAILED', 'no server');
    const rpc = new ProbeDriver(() => Promise.reject(failure));
    await expect(Node.start(sim.options('a', { log, rpc }))).rejects.toBe(failure);
    expect({ isOpen: log.isOpen, closes: rpc.closes, timers: sim.clock.pendingTimers }).toEqual({
      isOpen: false,
      closes: 0,
      timers: 0,
    });
  });

  test('the driver is another node’s: DRIVER_IN_USE, and that node goes on leading with it', async () => {
    const sim = new Sim(['a']);
    const rpc = new MockRpcDriver(sim.network);
    const { leader } = await sim.elect(() => ({ rpc }));
    await expect(Node.start(sim.options('a', { rpc }))).rejects.toMatchObject({ code: 'DRIVER_IN_USE' });
    const stranger = parseNodeId('z');
    sim.inject('a', { kind: 'heartbeat', term: 9, leader: stranger, round: 1, heir: undefined, incarnation: 5 });
    await sim.clock.advanceUntil(() => leader.told.codes.includes('UNLISTED_VOTER'), 1000);
    expect(leader.node.isLeader()).toBe(true);
  });

  test('a log whose close rejects does not hide why the start failed', async () => {
    const log = new FaultyLog();
    log.onClose = () => Promise.reject(new Error('close failed'));
    const rpc = new ProbeDriver(() => Promise.reject(new GraftError('DRIVER_FAILED', 'no server')));
    await expect(Node.start(new Sim().options('a', { log, rpc }))).rejects.toMatchObject({ code: 'DRIVER_FAILED' });
  });

  test('the process of a failed start ends by itself', async () => {
    const compiled = await compiledSourceDir();
    const script = `
      const { Node } = await import(${JSON.stringify(`file://${compiled}/node/node.js`)});
      const rpc = { init: async () => { throw new Error('no server'); }, broadcast() {}, send() {}, close: async () => {} };
      const cluster = { name: 'x', voters: ['a'] };
      await Node.start({ cluster, id: 'a', rpc, handler: {}, log: process.argv[1] }).catch((error) => console.log(error.message));
    `;
    const path = join(await scratch(), 'graft.log');
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', script, path], {
      timeout: 30_000,
    });
    expect(stdout).toBe('no server\n');
  });
});

describe('AbortSignal of a start', () => {
  const reason = new Error('changed my mind');

  test('aborted already: rejects with its reason and opens nothing', async () => {
    const log = new FaultyLog();
    await expect(Node.start(new Sim().options('a', { log, signal: AbortSignal.abort(reason) }))).rejects.toBe(reason);
    expect(log.opens).toBe(0);
  });

  test('aborted while the log opens: the log is released and the driver never begun', async () => {
    const log = new FaultyLog();
    const rpc = new ProbeDriver();
    const abort = new AbortController();
    const starting = Node.start(new Sim().options('a', { log, rpc, signal: abort.signal }));
    abort.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect({ isOpen: log.isOpen, inits: rpc.inits }).toEqual({ isOpen: false, inits: 0 });
  });

  test('aborted while the id is saved: likewise', async () => {
    const log = new FaultyLog();
    log.hang();
    const rpc = new ProbeDriver();
    const abort = new AbortController();
    const starting = Node.start(new Sim().options('a', { log, rpc, signal: abort.signal }));
    abort.abort(reason);
    log.heal();
    await expect(starting).rejects.toBe(reason);
    expect({ isOpen: log.isOpen, inits: rpc.inits }).toEqual({ isOpen: false, inits: 0 });
  });

  test('aborted during init of a driver that heeds it: rejects, the log is released', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const abort = new AbortController();
    const rpc = new ProbeDriver(
      (signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    );
    const starting = Node.start(sim.options('a', { log, rpc, signal: abort.signal }));
    await sim.clock.advanceUntil(() => rpc.inits === 1, 100);
    abort.abort(reason);
    await expect(starting).rejects.toBe(reason);
    expect({ isOpen: log.isOpen, timers: sim.clock.pendingTimers }).toEqual({ isOpen: false, timers: 0 });
  });

  test('aborted during init of a driver that listens all the same: that driver is closed again', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    const abort = new AbortController();
    const rpc = new ProbeDriver(async () => abort.abort(reason));
    await expect(Node.start(sim.options('a', { log, rpc, signal: abort.signal }))).rejects.toBe(reason);
    expect({ isOpen: log.isOpen, closes: rpc.closes, timers: sim.clock.pendingTimers }).toEqual({
      isOpen: false,
      closes: 1,
      timers: 0,
    });
  });

  test('aborted after the start: nothing happens', async () => {
    const sim = new Sim(['a']);
    const abort = new AbortController();
    const { leader } = await sim.elect(() => ({ signal: abort.signal }));
    abort.abort(reason);
    await sim.clock.advance(2000);
    expect(leader.node.isLeader()).toBe(true);
  });
});

describe('identity (rule 4)', () => {
  const size = { cluster: { name: 'test', size: 1 } } as const;

  test('an id that is not given is drawn once, kept in the log before anybody hears of it, and found there again', async () => {
    const sim = new Sim();
    const log = new FaultyLog();
    let savedAtInit = 0;
    const rpc = new ProbeDriver(async () => {
      savedAtInit = log.saved.length;
    });
    const first = await Node.start({ ...sim.options('a', { ...size, log, rpc }), id: undefined });
    const { id } = first;
    const { incarnation } = first.status();
    expect(id).toMatch(/^[0-9a-f]{26}$/);
    expect({ savedAtInit, saved: log.saved }).toMatchObject({ savedAtInit: 1, saved: [{ nodeId: id, term: 0 }] });
    await sim.run(first.close());

    const second = await Node.start({ ...sim.options('a', { ...size, log }), id: undefined });
    expect(second.id).toBe(id);
    expect(second.status().incarnation).not.toBe(incarnation);
    await sim.run(second.close());
  });

  test('an observer with a log keeps its drawn id there too', async () => {
    const sim = new Sim();
    const log = new MemoryLog();
    const start = () => Node.start({ ...sim.options('a', { log, observer: true }), id: undefined });
    const first = await start();
    await sim.run(first.close());
    const second = await start();
    expect(second.id).toBe(first.id);
    await sim.run(second.close());
  });

  test('an observer needs no log and no id', async () => {
    const sim = new Sim();
    const observer = await Node.start({ ...sim.options('a', { observer: true }), id: undefined, log: undefined });
    await sim.elect();
    expect(observer.leader).toBe(sim.elected.leader.node.id);
    await sim.run(observer.close());
  });
});

describe('what arrives before the node has started', () => {
  test('is lost and harms nothing, from a driver that delivers during init', async () => {
    const sim = new Sim(['a', 'b']);
    const rpc = new ProbeDriver(async () => {
      rpc.context?.receive({
        kind: 'timeoutNow',
        term: 0,
        leader: sim.member('b').node.id,
      });
    });
    await sim.start('b');
    const { node, told } = await sim.start('a', { rpc });
    expect({ term: node.term, changes: told.changes, errors: told.errors }).toEqual({
      term: 0,
      changes: [],
      errors: [],
    });
  });
});
