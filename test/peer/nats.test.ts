/** An election over a real server: the claim of nats-io/graft's NATS test, in real time. */
import { setTimeout } from 'node:timers/promises';
import { connect } from 'nats';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { DEFAULT_TIMINGS, MemoryLog, Node } from '../../src/index.js';
import { NatsServer } from '../support/nats-server.js';

const GENEROUS = { timeout: 30_000, interval: 10 };

test('five nodes over a nats-server elect one leader; it keeps its power; it closes, and one of the four leads', async () => {
  const server = await NatsServer.start();
  onTestFinished(() => server.stop());
  const voters = ['a', 'b', 'c', 'd', 'e'];
  const nodes = await Promise.all(
    voters.map(async (id) => {
      const connection = await connect({ servers: server.url });
      onTestFinished(() => connection.close());
      const node = await Node.start({
        cluster: { name: 'nats_test', voters },
        id,
        rpc: new NatsRpcDriver(connection),
        handler: {},
        log: new MemoryLog(),
      });
      onTestFinished(() => node.close());
      return node;
    }),
  );
  const states = (of: readonly Node[]): string[] => of.map(({ state }) => state).sort();
  await vi.waitFor(() => expect(states(nodes)).toEqual([...Array(4).fill('FOLLOWER'), 'LEADER']), GENEROUS);
  const leader = nodes.find((node) => node.isLeader());
  const term = leader?.term;

  // Not a wait for something to happen: nothing must, for as long as an election would take.
  await setTimeout(DEFAULT_TIMINGS.electionTimeoutMaxMs);
  expect(leader?.fencingToken).toBe(term);

  await leader?.close();
  const rest = nodes.filter((node) => node !== leader);
  await vi.waitFor(() => expect(states(rest)).toEqual([...Array(3).fill('FOLLOWER'), 'LEADER']), GENEROUS);
});
