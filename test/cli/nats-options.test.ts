// How to connect, as the nats command line has it: options, variables, contexts.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFlags } from '../../src/cli/flags.js';
import { NATS_FLAGS, natsOptions } from '../../src/cli/nats/nats-flags.js';
import { TLS_FLAGS } from '../../src/cli/tls-flags.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'graft-home-'));
  const folder = join(home, '.config/nats/context');
  await mkdir(folder, { recursive: true });
  const contexts = {
    ops: {
      url: 'nats://ops:4222',
      user: 'operator',
      password: 'pa$$word',
      ca: '$CERTS/ca.pem',
      cert: '~/c',
      key: '~/k',
    },
    dev: { description: 'development', url: 'nats://dev:4222,nats://dev:4223', token: 't' },
    nsc: { url: 'nats://x', nsc: 'nsc://o/a/u' },
  };
  for (const [name, context] of Object.entries(contexts)) {
    await writeFile(join(folder, `${name}.json`), JSON.stringify(context));
  }
  await writeFile(join(folder, 'broken.json'), '{');
});
afterAll(() => rm(home, { recursive: true }));

const connect = (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const all = { HOME: home, CERTS: '/certs', ...env };
  return natsOptions(parseFlags({ ...NATS_FLAGS, ...TLS_FLAGS }, args, all), all);
};

describe('connecting', () => {
  test('goes to this machine where nothing is said, and to NATS_URL or --server where it is', async () => {
    expect(await connect([])).toEqual({ servers: ['nats://127.0.0.1:4222'] });
    expect(await connect([], { NATS_URL: 'n1' })).toEqual({ servers: ['n1'] });
    expect(await connect(['-s', 'n1, n2'], { NATS_URL: 'n3' })).toEqual({ servers: ['n1', 'n2'] });
  });

  test('shows a user and password, or a token, which is also a user without a password', async () => {
    expect(await connect([], { NATS_USER: 'u', NATS_PASSWORD: 'p' })).toMatchObject({ user: 'u', pass: 'p' });
    expect(await connect(['--user', 't'])).toEqual({ servers: ['nats://127.0.0.1:4222'], token: 't' });
    expect(await connect(['--token', 't'])).toMatchObject({ token: 't' });
  });

  test('has the files of TLS, a certificate with its key', async () => {
    expect(await connect(['--tlsca', 'ca'])).toMatchObject({ tls: { caFile: 'ca' } });
    expect(await connect(['--tlscert', 'c', '--tlskey', 'k'])).toMatchObject({ tls: { certFile: 'c', keyFile: 'k' } });
    await expect(connect(['--tlscert', 'c'])).rejects.toThrow('belong together');
  });

  test('takes a context by name, with its files filled in and its password as it is', async () => {
    expect(await connect(['--context', 'ops'])).toEqual({
      servers: ['nats://ops:4222'],
      ...{ user: 'operator', pass: 'pa$$word' },
      tls: { caFile: '/certs/ca.pem', certFile: join(home, 'c'), keyFile: join(home, 'k') },
    });
    expect(await connect([], { NATS_CONTEXT: 'dev' })).toEqual({
      servers: ['nats://dev:4222', 'nats://dev:4223'],
      token: 't',
    });
    expect(await connect(['--context', 'ops', '-s', 'other'])).toMatchObject({ servers: ['other'], user: 'operator' });
  });

  test('takes the selected context, but sends its credentials to no other server', async () => {
    await writeFile(join(home, '.config/nats/context.txt'), 'dev\n');
    expect(await connect([])).toMatchObject({ token: 't' });
    expect(await connect(['-s', 'other'])).toEqual({ servers: ['other'] });
    await rm(join(home, '.config/nats/context.txt'));
  });

  test.each([
    ['nowhere', 'cannot be read'],
    ['broken', 'not JSON'],
    ['nsc', 'has nsc'],
    ['../../etc', 'neither a name nor an absolute path'],
  ])('by the context %s is refused: %s', async (name, text) => {
    await expect(connect(['--context', name])).rejects.toThrow(expect.objectContaining({ name: 'UsageError' }));
    await expect(connect(['--context', name])).rejects.toThrow(text);
  });

  test('with credentials that cannot be read is refused before anybody is dialled', async () => {
    await expect(connect(['--creds', join(home, 'none.creds')])).rejects.toThrow('--creds cannot be read');
  });
});
