import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';
import type { Attempt } from './attempt.js';
import { isNatsConnection, type NatsConnectionLike, type NatsConnectOptions } from './connection-like.js';

/** Either will do; the first that is installed is taken. */
const CLIENTS = ['nats', '@nats-io/transport-node'] as const;

/**
 * Where the client's own defaults would leave a node cut off: they give up for good after about 20 s without a server,
 * notice a half-open link after minutes, and dial every 2 s.
 */
export const OWN_CONNECTION_DEFAULTS = {
  name: 'graft-election',
  maxReconnectAttempts: -1,
  reconnectTimeWait: 250,
  pingInterval: 2_000,
  maxPingOut: 2,
} as const;

/** How a client package is imported; a test brings its own. */
export type ImportClient = (name: string) => Promise<unknown>;

/**
 * Opens a connection with the client that is installed.
 * @throws GraftError `DRIVER_FAILED` when no client is installed, or the server is not there, or refuses.
 */
export async function openConnection(
  options: NatsConnectOptions,
  attempt: Attempt,
  importClient: ImportClient = (name) => import(name),
): Promise<NatsConnectionLike> {
  const connect = await attempt.settle(findConnect(importClient));
  const opening = connect({ ...OWN_CONNECTION_DEFAULTS, ...options });
  try {
    return await attempt.settle(opening);
  } catch (error) {
    // A client's dial cannot be called off. If it still succeeds, nobody is there to own the connection.
    opening.then(
      (connection) => connection.close(),
      () => undefined,
    );
    attempt.check();
    throw new GraftError('DRIVER_FAILED', `no connection to NATS at ${serversOf(options)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

type Connect = (options: object) => Promise<NatsConnectionLike>;

async function findConnect(importClient: ImportClient): Promise<Connect> {
  for (const name of CLIENTS) {
    const client = await importUnlessMissing(name, importClient);
    if (client !== undefined) return connectOf(name, client);
  }
  throw new GraftError(
    'DRIVER_FAILED',
    `no NATS client is installed: npm install ${CLIENTS[0]} (or ${CLIENTS[1]}), or hand the driver an open connection`,
  );
}

async function importUnlessMissing(name: string, importClient: ImportClient): Promise<object | undefined> {
  try {
    const client = await importClient(name);
    return typeof client === 'object' && client !== null ? client : {};
  } catch (error) {
    // A client that is there and broken is not a client that is missing: only the package itself may be.
    if (isMissing(error, name)) return undefined;
    throw new GraftError('DRIVER_FAILED', `the NATS client ${describe(name)} does not load: ${messageOf(error)}`, {
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

function connectOf(name: string, client: object): Connect {
  const connect: unknown = 'connect' in client ? client.connect : undefined;
  if (typeof connect !== 'function') {
    throw new GraftError(
      'DRIVER_FAILED',
      `the NATS client ${describe(name)} has no connect(): nats 2.29 or newer does`,
    );
  }
  return async (options) => {
    const connection: unknown = await connect(options);
    if (typeof connection === 'object' && connection !== null && isNatsConnection(connection)) return connection;
    throw new GraftError('DRIVER_FAILED', `${describe(name)} gave no connection that this driver understands`);
  };
}

/** Without the user and password that a URL may carry. */
function serversOf({ servers = '127.0.0.1:4222' }: NatsConnectOptions): string {
  return [servers]
    .flat()
    .join(', ')
    .replace(/[^/,\s]*@/g, '');
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
