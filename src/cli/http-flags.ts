import { readFile } from 'node:fs/promises';
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
    secret: file === undefined ? undefined : await readSecret(file),
  };
}

async function readSecret(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new UsageError(`--secret-file cannot be read: ${cause.message}`);
  });
  return text.trim();
}
