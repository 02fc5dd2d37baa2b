// What belongs to this thread cannot go into a worker, and is refused before one is started.
import { describe, expect, test } from 'vitest';
import { MemoryLog } from '../../src/log/memory-log.js';
import { systemClock } from '../../src/node/clock.js';
import { MemoryNetwork } from '../../src/testing/memory-network.js';
import { MockRpcDriver } from '../../src/testing/mock-rpc-driver.js';
import { parseThreadedOptions, type ThreadedNodeOptions } from '../../src/thread/user/options.js';

const good: ThreadedNodeOptions = {
  cluster: { name: 'x', voters: ['a', 'b', 'c'] },
  id: 'a',
  rpc: { nats: { servers: 'nats://127.0.0.1:4222' } },
  handler: {},
  log: './a.log',
};
const connection = { publish() {}, subscribe() {}, flush() {}, status() {}, closed() {}, isClosed() {}, close() {} };

describe('what cannot cross is refused, and named', () => {
  test.each<[title: string, changes: object, path: string]>([
    ['an open NATS connection', { rpc: { nats: connection } }, 'rpc.nats is an open connection'],
    ['a driver', { rpc: new MockRpcDriver(new MemoryNetwork()) }, 'rpc is a driver'],
    ['an authenticator', { rpc: { nats: { authenticator: () => ({}) } } }, 'rpc.nats.authenticator'],
    [
      'a function among the options of connect',
      { rpc: { nats: { reconnectDelayHandler: () => 5 } } },
      'rpc.nats.reconnectDelayHandler is a function',
    ],
    ['a server to be mounted into', { rpc: { http: { peers: {}, listen: 'mounted' } } }, 'rpc.http.listen'],
    ['undici', { rpc: { http: { peers: {}, undici: { Pool: class Pool {} } } } }, 'rpc.http.undici.Pool is a function'],
    [
      'a function for a module of one’s own, however deep',
      { rpc: { module: import.meta.url, options: { list: [1, { retry: () => 5 }] } } },
      'rpc.options.list[1].retry is a function (retry)',
    ],
    [
      'an instance of a class, which would arrive without its methods',
      { rpc: { module: import.meta.url, options: new (class Settings {})() } },
      'rpc.options is an instance of "Settings"',
    ],
    ['a log of one’s own', { log: new MemoryLog() }, 'log is an object'],
    ['a clock', { clock: systemClock }, 'clock'],
    ['a generator', { rng: { next: Math.random } }, 'rng'],
  ])('%s', (_title, changes, path) => {
    const start = () => parseThreadedOptions({ ...good, ...changes });
    expect(start).toThrowError(expect.objectContaining({ code: 'CANNOT_CROSS_THREADS' }));
    expect(start).toThrowError(path);
  });
});

describe('what is wrong is refused, with its value', () => {
  test.each<[title: string, changes: object, code: string, mentioned: string]>([
    ['no description of a driver', { rpc: undefined }, 'MISSING_DRIVER', 'undefined'],
    ['one of none', { rpc: { kafka: {} } }, 'MISSING_DRIVER', 'kafka'],
    ['one of two', { rpc: { nats: {}, http: {} } }, 'MISSING_DRIVER', 'nats and http'],
    ['a module by a path', { rpc: { module: './driver.js' } }, 'INVALID_OPTION', '"./driver.js"'],
    [
      'an export without a name',
      { rpc: { module: import.meta.url, export: '' } },
      'INVALID_OPTION',
      'rpc.export is ""',
    ],
    ['no log', { log: undefined }, 'MISSING_LOG', 'undefined'],
    ['no handler', { handler: undefined }, 'MISSING_HANDLER', 'undefined'],
    ['a limit of no time', { thread: { mainThreadTimeoutMs: 0 } }, 'INVALID_OPTION', 'thread.mainThreadTimeoutMs is 0'],
    [
      'a limit that never comes',
      { thread: { mainThreadTimeoutMs: Number.POSITIVE_INFINITY } },
      'INVALID_OPTION',
      'thread.mainThreadTimeoutMs is Infinity',
    ],
    ['an age of no time', { thread: { positionMaxAgeMs: 1 } }, 'INVALID_OPTION', 'thread.positionMaxAgeMs is 1'],
    ['true for thread', { thread: true }, 'INVALID_OPTION', 'thread is true'],
    ['an option that there is none', { banana: 3 }, 'INVALID_OPTION', 'banana is no option'],
    ['a limit that there is none', { thread: { timeoutMs: 900 } }, 'INVALID_OPTION', 'thread.timeoutMs is no option'],
    [
      'a limit among the options',
      { mainThreadTimeoutMs: 900 },
      'INVALID_OPTION',
      'did you mean thread.mainThreadTimeoutMs?',
    ],
    [
      'a timing among the options',
      { requestIntervalMs: 9 },
      'INVALID_OPTION',
      'did you mean timings.requestIntervalMs?',
    ],
    ['a cluster without a name', { cluster: { name: '', size: 3 } }, 'INVALID_CLUSTER', '""'],
    ['timings that contradict', { timings: { heartbeatIntervalMs: 400 } }, 'CONTRADICTING_TIMINGS', '400'],
  ])('%s', (_title, changes, code, mentioned) => {
    const start = () => parseThreadedOptions({ ...good, ...changes });
    expect(start).toThrowError(expect.objectContaining({ code }));
    expect(start).toThrowError(mentioned);
  });
});

test('what can cross is taken, with the defaults', () => {
  expect(parseThreadedOptions({ ...good, rpc: { module: new URL(import.meta.url) } })).toMatchObject({
    rpc: { module: import.meta.url, export: 'default' },
    mainThreadTimeoutMs: 5000,
    positionMaxAgeMs: 1000,
    drainTimeoutMs: 5000,
  });
  const tls = { cert: new Uint8Array(3), key: 'pem', ca: 'pem' };
  const http = { peers: { a: 'https://a:1' }, tls, listen: { port: 7 } };
  expect(parseThreadedOptions({ ...good, rpc: { http } }).rpc).toEqual({ http });
});

test('an observer needs no log', () => {
  const { log: _, ...withoutLog } = good;
  expect(parseThreadedOptions({ ...withoutLog, id: 'z', observer: true }).log).toBeUndefined();
});
