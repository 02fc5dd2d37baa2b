import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledSourceDir } from '../../support/compiled.js';
import { NatsServer } from '../../support/nats-server.js';

const script = fileURLToPath(new URL('exiting-node.mjs', import.meta.url));

describe('A process whose NatsRpcDriver has a connection of its own ends by itself after close', () => {
  let server: NatsServer;
  let child: ChildProcess;
  /** Settles with how the process ended, or what kept it from starting. */
  let ended: Promise<unknown[]>;

  beforeEach(async () => {
    server = await NatsServer.start();
    child = fork(script, [await compiledSourceDir(), server.url]);
    ended = once(child, 'exit');
    await report('started');
  });
  afterEach(async () => {
    child.kill('SIGKILL');
    await ended;
    await server.stop();
  });

  /** Resolves at the next message of the process, which must be this. */
  const report = async (reported: string) => {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    expect(message).toEqual({ reported });
  };

  it('while the server is up', async () => {
    child.send('close');
    expect(await ended).toEqual([0, null]);
  });

  it('while the server is frozen', async () => {
    await server.freeze();
    child.send('close');
    expect(await ended).toEqual([0, null]);
  });

  it('while the server is down', async () => {
    const noticed = report('DRIVER_DISCONNECTED');
    await server.kill();
    await noticed;
    child.send('close');
    expect(await ended).toEqual([0, null]);
  });
});
