// Real nodes over HTTP: hand over, cut, heal. Crashes are in example.test.ts, since they need processes.
import { afterEach, expect, test, vi } from 'vitest';
import { type HttpDriverOptions, HttpRpcDriver } from '../../../src/drivers/http/index.js';
import { ChanHandler, MemoryLog, Node } from '../../../src/index.js';
import { TcpProxy } from '../nats/tcp-proxy.js';
import { ReservedPorts } from './reserved-ports.js';

const VOTERS = ['a', 'b', 'c'];
/** For a busy machine. */
const TIMINGS = { electionTimeoutMinMs: 1_000, electionTimeoutMaxMs: 2_000, heartbeatIntervalMs: 200 };

const started: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of started.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

/** Three nodes; every way from one to another goes through a proxy of its own, which the test may cut. */
async function startThree(options: Partial<HttpDriverOptions> = {}) {
  const reserved = await ReservedPorts.reserve(VOTERS.length);
  started.push(reserved);
  const ways = new Map<string, TcpProxy>();
  const nodes: Node[] = [];
  for (const from of VOTERS) {
    for (const [index, to] of VOTERS.entries()) {
      const proxy = await TcpProxy.start(reserved.all[index] ?? 0);
      ways.set(`${from}${to}`, proxy);
      started.push(proxy);
    }
  }
  for (const [index, id] of VOTERS.entries()) {
    const port = reserved.all[index] ?? 0;
    await reserved.take(port);
    const addressTo = (to: string) => ways.get(`${id}${to}`)?.url.replace('nats:', 'http:') ?? '';
    const peers = Object.fromEntries(VOTERS.map((to) => [to, addressTo(to)]));
    const node = await Node.start({
      cluster: { name: 'orders', voters: VOTERS },
      id,
      rpc: new HttpRpcDriver({ peers, listen: { port }, ...options }),
      handler: new ChanHandler(),
      log: new MemoryLog(),
      timings: TIMINGS,
    });
    nodes.push(node);
    started.push(node);
  }
  /** Nothing comes through, in either direction, and nobody is told: the lines stay up. */
  const isolate = (id: string) => {
    for (const [way, proxy] of ways) if (way.includes(id)) proxy.hold();
  };
  const heal = () => {
    for (const proxy of ways.values()) {
      proxy.release();
      proxy.cut();
    }
  };
  return { nodes, isolate, heal };
}

const leaderOf = (nodes: readonly Node[]) =>
  vi.waitUntil(() => nodes.find((node) => node.isLeader()), { timeout: 30_000, interval: 5 });

test.each(['protobuf', 'json'] as const)(
  'three nodes that speak %s elect one, and it hands over on stepDown',
  async (body) => {
    const { nodes } = await startThree({ body });
    const first = await leaderOf(nodes);
    const term = first.term;
    await first.stepDown();
    const second = await leaderOf(nodes);
    expect(second.id).not.toBe(first.id);
    expect(second.term).toBeGreaterThan(term);
    expect(nodes.filter((node) => node.isLeader())).toHaveLength(1);
  },
);

test('a leader that is cut off stops leading before another begins, and follows when the cut heals', async () => {
  const { nodes, isolate, heal } = await startThree();
  const first = await leaderOf(nodes);
  const rest = nodes.filter((node) => node !== first);
  isolate(first.id);
  const second = await vi.waitUntil(
    () => {
      expect(nodes.filter((node) => node.isLeader()).length).toBeLessThanOrEqual(1);
      return rest.find((node) => node.isLeader());
    },
    { timeout: 30_000, interval: 1 },
  );
  expect(first.isLeader()).toBe(false);
  heal();
  await vi.waitUntil(() => first.leader === second.id, 30_000);
  expect(second.isLeader()).toBe(true);
});
