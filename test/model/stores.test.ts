// The model's own tables against naive ones: an error there would look like a proof.
import { expect, test } from 'vitest';
import { seededRandom } from '../support/seeded-random.js';
import { PairTable } from './pair-table.js';
import { StateStore } from './state-store.js';
import { permutations } from './symmetry.js';

test('PairTable keeps what a Map of pairs keeps, through every growth', () => {
  const random = seededRandom(1);
  const naive = new Map<string, number>();
  const table = new PairTable();
  for (let entry = 0; entry < 20_000; entry++) {
    const first = Math.floor(random() * 300);
    const second = Math.floor(random() * 300);
    table.set(first, second, entry);
    naive.set(`${first} ${second}`, entry);
  }
  expect(table.size).toBe(naive.size);
  for (let first = 0; first < 300; first++) {
    for (let second = 0; second < 300; second++) {
      if (table.get(first, second) !== (naive.get(`${first} ${second}`) ?? -1)) throw new Error(`${first} ${second}`);
    }
  }
});

test('StateStore tells every state from every other, keeps them in order and knows where each was found from', () => {
  const random = seededRandom(2);
  const naive: string[] = [];
  const known = new Set<string>();
  const store = new StateStore(3);
  for (let entry = 0; entry < 100_000; entry++) {
    const state = Uint32Array.from({ length: 3 }, () => Math.floor(random() * 50));
    const isNew = !known.has(state.join());
    if ((store.add(state, entry) === known.size) !== isNew)
      throw new Error(`${state.join()} is ${isNew ? '' : 'not '}new`);
    if (!isNew) continue;
    known.add(state.join());
    naive.push(`${state.join()} from ${entry}`);
  }
  const state = new Uint32Array(3);
  const kept = naive.map((_, index) => {
    store.read(index, state);
    return `${state.join()} from ${store.parentOf(index)}`;
  });
  expect(store.size).toBe(naive.length);
  expect(kept.join('\n')).toBe(naive.join('\n'));
});

test('permutations are all orders, each once, and the first is the one that changes nothing', () => {
  const orders = permutations(4);
  expect(new Set(orders.map((order) => order.join())).size).toBe(24);
  expect(orders[0]).toEqual([0, 1, 2, 3]);
});
