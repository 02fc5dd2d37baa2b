// docs/cli.md: what it shows is typed, what it quotes is printed, and its table of exit codes is the program's.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { EXIT } from '../../src/cli/exit-codes.js';
import { graft } from '../cli/graft-process.js';
import { NatsServer } from '../support/nats-server.js';
import { codeBlocks } from './code-blocks.js';
import { InstalledCommand } from './installed-command.js';
import { readPage } from './pages.js';
import { ShellCommand } from './shell-command.js';

const { path, text } = await readPage('docs/cli.md');
const blocks = codeBlocks(path, text);
const marked = (mark: string) => blocks.find((block) => block.mark === mark)?.code ?? '';

let server: NatsServer;
let folder: string;
let command: InstalledCommand;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  server = await NatsServer.start();
  folder = await mkdtemp(join(tmpdir(), 'graft-docs-cli-'));
  command = await InstalledCommand.create();
  env = { PATH: command.path, NATS_URL: server.url };
});
afterAll(async () => {
  await server.stop();
  await command[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

test.each(blocks.filter(({ mark = '' }) => mark.startsWith('printed by: ')))(
  'what $mark is what graft prints',
  async ({ mark = '', code }) => {
    const { stdout } = await graft(mark.replace('printed by: ', '').split(' '));
    expect(code).toBe(stdout);
  },
);

test('npx brings along the client of each transport, in a version that the library takes', () => {
  expect(text).toContain('`npx --package graft-election --package nats graft`');
  const [, name = '', major] = /`graft run --peers` needs `(\w+)@(\d+)`/.exec(text) ?? [];
  expect(new Map(Object.entries(manifest.peerDependencies)).get(name)).toBe(`^${major}.0.0`);
});

test('the exit codes are those that the program has', () => {
  const rows = [...text.matchAll(/^\| (\d+) \| /gm)].map(([, code]) => Number(code));
  expect(rows).toEqual(Object.values(EXIT).sort((one, other) => one - other));
});

test('three terminals, as shown: one program works; killed, another one works; the commands beside it do what they say', async () => {
  await writeFile(join(folder, 'worker.sh'), marked('runs: worker.sh'));
  const line = marked('runs: three terminals').trim();
  expect(line).toContain('--id a --log ./a.json');
  const start = (id: string) =>
    new ShellCommand(line.replace('--id a --log ./a.json', `--id ${id} --log ./${id}.json`), { cwd: folder, env });
  await using a = start('a');
  await using b = start('b');
  await using c = start('c');
  const terminals = [a, b, c];
  const tokens = (one: ShellCommand) =>
    [...one.output.matchAll(/works, token (\d+)/g)].map(([, token]) => Number(token));
  const newestToken = () => Math.max(0, ...terminals.flatMap(tokens));
  await vi.waitUntil(() => newestToken() > 0, 30_000);

  const lines = marked('runs: each line').trim().split('\n');
  expect(lines.map((each) => each.split(' ')[1])).toEqual(['status', 'status', 'step-down', 'watch', 'log']);
  for (const each of lines) {
    await using typed = new ShellCommand(each, { cwd: folder, env });
    const before = newestToken();
    expect(await typed.end(), `${each}\n${typed.output}`).toBe(0);
    if (each.includes('step-down')) await vi.waitUntil(() => newestToken() > before, 30_000);
  }
  expect(terminals.map((one) => one.output).join('')).toMatch(/^\w tidies up$/m);

  const token = newestToken();
  expect(token).toBeGreaterThan(1);
  await terminals.find((one) => tokens(one).includes(token))?.end('SIGKILL');
  await vi.waitUntil(() => newestToken() > token, 30_000);
});
