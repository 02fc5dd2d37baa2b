// docs/client.md: each piece of code is compiled, and the first one is run against a cluster.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { AskedCluster, VOTERS } from '../client/inquirers.js';
import { NatsServer } from '../support/nats-server.js';
import { asFiles, codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { RunningService } from './running-service.js';
import { UserProject } from './user-project.js';

const { path, text } = await readPage('docs/client.md');
const programs = codeBlocks(path, text).filter(({ language }) => language === 'ts');
const address = 'nats://127.0.0.1:4222';

let server: NatsServer;
beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.stop());

test('the code in docs/client.md compiles under strict options', async () => {
  await using project = await UserProject.create();
  expect(programs).toHaveLength(4);
  expect(await project.complaints(asFiles(programs))).toBe('');
});

test('its first example names the leader and every node', async () => {
  const [block] = programs.filter(({ mark }) => mark === 'runs: against three nodes');
  await using cluster = new AskedCluster(server.url);
  for (const id of VOTERS) await cluster.start(id, { cluster: { name: 'reports', voters: VOTERS } });
  await vi.waitUntil(() => cluster.leader !== undefined, 20_000);
  await using project = await UserProject.create();
  const program = await project.program('asks', block?.code.replace(address, server.url) ?? '');
  await using service = new RunningService(program, [], project.folder);
  expect(await service.end(), service.output).toBe(0);
  expect(service.output).toMatch(/^[abc] leads term \d+\na (?:LEADER|FOLLOWER) \d/);
  expect(service.output.match(/ LEADER /g)).toHaveLength(1);
  expect(service.output.match(/ FOLLOWER /g)).toHaveLength(2);
});
