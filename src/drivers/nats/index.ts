/** The NATS driver (`graft-election/nats`), for connections of `nats` 2.x and `@nats-io/transport-node` 3.x. */
export type {
  NatsConnectionLike,
  NatsConnectOptions,
  NatsMessageLike,
  NatsPermissionLike,
  NatsStatusLike,
  NatsSubscribeOptions,
  NatsSubscriptionLike,
} from './connection-like.js';
export { NatsInquirer } from './nats-inquirer.js';
export { type NatsDriverOptions, NatsRpcDriver } from './nats-rpc-driver.js';
export { OWN_CONNECTION_DEFAULTS } from './open-connection.js';
