// The example of docs/driver-http.md: three terminals, no server, curl.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compiledSourceDir } from '../../support/compiled.js';
import { ReservedPorts } from './reserved-ports.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const IDS = ['a', 'b', 'c'];

let folder: string;
let ports: readonly number[];
const terminals = new Map<string, { readonly process: ChildProcess; readonly output: string[] }>();

/** A user's folder: the example, and the package where `npm install` would have put it. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-example-'));
  await cp(join(root, 'examples/http'), folder, { recursive: true });
  const installed = join(folder, 'node_modules/graft-election');
  await mkdir(installed, { recursive: true });
  await symlink(await compiledSourceDir(), join(installed, 'dist'), 'dir');
  const exports = { '.': './dist/index.js', './http': './dist/drivers/http/index.js' };
  await writeFile(join(installed, 'package.json'), JSON.stringify({ name: 'graft-election', type: 'module', exports }));
  await using reserved = await ReservedPorts.reserve(IDS.length);
  ports = reserved.all;
});

afterAll(async () => {
  for (const { process } of terminals.values()) {
    if (process.exitCode !== null || process.signalCode !== null) continue;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
});

function open(id: string): void {
  const child = spawn(process.execPath, ['node.mjs', id, ports.join(',')], { cwd: folder });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  terminals.set(id, { process: child, output });
}

async function curl(...args: readonly string[]): Promise<{ status: number; body: Record<string, unknown> }> {
  const { stdout } = await promisify(execFile)('curl', ['--silent', '--write-out', '%{http_code}', ...args]);
  return { status: Number(stdout.slice(-3)), body: JSON.parse(stdout.slice(0, -3)) };
}

const urlOf = (id: string) => `http://127.0.0.1:${ports[IDS.indexOf(id)]}/cluster`;
const printed = () => [...terminals.values()].map(({ output }) => output.join('')).join('');

function hasEnded(id: string): boolean {
  const child = terminals.get(id)?.process;
  return child === undefined || child.exitCode !== null || child.signalCode !== null;
}

async function leader(): Promise<string> {
  return await vi.waitFor(async () => {
    for (const id of IDS) {
      if (hasEnded(id)) continue;
      const { body } = await curl(`${urlOf(id)}/status`);
      if (body['isLeader'] === true) return id;
    }
    throw new Error(`nobody leads: ${printed()}`);
  }, 30_000);
}

test('three terminals elect; curl shows the status, steps the leader down, and another takes over; so does Ctrl-C, and kill -9', async () => {
  for (const id of IDS) open(id);
  const first = await leader();
  expect((await curl(`${urlOf(first)}/id`)).body).toEqual({ id: first, cluster: 'example' });
  await vi.waitFor(async () => {
    for (const id of IDS) expect((await curl(`${urlOf(id)}/status`)).body).toMatchObject({ id, leader: first });
  }, 10_000);
  expect(terminals.get(first)?.output.join('')).toContain(`${first}: at work in term `);

  const follower = IDS.find((id) => id !== first) ?? '';
  expect((await curl('-X', 'POST', `${urlOf(follower)}/stepdown`)).status).toBe(409);
  expect(await curl('-X', 'POST', `${urlOf(first)}/stepdown`)).toMatchObject({
    status: 200,
    body: { isLeader: false },
  });
  const second = await leader();
  expect(second).not.toBe(first);
  expect(terminals.get(first)?.output.join('')).toContain(`${first}: work has ended`);

  const ended = terminals.get(second)?.process;
  ended?.kill('SIGINT');
  expect(await once(ended as ChildProcess, 'exit')).toEqual([0, null]);
  const third = await leader();
  expect(third).not.toBe(second);

  open(second);
  await vi.waitFor(
    async () => expect((await curl(`${urlOf(second)}/status`)).body).toMatchObject({ leader: third }),
    30_000,
  );
  const killed = terminals.get(third)?.process as ChildProcess;
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  expect(await leader()).not.toBe(third);
});

test('docs/driver-http.md shows the example as it is', async () => {
  const [page, code] = await Promise.all([
    readFile(join(root, 'docs/driver-http.md'), 'utf8'),
    readFile(join(root, 'examples/http/node.mjs'), 'utf8'),
  ]);
  expect(page).toContain(code.slice(code.indexOf('import')).trim());
});
