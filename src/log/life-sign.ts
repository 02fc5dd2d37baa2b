import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { errnoOf } from './errno.js';

/**
 * A socket in a directory that answers for as long as this process lives: the kernel closes it at whatever end the
 * process has, at the instant when its last thread can touch no file any more. Nobody has to compare pids, which
 * are used again, are all 1 in containers, and mean nothing in another container.
 */
export class LifeSign {
  readonly name: string;
  readonly #path: string;
  readonly #server: Server;

  private constructor(directory: string, name: string, server: Server) {
    this.name = name;
    this.#path = join(directory, name);
    this.#server = server;
  }

  /** Resolves when {@link isAlive} would say so. Rejects with the system's error. */
  static async start(directory: string): Promise<LifeSign> {
    const name = `.graft-lock-${randomBytes(8).toString('hex')}`;
    const server = createServer((visitor) => visitor.destroy());
    await withShortPath(directory, name, async (path) => {
      // exclusive: in a cluster worker the socket would otherwise be the primary's, and outlive the worker.
      // writableAll: a restart under another user must be able to see that the former process is gone.
      server.listen({ path, exclusive: true, writableAll: true });
      await once(server, 'listening');
    });
    // A visitor that could not be accepted, for want of descriptors, has seen what it came for: it was connected.
    server.on('error', () => undefined);
    server.unref();
    return new LifeSign(directory, name, server);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
    await rm(this.#path, { force: true });
  }
}

/** Whether the process that started the life sign `name` still runs; it must be, or have been, on this kernel. */
export async function isAlive(directory: string, name: string): Promise<boolean> {
  return withShortPath(directory, name, async (path) => {
    const visitor = connect({ path });
    try {
      await once(visitor, 'connect');
      return true;
    } catch (error) {
      const errno = errnoOf(error);
      // Anything else, such as a full queue before a stopped process, does not prove an end.
      return errno !== 'ECONNREFUSED' && errno !== 'ENOENT';
    } finally {
      visitor.destroy();
    }
  });
}

/** A socket's path has 107 characters at most, a log's directory more: on Linux an open directory has a short name. */
async function withShortPath<T>(directory: string, name: string, use: (path: string) => Promise<T>): Promise<T> {
  if (process.platform !== 'linux') return use(join(directory, name));
  const handle = await open(directory, 'r');
  try {
    return await use(`/proc/self/fd/${handle.fd}/${name}`);
  } finally {
    await handle.close();
  }
}
