import assert from 'node:assert';
import type { Bench } from './bench.js';
import type { DriverCase } from './driver-case.js';
import { heartbeat, voteResponse } from './samples.js';

/** That clusters never hear each other: a vote that counts in another cluster elects a second leader there. */
export const CLUSTER_CASES: readonly DriverCase[] = [
  {
    title: 'two clusters in one process with the same ids never hear each other',
    run: (bench) => neverHearEachOther(bench, { one: 'orders', other: 'billing' }),
  },
  {
    title: 'clusters whose names begin alike never hear each other: x and x.b, where x has a node b',
    run: (bench) => neverHearEachOther(bench, { one: 'x', other: 'x.b' }),
  },
  {
    title: 'clusters whose names differ in case never hear each other',
    run: (bench) => neverHearEachOther(bench, { one: 'shard', other: 'SHARD' }),
  },
];

async function neverHearEachOther(
  bench: Bench,
  names: { readonly one: string; readonly other: string },
): Promise<void> {
  const members = async (cluster: string) =>
    [await bench.join({ cluster, id: 'a' }), await bench.join({ cluster, id: 'b' })] as const;
  const one = await members(names.one);
  const other = await members(names.other);
  const said = [
    { cluster: one, round: 1 },
    { cluster: other, round: 2 },
  ];
  for (const { cluster, round } of said) {
    const [from, to] = cluster;
    await bench.deliver(heartbeat(round), { from, to: [to] });
    await bench.deliver(voteResponse(round), { from, to: [to] });
  }
  await bench.quiet();
  for (const { cluster, round } of said) {
    for (const peer of cluster) {
      const foreign = peer.received.filter((message) => message.kind !== 'timeoutNow' && message.round !== round);
      assert.deepEqual(foreign, [], `${peer.context.cluster}/${peer.id} heard another cluster`);
    }
  }
}
