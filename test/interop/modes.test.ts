// Which guarantees a cluster lacks while modes or kinds are mixed (docs/interop.md): each lack is shown here, so that the
// page cannot claim more than is so. Plain peers are the model (plain-graft.mjs).
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { TcpProxy } from '../drivers/nats/tcp-proxy.js';
import { violations } from '../processes/history.js';
import { INTEROP, MixedCluster, type Mode, type Process } from './mixed-cluster.js';

const DEFAULT: Mode = { kind: 'default', voters: ['a', 'b', 'c'] };

async function startCluster(): Promise<MixedCluster> {
  const cluster = await MixedCluster.start(3);
  onTestFailed(() => console.error(cluster.transcript()));
  return cluster;
}

/** Every two leaderships that share an instant, by the leaders' own answers. */
const overlapping = (cluster: MixedCluster): readonly string[] =>
  violations({ lives: cluster.processes, sightings: [] }).filter((line) => line.endsWith('lead at one instant'));

/** How many terms it has told of. */
const termsOf = ({ entries }: Process): number => entries.filter(({ kind }) => kind === 'term').length;

test.each([
  { kind: 'plain peer', start: (cluster: MixedCluster, servers: string) => cluster.startPlain({ servers }) },
  {
    kind: 'Node node in interop mode',
    start: (cluster: MixedCluster, servers: string, id: string) => cluster.startNode(id, INTEROP, { servers }),
  },
])('no lease: a $kind that leads three and is cut off leads on, beside the one that the others elect', async (it) => {
  await using cluster = await startCluster();
  const lines = new Map<Process, TcpProxy>();
  onTestFinished(async () => {
    for (const line of lines.values()) await line[Symbol.asyncDispose]();
  });
  for (const id of ['a', 'b', 'c']) {
    const line = await TcpProxy.start(cluster.server.port);
    lines.set(await it.start(cluster, line.url, id), line);
  }
  const former = await cluster.untilLed();
  const { leads: term } = former;
  await lines.get(former)?.[Symbol.asyncDispose]();
  lines.delete(former);
  await cluster.until('two lead at one instant', () => overlapping(cluster).length > 0);
  expect(former.leads).toBe(term);
});

test('no election across modes: of a, b in interop and c in default mode, no two elect until their modes agree', async () => {
  await using cluster = await startCluster();
  const [a, b, c] = await Promise.all([
    cluster.startNode('a', INTEROP),
    cluster.startNode('b', INTEROP),
    cluster.startNode('c', DEFAULT),
  ]);
  await cluster.until('a or b leads', () => cluster.leaders.length === 1);
  const [leader] = cluster.leaders;
  if (leader === undefined) throw new Error('the leader has gone');
  // c hears it and does not take it for its leader.
  expect(c.leader?.leader).toBeUndefined();
  await cluster.kill(leader);
  const survivor = leader === a ? b : a;
  const before = termsOf(survivor);
  await cluster.until('the survivor has campaigned in vain', () => termsOf(survivor) >= before + 3);
  expect(cluster.leaders).toEqual([]);

  await cluster.stop(c);
  await cluster.startNode('c', INTEROP);
  await cluster.untilLed();
  expect(await cluster.findViolations()).toEqual([]);
});

test('a quorum in default mode beside a plain leader, which it cannot follow, elects a second one', async () => {
  await using cluster = await startCluster();
  const [one, two] = [await cluster.startPlain(), await cluster.startPlain()];
  const leader = await cluster.untilLed();
  await cluster.stop(leader === one ? two : one);
  const nodes = await Promise.all([cluster.startNode('a', DEFAULT), cluster.startNode('b', DEFAULT)]);
  await cluster.until('two lead at one instant', () => overlapping(cluster).length > 0);
  // It was told before.
  for (const node of nodes) expect(node.errorCodes).toContain('PLAIN_GRAFT_PEER');
});
