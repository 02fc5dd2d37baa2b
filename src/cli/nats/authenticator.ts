import { readFile } from 'node:fs/promises';
import { GraftError } from '../../core/errors.js';
import { findNatsClient } from '../../drivers/nats/import-client.js';
import { UsageError } from '../failure.js';

/** Files that prove who we are; one at most. */
export interface Proofs {
  readonly creds: string | undefined;
  readonly nkey: string | undefined;
}

/**
 * What the installed client signs the server's question with.
 * @throws UsageError when a file cannot be read; GraftError `DRIVER_FAILED` when no client is installed.
 */
export async function loadAuthenticator({ creds, nkey }: Proofs): Promise<unknown> {
  if (creds !== undefined) return await make('credsAuthenticator', 'creds', creds);
  if (nkey !== undefined) return await make('nkeyAuthenticator', 'nkey', nkey);
  return undefined;
}

async function make(name: 'credsAuthenticator' | 'nkeyAuthenticator', flag: string, file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((cause: Error) => {
    throw new UsageError(`--${flag} cannot be read: ${cause.message}`);
  });
  const client = await findNatsClient();
  const authenticator: unknown = Reflect.get(client.module, name);
  if (typeof authenticator === 'function') {
    return authenticator(name === 'nkeyAuthenticator' ? seedIn(bytes.toString('utf8')) : bytes);
  }
  throw new GraftError('DRIVER_FAILED', `the NATS client ${client.name} has no ${name}: update it`);
}

/** A seed file may hold more lines: a comment, or the armour that nsc puts around. */
function seedIn(text: string): Uint8Array {
  const [seed = text.trim()] = /\bS[A-Z2-7]{57}\b/.exec(text) ?? [];
  return new TextEncoder().encode(seed);
}
