// Which lines a fault over HTTP is on, and which way each goes seen from whom it hits.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HttpNetwork } from './http-network.js';
import { waysOf } from './network.js';

let network: HttpNetwork;
beforeAll(async () => {
  network = await HttpNetwork.start(['a', 'b', 'c']);
});
afterAll(() => network[Symbol.asyncDispose]());

const named = (lines: ReturnType<HttpNetwork['linesAt']>) => lines.map(({ link, dials }) => [link.name, dials]);

test('A member has a line to each peer and one from each', () => {
  expect(named(network.linesAt({ kind: 'member', member: 'b' })).sort()).toEqual([
    ['a-b', false],
    ['b-a', true],
    ['b-c', true],
    ['c-b', false],
  ]);
});

test('A pair has two lines, and what the first says goes up the one and down the other', () => {
  const lines = network.linesAt({ kind: 'pair', one: 'a', other: 'c' });
  expect(named(lines)).toEqual([
    ['a-c', true],
    ['c-a', false],
  ]);
  const [dialled, answered] = lines;
  expect(waysOf(lines, 'out')).toEqual([dialled?.link.up, answered?.link.down]);
  expect(waysOf(lines, 'in')).toEqual([dialled?.link.down, answered?.link.up]);
  expect(waysOf(lines, 'both')).toHaveLength(4);
});

test('Each member dials its peers through the proxies, and listens at an address of its own', () => {
  const peers = ['a', 'b', 'c'].map((id) => {
    const driver = network.driverOf(id);
    return driver.transport === 'http' ? driver.peers : {};
  });
  const addresses = peers.flatMap((each) => Object.values(each));
  expect(addresses).toHaveLength(9);
  expect(new Set(addresses).size).toBe(9);
});
