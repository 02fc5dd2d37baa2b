// Every command as a process, against a real nats-server: what it prints, where, and how it ends (docs/cli.md).
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nkeys } from 'nats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { VERSION } from '../../../src/version.js';
import { AskedCluster, VOTERS } from '../../client/inquirers.js';
import { NatsServer } from '../../support/nats-server.js';
import { GraftProcess, graft } from '../graft-process.js';

let server: NatsServer;
let folder: string;
beforeAll(async () => {
  server = await NatsServer.start();
  folder = await mkdtemp(join(tmpdir(), 'graft-cli-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Voters that run in this process, one of them leading. */
async function startVoters(ids: readonly string[] = VOTERS, options = {}) {
  const cluster = new AskedCluster(server.url);
  for (const id of ids) await cluster.start(id, options);
  await vi.waitUntil(() => cluster.leader?.status().heir !== undefined, 20_000);
  return cluster;
}
const jobs = (...args: readonly string[]) => [...args, '--cluster', 'jobs', '--server', server.url];

describe('graft', () => {
  test('says its version, lists its commands, and explains each with its exit codes and examples', async () => {
    expect(await graft(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
    const { stdout } = await graft(['--help']);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) +\w/gm)].map(([, name = '']) => name);
    expect(commands).toEqual(['run', 'status', 'watch', 'dashboard', 'step-down', 'tune', 'log', 'demo']);
    for (const command of commands) {
      const help = await graft([command, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(/^Exit codes:\n {2}0 {2}done$/m);
      expect(help.stdout).toMatch(new RegExp(`^Examples:\\n {2}graft ${command}`, 'm'));
      expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(130);
    }
  });

  test.each([
    [[], /Commands:/],
    [['frobnicate'], /no command "frobnicate"/],
    [['status'], /--cluster NAME is missing; see graft status --help/],
    [['status', '-c', 'a b'], /cluster\.name is "a b"/],
    [['status', '-c', 'jobs', '--frob'], /--frob/],
    [['status', '-c', 'jobs', 'extra'], /"extra" is no option/],
    [['status', '-c', 'jobs', '--peers', 'a'], /give ID=URL/],
    [['watch', '-c', 'jobs', '--interval', '0ms'], /--interval is too short: give 50ms at least/],
    [['dashboard', '-c', 'jobs', '--interval', '49ms'], /--interval is too short: give 50ms at least/],
    [['log'], /takes one FILE/],
    [['run', '-c', 'jobs', '--voters', 'a', '--id', 'a', '--log', 'x'], /after -- comes the program/],
    [['run', '-c', 'jobs', '--', '/nonexistent/program'], /no program "\/nonexistent\/program"/],
    [['run', '-c', 'jobs', '--id', 'a', '--log', 'x', '--', 'true'], /--voters IDS is missing/],
  ])('%j is wrong use: code 2, and what to do', async (args, text) => {
    const { code, stdout, stderr } = await graft(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(text);
  });

  test('tells errors as JSON where JSON was asked for', async () => {
    const { code, stderr } = await graft(['status', '--json']);
    expect([code, JSON.parse(stderr)]).toEqual([2, { error: 'USAGE', message: '--cluster NAME is missing' }]);
  });
});

describe('graft status', () => {
  test('of a cluster that is well: a table for people without colours, where it is no terminal; code 0', async () => {
    await using cluster = await startVoters();
    const { code, stdout, stderr } = await graft(jobs('status'));
    expect([code, stderr]).toEqual([0, '']);
    const [head, , titles, ...rows] = stdout.trimEnd().split('\n');
    expect(head).toBe(`jobs: ${cluster.leader?.id} leads, term ${cluster.leader?.term}`);
    expect(titles?.trim().split(/ {2,}/)).toEqual([
      ...['id', 'state', 'term', 'leader', 'lease left', 'heir', 'priority', 'version', 'up', 'round trip'],
    ]);
    expect(rows.map((row) => row.split(/ {2,}/)[1])).toEqual(VOTERS);
    expect(rows.filter((row) => row.startsWith('●'))).toHaveLength(1);
    expect(stdout).not.toContain('\u001b');
  });

  test('as JSON is one line with the whole of it; a voter that is missing is named, and the code is 4', async () => {
    await using cluster = await startVoters(['a', 'b']);
    const { code, stdout } = await graft(jobs('status', '--json'));
    expect(code).toBe(4);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const status = JSON.parse(stdout);
    expect(status).toMatchObject({ cluster: 'jobs', leader: cluster.leader?.id, missing: ['c'], missingCount: 1 });
    expect(status.nodes[0]).toMatchObject({ id: 'a', version: VERSION, roundTripMs: expect.any(Number) });
    expect((await graft(jobs('status'))).stdout).toMatch(/✗ {2}c +no answer/);
  });

  test('where nobody leads has code 3; where nobody can be asked 6, with what is in the way', async () => {
    expect(await graft([...jobs('status'), '--voters', 'x', '--timeout', '100ms'])).toMatchObject({
      ...{ code: 3, stdout: expect.stringContaining('nobody leads') },
    });
    const away = await graft(['status', '-c', 'jobs'], { env: { NATS_URL: 'nats://127.0.0.1:1' } });
    expect(away).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('no connection to NATS') });
  });

  test('has the credentials that the server asks for: user, token, nkey seed', async () => {
    const user = nkeys.createUser();
    const seed = join(folder, 'user.nk');
    await writeFile(seed, `# of the operators\n${new TextDecoder().decode(user.getSeed())}\n`);
    const config = (users: string) => `authorization { ${users} }`;
    const asked = ['status', '-c', 'jobs', '--timeout', '50ms'];
    for (const [users, args, env] of [
      ['users = [ { user: u, password: p } ]', [], { NATS_USER: 'u', NATS_PASSWORD: 'p' }],
      ['token: secret', ['--token', 'secret'], {}],
      [`users = [ { nkey: ${user.getPublicKey()} } ]`, ['--nkey', seed], {}],
    ] as const) {
      await using guarded = await NatsServer.start({ config: config(users) });
      const options = { env: { NATS_URL: guarded.url, ...env } };
      expect((await graft([...asked, ...args], options)).code).toBe(3);
      expect((await graft(asked, { env: { NATS_URL: guarded.url } })).code).toBe(6);
    }
  });
});

describe('graft tune', () => {
  // Two hundred round trips within a second or two, and yet a lease that a busy machine keeps.
  const brisk = { timings: { electionTimeoutMinMs: 1_000, electionTimeoutMaxMs: 1_000, heartbeatIntervalMs: 20 } };
  const untilMeasured = (cluster: AskedCluster) =>
    vi.waitUntil(() => cluster.leader?.status().tuning.verdict === 'fits', 30_000);

  test('says that too little was measured, code 9, or that the timings fit, code 0, with what was measured and why', async () => {
    await using cluster = await startVoters(['a', 'b'], { timings: { ...brisk.timings, heartbeatIntervalMs: 400 } });
    const early = await graft(jobs('tune'));
    expect(early).toMatchObject({ code: 9, stderr: '' });
    expect(early.stdout).toMatch(/not enough was measured yet[\s\S]*no answer from c[\s\S]*, and it takes 200/);

    await using measured = await startVoters(VOTERS, { ...brisk, cluster: { name: 'measured', voters: VOTERS } });
    await untilMeasured(measured);
    const { leader } = measured;
    const { code, stdout, stderr } = await graft(['tune', '-c', 'measured', '--server', server.url]);
    expect([code, stderr]).toEqual([0, '']);
    const [head, , ...rest] = stdout.trimEnd().split('\n');
    expect(head).toBe(`measured: ${leader?.id} leads, term ${leader?.term}; the timings fit`);
    const milliseconds = expect.stringMatching(/^\d+$/);
    expect(rest.slice(0, 4).map((row) => row.trim().split(/ {2,}/))).toEqual([
      ['present', 'recommended', 'graft run'],
      ['electionTimeoutMinMs', '1000', milliseconds, '--election-timeout-min'],
      ['electionTimeoutMaxMs', '1000', milliseconds, '--election-timeout-max'],
      ['heartbeatIntervalMs', '20', milliseconds, '--heartbeat-interval'],
    ]);
    expect(stdout).toMatch(new RegExp(`^round trip +${leader?.id} +\\d{3,} +[\\d.]+ ms +[\\d.]+ ms`, 'm'));
    expect(stdout.match(/^(?:event loop late by|write) +a +\d+/gm)).toHaveLength(2);
    expect(stdout).toMatch(/^lease +2 heartbeat intervals of 20 ms \+ .* within the lease of 904 ms: .*\(rule 8\)$/m);
    expect(stdout).not.toContain('to be set');
    expect(cluster.leader).toBeDefined();
  });

  test('as JSON is one object with all of it', async () => {
    await using cluster = await startVoters(VOTERS, brisk);
    await untilMeasured(cluster);
    const { code, stdout } = await graft(jobs('tune', '--json'));
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({
      ...{ cluster: 'jobs', leader: cluster.leader?.id, verdict: 'fits', missing: [], troubles: [] },
      timings: { ...brisk.timings, maxClockDrift: 0.05 },
    });
    expect(told.measured.roundTrip.count).toBeGreaterThanOrEqual(200);
    expect(told.recommended.electionTimeoutMinMs).toBeGreaterThanOrEqual(150);
    expect(told.reasons).toHaveLength(5);
    expect(told.nodes.map(({ id }: { readonly id: string }) => id)).toEqual(VOTERS);
  });

  test('where nobody tells has code 6; graft status names nodes whose timings differ', async () => {
    const silent = await graft([...jobs('tune'), '--voters', 'x', '--timeout', '100ms']);
    expect(silent).toMatchObject({ code: 6, stderr: expect.stringContaining('no answer from x') });
    await using cluster = await startVoters(['a', 'b'], brisk);
    await cluster.start('c', { timings: { ...brisk.timings, electionTimeoutMinMs: 999 } });
    const { code, stdout } = await graft(jobs('status'));
    expect(code).toBe(4);
    expect(stdout).toMatch(
      /^! (?:c has electionTimeoutMinMs 999, and [ab] 1000|[ab] has .* 1000, and c 999): stop all/m,
    );
  });
});

describe('graft step-down', () => {
  test('has the leader hand over to the voter that is named: code 0, and as JSON', async () => {
    await using cluster = await startVoters(VOTERS, { allowStepDown: true });
    const from = cluster.leader?.id;
    const [to = ''] = VOTERS.filter((id) => id !== from);
    const { code, stdout } = await graft(jobs('step-down', '--to', to, '--json'));
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      { from, to, term: cluster.leader?.term, tookMs: expect.any(Number) },
    ]);
    expect((await graft(jobs('step-down'))).stdout).toMatch(
      new RegExp(`^${to} has handed over to \\w, which leads term`),
    );
  });

  test('waits for --timeout while the work of the leader ends; then code 10, and the handover goes on', async () => {
    await using cluster = await startVoters(VOTERS, { allowStepDown: true, drainTimeoutMs: 60_000 });
    const { leader } = cluster;
    let endWork = (): void => undefined;
    void leader?.lead(() => new Promise<void>((resolve) => (endWork = resolve)));
    const { code, stdout, stderr } = await graft(jobs('step-down', '--timeout', '2s', '--json'));
    const message = `${leader?.id} was asked to step down, and no answer came within 2000 ms: it may be ending its work still`;
    expect([code, stdout, JSON.parse(stderr)]).toEqual([
      ...[10, '', { error: 'NO_ANSWER', message: `${message}; see status()` }],
    ]);
    expect(cluster.leader).toBe(leader);
    endWork();
    await vi.waitUntil(() => cluster.leader !== undefined && cluster.leader !== leader, 20_000);
  });

  test('is refused with code 5 where it is not allowed, and has code 3 where nobody leads', async () => {
    await using _cluster = await startVoters(['a', 'b']);
    expect(await graft(jobs('step-down'))).toMatchObject({ code: 5, stderr: expect.stringContaining('allowStepDown') });
    const nobody = await graft(['step-down', '-c', 'nobody', '-s', server.url]);
    expect(nobody).toMatchObject({ code: 3, stderr: expect.stringContaining('nobody leads') });
  });
});

describe('graft watch', () => {
  test('prints a line for each change where it is no terminal, as JSON too, until it is told to end: code 0', async () => {
    await using cluster = await startVoters();
    await using words = await GraftProcess.start(jobs('watch', '--interval', '50ms'));
    await using json = await GraftProcess.start(jobs('watch', '--interval', '50ms', '--json'));
    const first = cluster.leader?.id;
    await words.says(new RegExp(`^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} {2}${first} leads term`, 'm'));
    await json.says(/"kind":"leader"/);
    await cluster.leader?.close();
    await words.says(new RegExp(`^\\S+ {2}${first} does not answer`, 'm'));
    await json.says(new RegExp(`"kind":"silent","id":"${first}"`));
    expect([await words.end('SIGINT'), await json.end('SIGTERM')]).toEqual([0, 0]);
    expect(words.stdout).not.toContain('\u001b');
    for (const line of json.stdout.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ at: expect.any(String), change: { kind: expect.any(String) } });
    }
  });

  test('ends after --for, and goes on over an outage of the server', async () => {
    await using own = await NatsServer.start();
    await using watch = await GraftProcess.start([
      'watch',
      '-c',
      'jobs',
      '-s',
      own.url,
      '--interval',
      '50ms',
      '--for',
      '3s',
    ]);
    await watch.says(/nobody leads/);
    await own.kill();
    await watch.says(/is down; nobody can be asked/);
    await own.restart();
    expect(await watch.end()).toBe(0);
  });
});

