// The proxy that cuts, silences, slows and narrows a line: each fault is tried on a real one, and is gone when it ends.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Cleanup } from './cleanup.js';
import { Link, type Trouble } from './link.js';

/** Generous: the machine may be busy. */
const LIMIT = { timeout: 30_000, interval: 5 };

let cleanup = new Cleanup();
afterEach(async () => {
  await cleanup[Symbol.asyncDispose]();
  cleanup = new Cleanup();
});

/** One end of a line, and what it has heard. */
class End {
  readonly socket: Socket;
  heard = '';
  hasEnded = false;
  isClosed = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => undefined).setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.heard += text;
    });
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('close', () => {
      this.isClosed = true;
    });
    cleanup.add(() => socket.destroy());
  }

  /** Nothing more comes from the other side. */
  get isLost(): boolean {
    return this.hasEnded || this.isClosed;
  }

  say(words: string): void {
    this.socket.write(words);
  }

  async hears(words: string): Promise<void> {
    await vi.waitFor(() => expect(this.heard).toBe(words), LIMIT);
  }
}

async function openLink() {
  const answering: End[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => answering.push(new End(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.add(() => server.close());
  const link = cleanup.use(await Link.open('a-b', () => (server.address() as AddressInfo).port));
  return { link, answering };
}

async function dial(link: Link): Promise<End> {
  const end = new End(connect({ port: link.port, host: '127.0.0.1', allowHalfOpen: true }));
  await vi.waitFor(() => expect(end.isClosed || !end.socket.connecting).toBe(true), LIMIT);
  return end;
}

async function openLine() {
  const { link, answering } = await openLink();
  const client = await dial(link);
  client.say('hello ');
  const server = await vi.waitFor(() => {
    const [end] = answering;
    if (end === undefined) throw new Error('nobody has come');
    return end;
  }, LIMIT);
  await server.hears('hello ');
  return { link, answering, client, server };
}

describe('A line through a link', () => {
  test('carries every byte both ways, in order', async () => {
    const { client, server } = await openLine();
    const long = 'x'.repeat(3_000_000);
    server.say(long);
    server.say('end');
    await client.hears(`${long}end`);
  });

  test('that one end has said all on lets the other go on', async () => {
    const { client, server } = await openLine();
    client.socket.end('bye');
    await vi.waitFor(() => expect(server.hasEnded).toBe(true), LIMIT);
    server.say('one more word');
    await client.hears('one more word');
  });

  test('is closed to one end when the other breaks off', async () => {
    const { link, client, server } = await openLine();
    server.socket.resetAndDestroy();
    await vi.waitFor(() => expect(client.isLost).toBe(true), LIMIT);
    expect(link.lines).toBe(0);
  });
});

describe('A link that is cut', () => {
  test('breaks its lines, breaks each new one, and takes new ones when the last cut has ended', async () => {
    const { link, client, server, answering } = await openLine();
    const ends = [link.cut(), link.cut()];
    await vi.waitFor(() => expect([client.isLost, server.isLost]).toEqual([true, true]), LIMIT);
    ends[0]?.();
    const refused = await dial(link);
    await vi.waitFor(() => expect(refused.isLost).toBe(true), LIMIT);
    expect(answering).toHaveLength(1);
    ends[1]?.();
    const again = await dial(link);
    again.say('back');
    await vi.waitFor(() => expect(answering[1]?.heard).toBe('back'), LIMIT);
  });
});

test('A cut ends a line at once, whatever waits to be read by an end that stands still', async () => {
  const { link, client, server } = await openLine();
  server.socket.pause();
  client.say('x'.repeat(20_000_000));
  await vi.waitFor(() => expect(client.socket.writableLength).toBeGreaterThan(0), LIMIT);
  link.cut();
  expect(link.lines).toBe(0);
  await vi.waitFor(() => expect(client.isLost).toBe(true), LIMIT);
});

describe.each(['up', 'down'] as const)('A link whose way %s', (direction) => {
  async function troubled(trouble: Trouble) {
    const { link, client, server } = await openLine();
    const [speaker, listener] = direction === 'up' ? [client, server] : [server, client];
    const before = listener.heard;
    return { speaker, listener, before, undo: link[direction].add(trouble) };
  }

  test('is silent holds what is said there, carries the other way, and lets go at the end', async () => {
    const { speaker, listener, before, undo } = await troubled({ kind: 'silence' });
    const heard = speaker.heard;
    speaker.say('held');
    // The answer has gone the whole way round: what was said before it would have been there.
    listener.say('through');
    await speaker.hears(`${heard}through`);
    await sleep(50);
    expect(listener.heard).toBe(before);
    undo();
    await listener.hears(`${before}held`);
  });

  test('is silent holds the end of a connection too', async () => {
    const { speaker, listener, undo } = await troubled({ kind: 'silence' });
    speaker.socket.end();
    await sleep(50);
    expect(listener.hasEnded).toBe(false);
    undo();
    await vi.waitFor(() => expect(listener.hasEnded).toBe(true), LIMIT);
  });

  test('is slow lets bytes through no sooner than that, in order', async () => {
    const { speaker, listener, before, undo } = await troubled({ kind: 'delay', delayMs: 200 });
    const saidMs = performance.now();
    speaker.say('a');
    await sleep(20);
    speaker.say('b');
    await listener.hears(`${before}ab`);
    expect(performance.now() - saidMs).toBeGreaterThanOrEqual(200);
    undo();
  });

  test('is narrow lets so many bytes a second through', async () => {
    const { speaker, listener, before, undo } = await troubled({ kind: 'throttle', bytesPerSecond: 1000 });
    const saidMs = performance.now();
    const words = 'x'.repeat(400);
    speaker.say(words);
    await listener.hears(before + words);
    expect(performance.now() - saidMs).toBeGreaterThanOrEqual(300);
    undo();
    const freeMs = performance.now();
    const many = 'y'.repeat(100_000);
    speaker.say(many);
    await listener.hears(before + words + many);
    expect(performance.now() - freeMs).toBeLessThan(20_000);
  });
});
