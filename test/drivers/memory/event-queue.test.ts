/** The heap under the simulated clock, against a sorted array. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventQueue, type QueuedEvent } from '../../../src/testing/event-queue.js';

test('any mix of pushes, removals and pops leaves the queue in the order that a sorted array gives', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('push' as const), atMs: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ kind: fc.constant('remove' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('pop' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = new EventQueue();
      let naive: QueuedEvent[] = [];
      for (const taken of steps) {
        if (taken.kind === 'push') naive.push(queue.push(taken.atMs, () => undefined));
        const gone =
          taken.kind === 'remove' ? naive[taken.pick % naive.length] : taken.kind === 'pop' ? queue.peek() : undefined;
        if (gone) queue.remove(gone);
        naive = naive.filter((event) => event !== gone);
        naive.sort((one, other) => one.atMs - other.atMs || one.sequence - other.sequence);
        expect(queue.peek()).toBe(naive[0]);
        expect(queue.size).toBe(naive.length);
      }
    }),
  );
});

test('removing an event twice, or after it was taken, removes nothing else', () => {
  const queue = new EventQueue();
  const first = queue.push(1, () => undefined);
  const second = queue.push(2, () => undefined);
  queue.remove(first);
  queue.remove(first);
  expect(queue.peek()).toBe(second);
  expect(queue.size).toBe(1);
});
