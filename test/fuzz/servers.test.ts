// The same over real sockets and a real nats-server.

import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { NatsServer } from '../support/nats-server.js';
import { fuzz } from './fuzzer.js';
import { httpTarget } from './http-target.js';
import { subjectsTarget } from './subjects-target.js';

const fixtures = fileURLToPath(new URL('../fixtures/go-graft', import.meta.url));

test('whatever arrives at the HTTP address of a node is answered and counted, and honest requests are served', async () => {
  const { finding, outcomes } = await fuzz(httpTarget, { fixtures, natsUrl: '' }, { seed: 1, cases: 600 });
  expect(finding).toBeUndefined();
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(['202', '400', '403', '404', '405', '415', '431']));
});

test('whatever is published to the subjects of a cluster, its leader leads on and each node counts its refusals', async () => {
  await using server = await NatsServer.start();
  const surroundings = { fixtures, natsUrl: server.url };
  const { finding, outcomes } = await fuzz(subjectsTarget, surroundings, { seed: 1, cases: 600 });
  expect(finding).toBeUndefined();
  expect(outcomes['sent: malformed']).toBeGreaterThan(250);
  const asked = ['asked: status', 'asked: stepDown', 'asked: no answer wanted', 'asked: the answer to go astray'];
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(asked));
});
