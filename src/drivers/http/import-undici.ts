import { GraftError } from '../../core/errors.js';
import type { UndiciLike } from './client-like.js';

const NAME = 'undici';

/** How the client package is imported; a test brings its own. */
export type ImportClient = (name: string) => Promise<unknown>;

/** @throws GraftError `DRIVER_FAILED` when undici is not installed, does not load, or is none that this driver knows. */
export async function importUndici(importClient: ImportClient = (name) => import(name)): Promise<UndiciLike> {
  let module: unknown;
  try {
    module = await importClient(NAME);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new GraftError('DRIVER_FAILED', `the HTTP client does not load: npm install undici@7 (${why})`, { cause });
  }
  if (isUndici(module)) return module;
  throw new GraftError('DRIVER_FAILED', 'the undici that is installed has no Pool: npm install undici@7');
}

function isUndici(module: unknown): module is UndiciLike {
  return typeof module === 'object' && module !== null && typeof Reflect.get(module, 'Pool') === 'function';
}
