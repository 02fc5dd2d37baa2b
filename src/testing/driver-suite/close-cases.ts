import assert from 'node:assert';
import type { DriverCase } from './driver-case.js';
import { heartbeat, voteResponse } from './samples.js';

const LAST_WORDS = 100;

/** What `close` owes. */
export const CLOSE_CASES: readonly DriverCase[] = [
  {
    title: 'closing twice resolves twice, one after the other and both at once',
    async run(bench) {
      const [early, late] = [await bench.join({ id: 'early' }), await bench.join({ id: 'late' })];
      await bench.within(early.driver.close(), 'the first close');
      await bench.within(early.driver.close(), 'the second close');
      await bench.within(Promise.all([late.driver.close(), late.driver.close()]), 'two closes at once');
    },
  },
  {
    title: 'close before init resolves',
    async run(bench) {
      const idle = await bench.newcomer({ id: 'idle' });
      await bench.within(idle.driver.close(), 'close before init');
    },
  },
  {
    title: 'close during init ends both and leaves nothing listening',
    async run(bench) {
      const [witness, sender] = [await bench.join({ id: 'witness' }), await bench.join({ id: 'sender' })];
      const closed = await bench.newcomer({ id: 'closed' });
      const starting = closed.driver.init(closed.context);
      const ended = Promise.allSettled([starting]);
      await bench.within(closed.driver.close(), 'close during init');
      await bench.within(ended, 'the init during which the driver was closed');
      sender.driver.send(closed.id, voteResponse(1));
      await bench.deliver(heartbeat(1), { from: sender, to: [witness] });
      await bench.quiet();
      assert.deepEqual(closed.received, [], 'a driver that was closed during init still listens');
    },
  },
  {
    title: 'what was sent before close still leaves: 100 messages and a close in one go',
    claimedBy: ({ reliable }) => reliable,
    async run(bench) {
      const [leaving, staying] = [await bench.join({ id: 'leaving' }), await bench.join({ id: 'staying' })];
      for (let round = 1; round <= LAST_WORDS; round += 1) leaving.driver.send(staying.id, voteResponse(round));
      await bench.within(leaving.driver.close(), 'close');
      await bench.until(() => staying.roundsHeard('voteResponse').size === LAST_WORDS, 'what was sent before close');
    },
  },
  {
    title: 'nothing is received once close has resolved, though messages are under way',
    async run(bench) {
      const [closing, witness] = [await bench.join({ id: 'closing' }), await bench.join({ id: 'witness' })];
      const sender = await bench.join({ id: 'sender' });
      for (let round = 1; round <= LAST_WORDS; round += 1) sender.driver.send(closing.id, voteResponse(round));
      await bench.within(closing.driver.close(), 'close');
      const heardBefore = closing.received.length;
      sender.driver.send(closing.id, voteResponse(LAST_WORDS + 1));
      await bench.deliver(heartbeat(1), { from: sender, to: [witness] });
      await bench.quiet();
      assert.equal(closing.received.length, heardBefore, 'a closed driver still receives');
    },
  },
  {
    title: 'broadcast and send after close do not throw and say nothing',
    async run(bench) {
      const [closed, other] = [await bench.join({ id: 'closed' }), await bench.join({ id: 'other' })];
      await bench.within(closed.driver.close(), 'close');
      closed.driver.broadcast(heartbeat(1));
      closed.driver.send(other.id, voteResponse(1));
      await bench.quiet();
      assert.deepEqual(other.received, [], 'a closed driver still speaks');
    },
  },
  {
    title: 'closing one driver leaves the others of the same network working, and a new one may take its id',
    async run(bench) {
      const [b, c] = [await bench.join({ id: 'b' }), await bench.join({ id: 'c' })];
      const a = await bench.join({ id: 'a' });
      await bench.within(a.driver.close(), 'close');
      await bench.deliver(heartbeat(1), { from: b, to: [c] });
      await bench.deliver(voteResponse(2), { from: c, to: [b] });
      const successor = await bench.join({ id: 'a' });
      await bench.deliver(voteResponse(3), { from: b, to: [successor] });
      assert.ok(!a.hasHeard(voteResponse(3)), 'a closed driver hears what is sent to its successor');
    },
  },
];
