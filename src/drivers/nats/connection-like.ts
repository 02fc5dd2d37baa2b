/**
 * What the driver needs of a NATS connection. A connection of `nats` 2.x and one of `@nats-io/transport-node` 3.x both
 * are one, so that neither package, nor its types, is needed to use or to compile this driver.
 */
export interface NatsConnectionLike {
  publish(subject: string, payload?: Uint8Array, options?: { reply?: string }): void;
  subscribe(subject: string, options: NatsSubscribeOptions): NatsSubscriptionLike;
  flush(): Promise<void>;
  status(): AsyncIterable<NatsStatusLike>;
  /** Resolves when the connection is closed for good, with the error if one closed it. */
  closed(): Promise<unknown>;
  isClosed(): boolean;
  getServer(): string;
  close(): Promise<void>;
}

export interface NatsSubscribeOptions {
  readonly callback: (error: Error | null, message: NatsMessageLike) => void;
}

export interface NatsMessageLike {
  readonly data: Uint8Array;
  /** Where the sender wants its answer. */
  readonly reply?: string;
}

export interface NatsSubscriptionLike {
  unsubscribe(): void;
}

/** An event of a connection's life. The majors agree on `type` for all that matters here, and on little else. */
export interface NatsStatusLike {
  readonly type: string;
  /** `nats` 2.x: what the server did not permit. */
  readonly permissionContext?: NatsPermissionLike;
  /** `@nats-io/transport-node` 3.x: what the server answered; a refused permission has the fields of 2.x's context. */
  readonly error?: Error & Partial<NatsPermissionLike>;
}

export interface NatsPermissionLike {
  /** `publish` or `subscription`. */
  readonly operation: string;
  readonly subject: string;
}

/**
 * How the driver opens a connection of its own: the options of the installed client's `connect`, handed over as they
 * are but for `credentialsFile`; their meaning, units and ranges are the client's. Where they say nothing,
 * `OWN_CONNECTION_DEFAULTS` hold instead of the client's own. Named one by one, so that the clients' own option types
 * fit as well as literals do.
 */
export interface NatsConnectOptions {
  readonly servers?: string | readonly string[];
  readonly port?: number;
  readonly name?: string;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  readonly authenticator?: unknown;
  /** The driver's own: a file of credentials, as `nsc` writes it, in place of `authenticator`. Read when it connects. */
  readonly credentialsFile?: string;
  readonly tls?: unknown;
  readonly inboxPrefix?: string;
  readonly resolve?: boolean;
  readonly timeout?: number;
  readonly pingInterval?: number;
  readonly maxPingOut?: number;
  readonly reconnect?: boolean;
  readonly reconnectTimeWait?: number;
  readonly reconnectJitter?: number;
  readonly reconnectJitterTLS?: number;
  readonly reconnectDelayHandler?: () => number;
  readonly reconnectToServer?: unknown;
  readonly maxReconnectAttempts?: number;
  readonly waitOnFirstConnect?: boolean;
  readonly noRandomize?: boolean;
  readonly noEcho?: boolean;
  readonly ignoreAuthErrorAbort?: boolean;
  readonly ignoreClusterUpdates?: boolean;
  readonly noAsyncTraces?: boolean;
  readonly pedantic?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
}

const METHODS = ['publish', 'subscribe', 'flush', 'status', 'closed', 'isClosed', 'getServer', 'close'] as const;

/** Whether `value` has every method of a {@link NatsConnectionLike}. */
export function isNatsConnection(value: object): value is NatsConnectionLike {
  return METHODS.every((name) => name in value && typeof Reflect.get(value, name) === 'function');
}
