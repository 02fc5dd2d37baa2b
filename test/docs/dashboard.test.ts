// docs/dashboard.md: what it shows is typed, and what it quotes is printed.
import { tmpdir } from 'node:os';
import { expect, test, vi } from 'vitest';
import { MAX_LISTENERS } from '../../src/cli/dashboard/audience.js';
import { graft } from '../cli/graft-process.js';
import { AskedCluster, VOTERS } from '../client/inquirers.js';
import { NatsServer } from '../support/nats-server.js';
import { codeBlocks } from './code-blocks.js';
import { InstalledCommand } from './installed-command.js';
import { readPage } from './pages.js';
import { ShellCommand } from './shell-command.js';

const { path, text } = await readPage('docs/dashboard.md');
const blocks = codeBlocks(path, text);
const marked = (mark: string) => blocks.find((block) => block.mark === mark)?.code ?? '';
const ADDRESS = 'http://127.0.0.1:7480/';

test('the options are those that graft prints, and the numbers those of the program', async () => {
  const { stdout } = await graft(['dashboard', '--help']);
  expect(marked('printed by: dashboard --help')).toBe(stdout);
  expect(stdout).toContain(`(${new URL(ADDRESS).host})`);
  expect(text).toContain(`\`${ADDRESS}\``);
  expect(text).toContain(`${MAX_LISTENERS} pages\nat a time`);
});

test('its example serves the page and every file that it names, and ends with code 0', async () => {
  await using server = await NatsServer.start();
  await using command = await InstalledCommand.create();
  await using cluster = new AskedCluster(server.url);
  for (const id of VOTERS) await cluster.start(id, { cluster: { name: 'reports', voters: VOTERS } });
  await vi.waitUntil(() => cluster.leader !== undefined, 20_000);
  const line = marked('runs: until it is ended').trim();
  expect(line).toMatch(/^graft dashboard --cluster reports/);
  // Any port, should another one be taken here.
  await using dashboard = new ShellCommand(`${line} --listen 0`, {
    cwd: tmpdir(),
    env: { PATH: command.path, NATS_URL: server.url },
  });
  const url = await vi.waitFor(() => {
    const [found] = /^http:\/\/127\.0\.0\.1:\d+\/$/m.exec(dashboard.output) ?? [];
    if (found === undefined) throw new Error(`no address in: ${dashboard.output}`);
    return found;
  }, 20_000);
  const served = new Set<string>();
  const queue = ['/'];
  for (const file of queue) {
    if (served.has(file)) continue;
    served.add(file);
    const response = await fetch(new URL(file, url));
    expect([file, response.status]).toEqual([file, 200]);
    const names = (await response.text()).matchAll(/(?:href|src)="([^"]+)"|from '([^']+)'/g);
    for (const [, linked, imported] of names) {
      queue.push(new URL(linked ?? imported ?? '', new URL(file, url)).pathname);
    }
  }
  expect(served.size).toBeGreaterThan(15);
  expect(await dashboard.end('SIGINT')).toBe(0);
});
