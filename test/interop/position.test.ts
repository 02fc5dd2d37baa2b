// Rule 13 across the wire: the position of a candidate of either kind is judged by a voter of the other. Plain peers are
// the model.
import { connect, type NatsConnection } from 'nats';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NatsRpcDriver } from '../../src/drivers/nats/index.js';
import { decodeMessage } from '../../src/drivers/wire/codec.js';
import { Node, type NodeOptions } from '../../src/index.js';
import { MemoryLog } from '../../src/log/memory-log.js';
import { CLUSTER, MixedCluster } from './mixed-cluster.js';

const LIMIT = { timeout: 20_000 };

function encoded(position: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(position));
  return new Uint8Array(bytes);
}

const decoded = (position: Uint8Array): number =>
  position.length === 8 ? Number(Buffer.from(position).readBigUInt64BE()) : -1;

interface Judge {
  readonly node: Node;
  /** The positions that it was asked to judge. */
  readonly asked: readonly number[];
}

/** A Node node in this process, so that its hooks can be watched. Grants who is as far as `position`. */
async function startJudge(server: string, position: number, options: Partial<NodeOptions> = {}): Promise<Judge> {
  const connection = await open(server);
  const asked: number[] = [];
  const node = await Node.start({
    ...{ cluster: { name: CLUSTER, size: 2 }, id: 'judge', interop: true, log: new MemoryLog() },
    rpc: new NatsRpcDriver(connection),
    handler: {
      currentState: () => encoded(position),
      grantVote(theirs) {
        asked.push(decoded(theirs));
        return decoded(theirs) >= position;
      },
    },
    ...options,
  });
  onTestFinished(() => node.close());
  return { node, asked };
}

async function open(servers: string): Promise<NatsConnection> {
  const connection = await connect({ servers });
  onTestFinished(() => connection.close());
  return connection;
}

test('a plain peer that is behind is refused by a Node voter, each time it asks; one that is level is elected', async () => {
  await using cluster = await MixedCluster.start(2);
  const { asked } = await startJudge(cluster.server.url, 7, { priority: 0 });
  const behind = await cluster.startPlain({ position: 5 });
  await vi.waitUntil(() => asked.length >= 3, LIMIT);
  expect(new Set(asked)).toEqual(new Set([5]));
  expect(behind.leads).toBeUndefined();
  await cluster.kill(behind);

  const level = await cluster.startPlain({ position: 7 });
  await vi.waitUntil(() => level.leads !== undefined, LIMIT);
  expect(asked.at(-1)).toBe(7);
});

test('a Node node that is behind is refused by a plain voter; once it is level, one of them is elected', async () => {
  await using cluster = await MixedCluster.start(2);
  const granted = await sniffAnonymousVotes(cluster.server.url);
  const ahead = await cluster.startPlain({ position: 7 });
  // Quicker than a plain peer, so that it is the one that asks.
  const timings = { electionTimeoutMinMs: 250, electionTimeoutMaxMs: 300, heartbeatIntervalMs: 50 };
  const behind = await startJudge(cluster.server.url, 5, { timings });
  await vi.waitUntil(() => granted.length >= 3, LIMIT);
  expect(new Set(granted)).toEqual(new Set([false]));
  expect(behind.node.isLeader()).toBe(false);
  await behind.node.close();

  const level = await startJudge(cluster.server.url, 7, { timings });
  await vi.waitUntil(() => level.node.isLeader() || ahead.leads !== undefined, LIMIT);
});

/** What plain peers, which do not name themselves, answer to the judge. */
async function sniffAnonymousVotes(server: string): Promise<readonly boolean[]> {
  const sniffer = await open(server);
  const granted: boolean[] = [];
  sniffer.subscribe('graft.judge.vote_response', {
    callback(_error, { data }) {
      const message = decodeMessage('voteResponse', data);
      // Words to its own id (rule 4) go by this subject too.
      if (message.kind === 'voteResponse' && message.voter === undefined) granted.push(message.granted);
    },
  });
  await sniffer.flush();
  return granted;
}
