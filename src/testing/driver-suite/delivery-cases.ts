import assert from 'node:assert';
import type { Bench } from './bench.js';
import type { DriverCase } from './driver-case.js';
import type { Peer } from './peer.js';
import { heartbeat, voteResponse } from './samples.js';

const MANY = 2_000;
const SERIES = 200;

/** Who hears what, how often and in which order. */
export const DELIVERY_CASES: readonly DriverCase[] = [
  {
    title: 'a broadcast reaches every other node of the cluster: 1 to 4',
    async run(bench) {
      const from = await bench.join({ id: 'sender' });
      const others = [];
      for (const id of ['b', 'c', 'd', 'e']) others.push(await bench.join({ id }));
      await bench.deliver(heartbeat(1), { from, to: others });
    },
  },
  {
    title: 'a message to one id reaches that id alone, among ids that differ in case, length and a suffix',
    async run(bench) {
      const from = await bench.join({ id: 'sender' });
      const peers: Peer[] = [];
      for (const id of ['node', 'NODE', 'node-1', 'node_1', 'nod', 'heartbeat']) peers.push(await bench.join({ id }));
      for (const [round, to] of peers.entries()) await bench.deliver(voteResponse(round), { from, to: [to] });
      await bench.quiet();
      for (const [round, peer] of peers.entries()) {
        assert.ok(
          peer.received.every((message) => message.kind === 'voteResponse' && message.round === round),
          `${peer.id} heard what was sent to another id: ${JSON.stringify(peer.received)}`,
        );
      }
    },
  },
  {
    title: 'nothing is received before broadcast and send have returned, not even what one sends to oneself',
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      for (let round = 1; round <= 10; round += 1) {
        const before = [from.received.length, to.received.length];
        from.driver.broadcast(heartbeat(round));
        from.driver.send(to.id, voteResponse(round));
        from.driver.send(from.id, voteResponse(round));
        const after = [from.received.length, to.received.length];
        assert.deepEqual(after, before, 'a message was received inside the call that sent one');
      }
      await bench.deliver(heartbeat(11), { from, to: [to] });
    },
  },
  {
    title: '2,000 messages sent in one go arrive, and as many broadcasts',
    claimedBy: ({ reliable }) => reliable,
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      for (const [kind, make] of [
        ['voteResponse', voteResponse],
        ['heartbeat', heartbeat],
      ] as const) {
        for (let round = 1; round <= MANY; round += 1) {
          if (kind === 'heartbeat') from.driver.broadcast(make(round));
          else from.driver.send(to.id, make(round));
        }
        await bench.until(() => to.roundsHeard(kind).size === MANY, `all of ${MANY} messages of kind ${kind}`);
      }
    },
  },
  {
    title: 'messages of one node arrive in the order in which they were sent: 200 broadcasts and answers by turns',
    claimedBy: ({ ordered }) => ordered,
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      await sendSeries(bench, { from, to });
      const rounds = to.received.flatMap((message) => (message.kind !== 'timeoutNow' ? [message.round] : []));
      assert.deepEqual(
        rounds,
        rounds.toSorted((one, other) => one - other),
      );
    },
  },
  {
    title: 'no message arrives twice: 200 broadcasts and answers by turns',
    claimedBy: ({ unrepeated }) => unrepeated,
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      await sendSeries(bench, { from, to });
      await bench.quiet();
      const rounds = seriesHeard(to);
      assert.equal(rounds.length, new Set(rounds).size, `messages arrived more than once: ${rounds}`);
    },
  },
  {
    title: 'two live processes with one id both hear what is sent to it, and each other',
    claimedBy: ({ sharedIds }) => sharedIds,
    async run(bench) {
      const from = await bench.join({ id: 'sender' });
      const twins = [await bench.join({ id: 'twin' }), await bench.join({ id: 'twin' })] as const;
      await bench.deliver(voteResponse(1), { from, to: twins });
      await bench.deliver(heartbeat(2), { from, to: twins });
      await bench.deliver(heartbeat(3), { from: twins[0], to: [twins[1]] });
      await bench.deliver(voteResponse(4), { from: twins[0], to: [twins[1]] });
    },
  },
];

/** Broadcasts and answers by turns, in one go, rounds counted up; waits for the last that is sure to come. */
async function sendSeries(bench: Bench, { from, to }: { readonly from: Peer; readonly to: Peer }): Promise<void> {
  for (let round = 1; round <= SERIES; round += 2) {
    from.driver.broadcast(heartbeat(round));
    from.driver.send(to.id, voteResponse(round + 1));
  }
  if (bench.capabilities.reliable) {
    await bench.until(
      () => to.roundsHeard('heartbeat').size + to.roundsHeard('voteResponse').size === SERIES,
      `all of ${SERIES} messages`,
    );
  } else {
    await bench.deliver(heartbeat(SERIES + 1), { from, to: [to] });
  }
}

/** The rounds of the series as they arrived; what was sent again after it does not count. */
function seriesHeard(to: Peer): readonly number[] {
  return to.received.flatMap((message) =>
    message.kind !== 'timeoutNow' && message.round <= SERIES ? [message.round] : [],
  );
}
