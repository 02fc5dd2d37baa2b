// Which nodes are asked over HTTP, and what is shown to them.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseFlags } from '../../src/cli/flags.js';
import { HTTP_FLAGS, httpGiven } from '../../src/cli/http-flags.js';
import { TLS_FLAGS } from '../../src/cli/tls-flags.js';

let folder: string;
const file = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-http-'));
  for (const name of ['cert', 'key', 'ca', 'secret']) await writeFile(file(name), `${name}\n`);
});
afterAll(() => rm(folder, { recursive: true }));

const parse = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  httpGiven(parseFlags({ ...HTTP_FLAGS, ...TLS_FLAGS }, args, env));
const PEERS = ['--peers', 'a=https://a:7400,b=https://b:7400'];

describe('HTTP', () => {
  test('is asked for by --peers alone, with a secret and certificates from files', async () => {
    const tls = ['--tlscert', file('cert'), '--tlskey', file('key'), '--tlsca', file('ca')];
    expect(await parse(tls)).toBeUndefined();
    const guards = { secret: undefined, tls: undefined };
    const peers = { a: 'https://a:7400', b: 'https://b:7400' };
    expect(await parse(PEERS)).toEqual({ peers, prefix: '/cluster', ...guards });
    const [cert, key, ca] = ['cert\n', 'key\n', 'ca\n'].map((text) => Buffer.from(text));
    expect(await parse([...PEERS, ...tls, '--prefix', '/x', '--secret-file', file('secret')])).toEqual({
      ...{ peers, prefix: '/x', secret: 'secret', tls: { cert, key, ca } },
    });
  });

  test('wants all of mutual TLS or none of it, and files that are there', async () => {
    await expect(parse([...PEERS, '--tlsca', file('ca')])).rejects.toThrow('give all three, or none');
    const away = ['--tlscert', file('cert'), '--tlskey', file('away'), '--tlsca', file('ca')];
    await expect(parse([...PEERS, ...away])).rejects.toThrow(/^--tlskey cannot be read: ENOENT/);
  });

  test('is left alone by the variables of NATS', async () => {
    const env = { NATS_CERT: file('cert'), NATS_KEY: file('key'), NATS_CA: file('ca') };
    expect(await parse(PEERS, env)).toMatchObject({ tls: undefined });
  });
});
