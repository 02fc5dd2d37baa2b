import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';

/** Either will do; the first that is installed is taken. */
const CLIENTS = ['nats', '@nats-io/transport-node'] as const;

/** How a client package is imported; a test brings its own. */
export type ImportClient = (name: string) => Promise<unknown>;

/** A client package that is installed. */
export interface NatsClient {
  readonly name: string;
  readonly module: object;
}

/** @throws GraftError `DRIVER_FAILED` when no client is installed, or the one that is does not load. */
export async function findNatsClient(importClient: ImportClient = (name) => import(name)): Promise<NatsClient> {
  for (const name of CLIENTS) {
    const module = await importUnlessMissing(name, importClient);
    if (module !== undefined) return { name, module };
  }
  throw new GraftError(
    'DRIVER_FAILED',
    `no NATS client is installed: npm install ${CLIENTS[0]} (or ${CLIENTS[1]}), or hand the driver an open connection`,
  );
}

/** What an error of somebody else's says. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function importUnlessMissing(name: string, importClient: ImportClient): Promise<object | undefined> {
  try {
    const client = await importClient(name);
    return typeof client === 'object' && client !== null ? client : {};
  } catch (error) {
    // A client that is there and broken is not a client that is missing: only the package itself may be.
    if (isMissing(error, name)) return undefined;
    throw new GraftError('DRIVER_FAILED', `the NATS client ${describe(name)} does not load: ${causeOf(error)}`, {
      cause: error,
    });
  }
}

function isMissing(error: unknown, name: string): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ERR_MODULE_NOT_FOUND' &&
    error.message.includes(`'${name}'`)
  );
}
