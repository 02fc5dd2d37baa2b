import { readFile } from 'node:fs/promises';
import type { HttpTlsOptions } from '../drivers/http/options.js';
import { UsageError } from './failure.js';
import type { Flags, Given } from './flags.js';

/** HTTP instead of NATS. */
export const HTTP_FLAGS = {
  peers: { value: 'ID=URL,...', env: 'GRAFT_PEERS', help: 'the address of every node: HTTP instead of NATS' },
  prefix: { value: 'PATH', help: 'where the routes begin', default: '/cluster' },
  'secret-file': { value: 'FILE', help: 'holds what all nodes know and nobody else' },
} as const satisfies Flags;

export interface HttpGiven {
  readonly peers: Readonly<Record<string, string>>;
  readonly prefix: string;
  readonly secret: string | undefined;
  readonly tls: HttpTlsOptions | undefined;
}

/** @returns nothing where HTTP is not asked for. @throws UsageError. */
export async function httpGiven(given: Given): Promise<HttpGiven | undefined> {
  const peers = given.list('peers');
  if (peers === undefined) return undefined;
  const pairs = peers.map((peer) => {
    const [, id, url] = /^([^=]+)=(.+)$/.exec(peer) ?? [];
    if (id === undefined || url === undefined) throw new UsageError(`--peers has ${JSON.stringify(peer)}: give ID=URL`);
    return [id, url] as const;
  });
  const file = given.text('secret-file');
  return {
    peers: Object.fromEntries(pairs),
    prefix: given.text('prefix') ?? '/cluster',
    secret: file === undefined ? undefined : (await read('secret-file', file)).toString('utf8').trim(),
    tls: await tlsGiven(given),
  };
}

/** Variables are not looked at: they are those of NATS, and may be set for that. */
async function tlsGiven(given: Given): Promise<HttpTlsOptions | undefined> {
  const [cert, key, ca] = [given.typed('tlscert'), given.typed('tlskey'), given.typed('tlsca')];
  if (cert === undefined && key === undefined && ca === undefined) return undefined;
  if (cert === undefined || key === undefined || ca === undefined) {
    throw new UsageError('--tlscert, --tlskey and --tlsca belong together with --peers: give all three, or none');
  }
  return {
    cert: await read('tlscert', cert),
    key: await read('tlskey', key),
    ca: await read('tlsca', ca),
  };
}

async function read(flag: string, file: string): Promise<Buffer> {
  return await readFile(file).catch((cause: Error) => {
    throw new UsageError(`--${flag} cannot be read: ${cause.message}`);
  });
}