describe('graft log', () => {
  const fixture = (name: string) => new URL(`../../fixtures/go-graft/${name}.json`, import.meta.url).pathname;

  test('says what a log of Go graft holds, and as JSON', async () => {
    const { code, stdout } = await graft(['log', fixture('log-later-term'), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ term: expect.any(Number), isNew: false });
    expect((await graft(['log', fixture('log-legacy-digest')])).stdout).toMatch(/^checked +the digest is right$/m);
  });

  test.each(['log-flipped-byte', 'log-truncated', 'log-max-term', 'not-there'])(
    'of %s has code 7 and says why',
    async (name) => {
      const { code, stdout, stderr } = await graft(['log', fixture(name)]);
      expect([code, stdout]).toEqual([7, '']);
      expect(stderr).toMatch(/^graft: log .*(?:corrupt|greater than|cannot be read)/);
    },
  );

  test('names the process that has it open, and nobody once that has ended', async () => {
    const file = join(folder, 'open.json');
    const cluster = new AskedCluster(server.url);
    await cluster.start('a', { cluster: { name: 'own', voters: ['a'] }, log: file });
    expect((await graft(['log', file])).stdout).toMatch(new RegExp(`^in use +by process ${process.pid} on `, 'm'));
    await cluster[Symbol.asyncDispose]();
    const { stdout } = await graft(['log', file]);
    expect(stdout).toMatch(/^in use +no$/m);
    expect(stdout).toMatch(/^node +a$/m);
  });
});

test('graft demo elects, hands over, loses its leader and has another, and ends by itself', async () => {
  const { code, stdout, stderr } = await graft(['demo', '--json']);
  expect([code, stderr]).toEqual([0, '']);
  const steps = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(steps.map(({ what }) => what))).toEqual(
    new Set(['starts', 'leads', 'hands over', 'is cut off', 'stops', 'is back', 'follows']),
  );
  const terms = steps.filter(({ what }) => what === 'leads').map(({ term }) => term);
  expect(terms).toEqual([...terms].sort((one, other) => one - other));
  expect(terms).toHaveLength(3);
});
