import { readFile } from 'node:fs/promises';
import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';

/**
 * What the client signs in with, from a file of credentials as `nsc` writes it. Read once, when the connection is opened.
 * @throws GraftError `DRIVER_FAILED` when the file cannot be read, or the client makes nothing of it. What it holds is told
 *   to nobody.
 */
export async function readCredentials(file: string, client: object): Promise<unknown> {
  const make: unknown = 'credsAuthenticator' in client ? client.credsAuthenticator : undefined;
  if (typeof make !== 'function') {
    throw new GraftError(
      'DRIVER_FAILED',
      'the installed NATS client has no credsAuthenticator(), which credentialsFile needs',
    );
  }
  const bytes = await read(file);
  try {
    return make(bytes);
  } catch {
    throw new GraftError(
      'DRIVER_FAILED',
      `credentialsFile ${describe(file)} holds no credentials: give what nsc wrote`,
    );
  }
}

async function read(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GraftError('DRIVER_FAILED', `credentialsFile ${describe(file)} cannot be read: ${reason}`, { cause });
  }
}
