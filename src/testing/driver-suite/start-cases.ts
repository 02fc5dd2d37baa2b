import assert from 'node:assert';
import type { Bench } from './bench.js';
import type { DriverCase } from './driver-case.js';
import type { Peer } from './peer.js';
import { heartbeat, PLAIN_SAMPLES, voteResponse } from './samples.js';

/** A driver that says it listens a moment too early is caught by one of this many newcomers. */
const NEWCOMERS = 20;

/** What `init` owes. */
export const START_CASES: readonly DriverCase[] = [
  {
    title: 'init resolves only once messages sent from then on arrive: 20 newcomers, each addressed at once',
    claimedBy: ({ reliable }) => reliable,
    async run(bench) {
      const greeter = await bench.join({ id: 'greeter' });
      for (let round = 1; round <= NEWCOMERS; round += 1) {
        const newcomer = await bench.newcomer({ id: `newcomer-${round}` });
        await bench.within(newcomer.driver.init(newcomer.context), `init of ${newcomer.id}`);
        greeter.driver.send(newcomer.id, voteResponse(round));
        greeter.driver.broadcast(heartbeat(round));
        await bench.until(
          () => newcomer.hasHeard(voteResponse(round)) && newcomer.hasHeard(heartbeat(round)),
          `the first messages after init of ${newcomer.id}`,
        );
      }
    },
  },
  {
    title: 'a second init rejects with DRIVER_IN_USE and the first node goes on hearing',
    async run(bench) {
      const [first, other] = [await bench.join({ id: 'first' }), await bench.join({ id: 'other' })];
      const second = await bench.newcomer({ id: 'second' });
      await assert.rejects(bench.within(first.driver.init(second.context), 'the second init'), {
        code: 'DRIVER_IN_USE',
      });
      await bench.deliver(voteResponse(1), { from: other, to: [first] });
      assert.deepEqual(second.received, []);
    },
  },
  {
    title: 'init with a signal that has been aborted rejects and leaves nothing listening',
    async run(bench) {
      const [witness, sender] = [await bench.join({ id: 'witness' }), await bench.join({ id: 'sender' })];
      const aborted = await bench.newcomer({ id: 'aborted' });
      await assert.rejects(bench.within(aborted.driver.init(aborted.context, AbortSignal.abort()), 'the aborted init'));
      await hearsNothing(bench, { aborted, witness, sender });
    },
  },
  {
    title: 'a signal aborted during init: it rejects and nothing listens, or it had won and the driver works',
    async run(bench) {
      const [witness, sender] = [await bench.join({ id: 'witness' }), await bench.join({ id: 'sender' })];
      const aborted = await bench.newcomer({ id: 'aborted' });
      const abort = new AbortController();
      const starting = aborted.driver.init(aborted.context, abort.signal);
      abort.abort();
      const [outcome] = await bench.within(Promise.allSettled([starting]), 'the init that was aborted');
      if (outcome?.status === 'rejected') await hearsNothing(bench, { aborted, witness, sender });
      else await bench.deliver(voteResponse(1), { from: sender, to: [aborted] });
    },
  },
  {
    title: 'broadcast and send before init do not throw',
    async run(bench) {
      const early = await bench.newcomer({ id: 'early' });
      early.driver.broadcast(heartbeat(1));
      early.driver.send(early.id, voteResponse(1));
    },
  },
  {
    title: 'in interop mode everything that plain graft says arrives',
    claimedBy: ({ interop }) => interop,
    async run(bench) {
      const from = await bench.join({ id: 'sender', interop: true });
      const to = await bench.join({ id: 'receiver', interop: true });
      for (const message of Object.values(PLAIN_SAMPLES)) await bench.deliver(message, { from, to: [to] });
    },
  },
  {
    title: 'init in interop mode rejects, since the driver does not claim to speak plain graft',
    claimedBy: ({ interop }) => !interop,
    async run(bench) {
      const plain = await bench.newcomer({ id: 'plain', interop: true });
      await assert.rejects(bench.within(plain.driver.init(plain.context), 'init in interop mode'));
    },
  },
];

async function hearsNothing(
  bench: Bench,
  { aborted, witness, sender }: { readonly aborted: Peer; readonly witness: Peer; readonly sender: Peer },
): Promise<void> {
  sender.driver.send(aborted.id, voteResponse(1));
  await bench.deliver(heartbeat(1), { from: sender, to: [witness] });
  await bench.quiet();
  assert.deepEqual(aborted.received, [], 'a driver whose init rejected still listens');
}
