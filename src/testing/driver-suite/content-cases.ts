import assert from 'node:assert';
import type { MessageKind } from '../../core/messages.js';
import type { DriverCase } from './driver-case.js';
import { isSame } from './same-message.js';
import { heartbeat, SAMPLES, voteRequest, voteResponse } from './samples.js';

const KINDS = Object.keys(SAMPLES) as MessageKind[];

/** That messages arrive as they were sent, and what is none is told. */
export const CONTENT_CASES: readonly DriverCase[] = [
  ...KINDS.map(
    (kind): DriverCase => ({
      title: `every field of a ${kind} arrives: set, absent, at its greatest`,
      async run(bench) {
        const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
        for (const message of SAMPLES[kind]) await bench.deliver(message, { from, to: [to] });
      },
    }),
  ),
  {
    title: 'binary positions arrive unchanged: empty, one zero, every byte value, the largest',
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index);
      const largest = Uint8Array.from({ length: bench.limits.largestPositionBytes }, (_, index) => (index * 31) % 251);
      for (const position of [new Uint8Array(0), Uint8Array.of(0), everyByte, largest]) {
        await bench.deliver(voteRequest(position), { from, to: [to] });
      }
    },
  },
  {
    title: 'what a driver rehearses, if it can, goes nowhere, and does not throw',
    async run(bench) {
      const [from, to] = [await bench.newcomer({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      const rehearse = (): void => {
        for (const kind of KINDS) for (const message of SAMPLES[kind]) from.driver.rehearse?.(message);
      };
      rehearse();
      await bench.within(from.driver.init(from.context), 'init of sender');
      rehearse();
      const real = heartbeat(77);
      await bench.deliver(real, { from, to: [to] });
      assert.ok(
        to.received.every((message) => isSame(message, real)),
        'what was rehearsed has arrived',
      );
    },
  },
  {
    title: 'garbage is reported as MALFORMED_MESSAGE and what comes after it still arrives',
    claimedBy: ({ injectable }) => injectable,
    async run(bench) {
      const [from, to] = [await bench.join({ id: 'sender' }), await bench.join({ id: 'receiver' })];
      const { network } = bench;
      assert.ok(network.injectGarbage, 'the capability injectable is claimed, but the network has no injectGarbage');
      for (const bytes of [Uint8Array.of(255, 255, 255, 255), new TextEncoder().encode('{"not":"a message"}')]) {
        const reportsBefore = to.reported.length;
        await network.injectGarbage({ cluster: to.context.cluster, to: to.id, bytes });
        await bench.until(() => to.reported.length > reportsBefore, 'the report of garbage');
        assert.equal(to.reported.at(-1)?.code, 'MALFORMED_MESSAGE');
      }
      assert.deepEqual(to.received, [], 'garbage was taken for a message');
      await bench.deliver(voteResponse(1), { from, to: [to] });
      await bench.deliver(heartbeat(1), { from, to: [to] });
    },
  },
];
