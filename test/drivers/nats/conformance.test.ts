import { afterAll, beforeAll, describe, test } from 'vitest';
import { type NatsConnectionLike, NatsRpcDriver } from '../../../src/drivers/nats/index.js';
import type { SuiteNetwork } from '../../../src/testing/driver-suite/suite-network.js';
import { describeRpcDriver } from '../../../src/testing/driver-suite.js';
import { NatsServer } from '../../support/nats-server.js';
import { CLIENTS } from './clients.js';

/** NATS promises less when a connection breaks; these hold while none does (docs/driver-nats.md). */
const capabilities = {
  reliable: true,
  ordered: true,
  unrepeated: true,
  sharedIds: true,
  interop: true,
  injectable: true,
} as const;
/** For a busy machine. */
const limits = { timeoutMs: 30_000 } as const;

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.stop());

for (const { name, connect } of CLIENTS) {
  const networkOf = async (connectionOfDriver: (stranger: NatsConnectionLike) => Promise<NatsConnectionLike>) => {
    const stranger = await connect({ servers: server.url });
    const opened = new Set<NatsConnectionLike>([stranger]);
    const network: SuiteNetwork = {
      async createDriver() {
        const connection = await connectionOfDriver(stranger);
        opened.add(connection);
        return new NatsRpcDriver(connection);
      },
      injectGarbage: ({ cluster, to, bytes }) => stranger.publish(`graft.${cluster}.${to}.timeout_now`, bytes),
      close: async () => void (await Promise.all([...opened].map((connection) => connection.close()))),
    };
    return network;
  };

  describeRpcDriver({
    runner: { describe, test },
    name: `NatsRpcDriver, all nodes on one shared connection of ${name},`,
    createNetwork: () => networkOf(async (stranger) => stranger),
    capabilities,
    limits,
  });

  describeRpcDriver({
    runner: { describe, test },
    name: `NatsRpcDriver, each node on a connection of ${name} that it was given,`,
    createNetwork: () => networkOf(() => connect({ servers: server.url })),
    capabilities,
    limits,
  });
}

describeRpcDriver({
  runner: { describe, test },
  name: 'NatsRpcDriver, each node on a connection of its own,',
  createNetwork: () => ({
    createDriver: () => new NatsRpcDriver({ servers: server.url }),
    close: async () => {},
  }),
  capabilities: { ...capabilities, injectable: false },
  limits,
});
