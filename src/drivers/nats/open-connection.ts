import { GraftError } from '../../core/errors.js';
import { describe } from '../../core/names.js';
import type { Attempt } from './attempt.js';
import { isNatsConnection, type NatsConnectionLike, type NatsConnectOptions } from './connection-like.js';
import { readCredentials } from './credentials.js';
import { causeOf, findNatsClient, type ImportClient, type NatsClient } from './import-client.js';

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

/**
 * Opens a connection with the client that is installed.
 * @throws GraftError `DRIVER_FAILED` when no client is installed, or the server is not there, or refuses.
 */
export async function openConnection(
  options: NatsConnectOptions,
  attempt: Attempt,
  importClient?: ImportClient,
): Promise<NatsConnectionLike> {
  const connect = connectOf(await attempt.settle(findNatsClient(importClient)));
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
    if (error instanceof GraftError) throw error;
    throw new GraftError('DRIVER_FAILED', `no connection to NATS at ${serversOf(options)}: ${causeOf(error)}`, {
      cause: error,
    });
  }
}

type Connect = (options: NatsConnectOptions) => Promise<NatsConnectionLike>;

function connectOf({ name, module }: NatsClient): Connect {
  const connect: unknown = 'connect' in module ? module.connect : undefined;
  if (typeof connect !== 'function') {
    throw new GraftError(
      'DRIVER_FAILED',
      `the NATS client ${describe(name)} has no connect(): nats 2.29 or newer does`,
    );
  }
  return async ({ credentialsFile, ...options }) => {
    const credentials =
      credentialsFile === undefined ? {} : { authenticator: await readCredentials(credentialsFile, module) };
    const connection: unknown = await connect({ ...options, ...credentials });
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
