import type { HttpDriverOptions, HttpListenOptions } from '../../drivers/http/options.js';
import type { NatsConnectOptions } from '../../drivers/nats/connection-like.js';
import type { NatsDriverOptions } from '../../drivers/nats/nats-rpc-driver.js';

/**
 * Which driver the worker is to make. All of it is plain data: a connection, a driver or a function belongs to the thread
 * that made it.
 */
export type RpcDescription =
  | { readonly nats: NatsDescription; readonly options?: NatsDriverOptions }
  | { readonly http: HttpDescription }
  | ModuleDescription;

/** The driver opens a connection of its own, by these options of the client's `connect` (docs/driver-nats.md). */
export type NatsDescription = Omit<NatsConnectOptions, 'authenticator' | 'reconnectDelayHandler' | 'reconnectToServer'>;

/** The driver listens by itself (docs/driver-http.md): a server to be mounted into is on the other thread. */
export type HttpDescription = Omit<HttpDriverOptions, 'listen' | 'undici'> & {
  readonly listen?: HttpListenOptions;
};

/** A driver of the user's own. */
export interface ModuleDescription {
  /** Where the module is: `new URL('./my-driver.js', import.meta.url)`. */
  readonly module: string | URL;
  /** The export that makes the driver: a function, which may be async, of `options`. Default `default`. */
  readonly export?: string;
  /** Plain data, handed to that function. */
  readonly options?: unknown;
}
