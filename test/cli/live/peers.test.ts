// A cluster over HTTP from its first node to its last: graft run, and what asks it, with mutual TLS and without.
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Authority, type Identity } from '../../drivers/http/certificates.js';
import { ReservedPorts } from '../../drivers/http/reserved-ports.js';
import { GraftProcess, graft } from '../graft-process.js';

const VOTERS = ['a', 'b', 'c'];
const STEADY = ['--election-timeout-min', '1500ms', '--heartbeat-interval', '150ms'];

let folder: string;
let ports: ReservedPorts;
let ours: Authority;
let theirs: Authority;
let peers: string;
const nodes: GraftProcess[] = [];

/** The options that show `identity`. */
async function showing(name: string, identity: Identity): Promise<readonly string[]> {
  const parts = Object.entries(identity).map(async ([part, pem]) => {
    const file = join(folder, `${name}.${part}.pem`);
    await writeFile(file, pem);
    return [`--tls${part}`, file];
  });
  return (await Promise.all(parts)).flat();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graft-peers-'));
  [ours, theirs] = await Promise.all([Authority.create(), Authority.create()]);
  ports = await ReservedPorts.reserve(VOTERS.length);
  peers = VOTERS.map((id, index) => `${id}=https://127.0.0.1:${ports.all[index]}`).join(',');
  for (const [index, id] of VOTERS.entries()) {
    await ports.take(ports.all[index] ?? 0);
    const node = ['--cluster', 'web', '--voters', VOTERS.join(','), '--id', id, '--log', join(folder, `${id}.json`)];
    const rest = [...STEADY, '--allow-step-down', '--peers', peers, ...(await showing(id, await ours.issue([id])))];
    nodes.push(await GraftProcess.start(['run', ...node, ...rest, '--', 'sleep', '600']));
  }
});
afterAll(async () => {
  const codes = await Promise.all(nodes.map((node) => node.end('SIGTERM')));
  await Promise.all([ours, theirs, ports].map((held) => held[Symbol.asyncDispose]()));
  await rm(folder, { recursive: true, force: true });
  expect(codes).toEqual([0, 0, 0]);
});

const web = (...args: readonly string[]) => [...args, '--cluster', 'web', '--peers', peers];

describe('a cluster of three with mutual TLS', () => {
  test('tells who shows a certificate of its authority, for whatever name, who leads; and hands over', async () => {
    const operator = await showing('operator', await ours.issue(['operator']));
    const status = async () => await graft([...web('status', '--json'), ...operator]);
    await vi.waitFor(
      async () => {
        const { code, stdout, stderr } = await status();
        expect([code, stderr]).toEqual([0, '']);
        expect(JSON.parse(stdout)).toMatchObject({ missing: [], nodes: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] });
        expect(stdout).toMatch(/"heir":"\w"/);
      },
      { timeout: 30_000, interval: 100 },
    );
    const { leader: from } = JSON.parse((await status()).stdout);
    const to = VOTERS.find((id) => id !== from) ?? '';
    const { code, stdout, stderr } = await graft([...web('step-down', '--to', to, '--json'), ...operator]);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ from, to });
    expect(JSON.parse((await status()).stdout).leader).toBe(to);
    const watched = await graft([...web('watch', '--for', '500ms'), ...operator]);
    expect(watched).toMatchObject({ code: 0, stdout: expect.stringContaining(`${to} leads`) });
  });

  test.each([['status'], ['step-down'], ['watch'], ['dashboard', '--listen', '0'], ['tune']])(
    'without a certificate: %s ends with code 6 and the cause',
    async (...command) => {
      const { code, stdout, stderr } = await graft([...web(...command), '--timeout', '3s']);
      expect([code, stdout]).toEqual([6, '']);
      expect(stderr).toMatch(
        /^graft: nobody answered, and a, b, c cannot be asked: .*certificate.*; no certificate was shown$/m,
      );
    },
  );

  test('with a certificate of another authority: code 6 and the cause', async () => {
    const { cert, key } = await theirs.issue(['a']);
    const stranger = await showing('stranger', { cert, key, ca: await ours.certificate });
    const { code, stderr } = await graft([...web('status'), '--timeout', '8s', ...stranger]);
    expect(code).toBe(6);
    // The alert, or the end of the connection that comes with it.
    expect(stderr).toMatch(/a, b, c cannot be asked: (?:.*unknown ca|.*ECONNRESET|socket hang up)\n$/);
  });

  test('a node whose certificate is for another name is not believed', async () => {
    const operator = await showing('operator', await ours.issue(['operator']));
    const [one = '', other = ''] = peers.split(',').map((peer) => peer.slice(2));
    const { code, stderr } = await graft([
      'status',
      '-c',
      'web',
      '--peers',
      `b=${one},a=${other}`,
      '--timeout',
      '5s',
      ...operator,
    ]);
    expect(code).toBe(6);
    expect(stderr).toContain('b cannot be asked: its certificate is for "a", not for b');
    expect(stderr).toContain('a cannot be asked: its certificate is for "b", not for a');
  });

  test('certificates go with https: addresses alone', async () => {
    const operator = await showing('operator', await ours.issue(['operator']));
    const plain = peers.replaceAll('https:', 'http:');
    const { code, stderr } = await graft(['status', '-c', 'web', '--peers', plain, ...operator]);
    expect([code, stderr]).toEqual([2, 'graft: peers.a is no https: address, and tls is given\n']);
  });
});

test('where nothing listens, that is the cause: code 6, and not that nobody leads', async () => {
  await using away = await ReservedPorts.reserve(2);
  const addresses = away.all.map((port, index) => `${VOTERS[index]}=http://127.0.0.1:${port}`).join(',');
  for (const port of away.all) await away.take(port);
  const { code, stdout, stderr } = await graft(['status', '-c', 'web', '--peers', addresses, '--timeout', '3s']);
  expect([code, stdout]).toEqual([6, '']);
  for (const [index, port] of away.all.entries()) {
    expect(stderr).toContain(`${VOTERS[index]} cannot be asked: connect ECONNREFUSED 127.0.0.1:${port}`);
  }
});

test('where connections are taken and nobody answers in time, that is the cause', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const { code, stdout, stderr } = await graft(['status', '-c', 'web', '--peers', `a=http://127.0.0.1:${port}`]);
  expect([code, stdout, stderr]).toEqual([6, '', 'graft: nobody answered, and a cannot be asked: no answer in time\n']);
});
