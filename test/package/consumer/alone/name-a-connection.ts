// Types that speak of NATS, where no NATS client is installed: ours must not need a client's.
import { NatsRpcDriver } from 'graft-election/nats';

type Connection = ConstructorParameters<typeof NatsRpcDriver>[0];

export function driverOver(connection: Connection): NatsRpcDriver {
  return new NatsRpcDriver(connection);
}
