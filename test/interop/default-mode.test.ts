// Rule 15, last sentence: a Node node that was left in its default mode next to plain peers (the model) says what to set
// and does no harm.
import { expect, onTestFailed, test } from 'vitest';
import { MixedCluster, type Mode, type Process } from './mixed-cluster.js';

/** How many terms it has told of. */
const termsOf = ({ entries }: Process): number => entries.filter(({ kind }) => kind === 'term').length;

const DEFAULT: Mode = { kind: 'default', voters: ['a', 'b', 'c'] };

test('one Node node in default mode next to two plain peers reports them, and their leader keeps its term', async () => {
  await using cluster = await MixedCluster.start(3);
  onTestFailed(() => console.error(cluster.transcript()));
  await Promise.all([cluster.startPlain(), cluster.startPlain()]);
  const leader = await cluster.untilLed();
  const term = leader.leads;
  const stranger = await cluster.startNode('a', DEFAULT);
  await cluster.until('the plain peer is reported', () => stranger.errorCodes.has('PLAIN_GRAFT_PEER'));
  const report = stranger.entries.find(({ kind }) => kind === 'error');
  expect(report).toMatchObject({ message: expect.stringContaining('set interop: true') });

  // Several of its election timeouts.
  const sinceUs = report?.atUs ?? 0;
  await cluster.until('the leader has gone on for 3 s', () =>
    leader.entries.some(({ kind, atUs }) => kind === 'answer' && atUs > sinceUs + 3_000_000),
  );
  expect(leader.leads).toBe(term);
  expect(cluster.leaders).toEqual([leader]);
  expect(stranger.entries.filter(({ kind }) => kind === 'leader')).toEqual([]);
  expect(await cluster.findViolations()).toEqual([]);
});

test('it lends no plain candidate its vote, so with one plain peer gone nobody leads until interop is set', async () => {
  await using cluster = await MixedCluster.start(3);
  onTestFailed(() => console.error(cluster.transcript()));
  const [survivor, victim] = await Promise.all([cluster.startPlain(), cluster.startPlain()]);
  await cluster.untilLed();
  const stranger = await cluster.startNode('a', DEFAULT);
  await cluster.kill(victim);
  if (survivor.leads !== undefined) {
    await cluster.kill(survivor);
    await cluster.startPlain();
  }
  const [candidate] = cluster.plainPeers;
  if (candidate === undefined) throw new Error('the plain peer has gone');
  const before = termsOf(candidate);
  await cluster.until('it has campaigned in vain', () => termsOf(candidate) >= before + 3);
  expect(cluster.leaders).toEqual([]);

  await cluster.stop(stranger);
  await cluster.startNode('a');
  await cluster.untilLed();
  expect(await cluster.findViolations()).toEqual([]);
});
