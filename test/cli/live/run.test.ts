// graft run: what its program is given, how it ends, and what becomes of leadership then (docs/cli.md).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ReservedPorts } from '../../drivers/http/reserved-ports.js';
import { NatsServer } from '../../support/nats-server.js';
import { GraftProcess, graft } from '../graft-process.js';

let server: NatsServer;
let folder: string;
beforeAll(async () => {
  server = await NatsServer.start();
  folder = await mkdtemp(join(tmpdir(), 'graft-run-'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface RunOptions {
  readonly cluster: string;
  readonly id?: string;
  readonly voters?: string;
  readonly args?: readonly string[];
}

/** Timings under which a busy machine changes no leader by itself. */
const STEADY = [
  '--election-timeout-min',
  '1500ms',
  '--election-timeout-max',
  '1500ms',
  '--heartbeat-interval',
  '150ms',
];

/** The arguments of a node that runs `script`, a shell's. */
function run(script: string, { cluster, id = 'a', voters = 'a', args = [] }: RunOptions): readonly string[] {
  const node = ['--cluster', cluster, '--voters', voters, '--id', id, '--log', join(folder, `${cluster}-${id}.json`)];
  return ['run', ...node, '--server', server.url, ...STEADY, ...args, '--', 'sh', '-c', script];
}

describe('graft run', () => {
  test('gives its program the term, the node and the cluster, and its own output streams', async () => {
    const script = 'echo "$GRAFT_TERM $GRAFT_NODE_ID $GRAFT_CLUSTER"; echo oops >&2; sleep 60';
    await using node = await GraftProcess.start(run(script, { cluster: 'given' }));
    await node.says(/^1 a given$/m);
    await node.says(/^oops$/m);
    expect(node.stdout).toBe('1 a given\n');
    await node.says(/^graft a \S+ {2}this node leads term 1: the program is started, pid \d+$/m);
    expect(await node.end('SIGTERM')).toBe(0);
  });

  test('on SIGTERM lets its program end, and only then hands over: another node runs it; code 0', async () => {
    const script =
      'trap "echo tidying; sleep 0.3; echo tidied $GRAFT_NODE_ID; exit 0" TERM; while :; do sleep 0.05; done';
    const options = { cluster: 'planned', voters: 'a,b' };
    await using a = await GraftProcess.start(run(script, { ...options, id: 'a', args: ['--json', '--priority', '2'] }));
    await using b = await GraftProcess.start(run(script, { ...options, id: 'b', args: ['--json'] }));
    const leads = /"what":"started"/;
    await vi.waitUntil(() => leads.test(a.stderr) || leads.test(b.stderr), 30_000);
    const [first, second] = leads.test(a.stderr) ? [a, b] : [b, a];
    // Not before the other has answered a heartbeat: there would be nobody to hand over to.
    await second.says(/"what":"leader","leader":"\w"/);
    first.signal('SIGTERM');
    await second.says(leads);
    expect(first.stdout).toMatch(/^tidying\ntidied \w\n$/);
    expect(await first.end()).toBe(0);
    const at = (text: string, what: string): number => {
      const line = text.split('\n').find((each) => each.includes(`"what":"${what}"`)) ?? '{}';
      return Date.parse(JSON.parse(line).at);
    };
    expect(at(first.stderr, 'ended')).toBeLessThanOrEqual(at(second.stderr, 'started'));
  });

  test('kills a program that does not end within --grace, its whole process group; at once on a second SIGTERM', async () => {
    const script =
      'trap "" TERM; sh -c "trap \\"\\" TERM; echo child \\$\\$; while :; do sleep 0.05; done" & echo up; wait';
    await using node = await GraftProcess.start(run(script, { cluster: 'stubborn', args: ['--grace', '100ms'] }));
    await node.says(/^child \d+$/m);
    expect(await node.end('SIGTERM')).toBe(0);
    expect(node.stderr).toMatch(/killed \(SIGKILL\)/);
    const child = Number(/^child (\d+)$/m.exec(node.stdout)?.[1]);
    await vi.waitUntil(() => isGone(child), 10_000);

    await using patient = await GraftProcess.start(run(script, { cluster: 'hurried', args: ['--grace', '10m'] }));
    await patient.says(/^up$/m);
    patient.signal('SIGTERM');
    await patient.says(/told to end \(SIGTERM\)/);
    expect(await patient.end('SIGTERM')).toBe(0);
  });

  test('runs a program that ends by itself again, after a wait that grows', async () => {
    await using node = await GraftProcess.start(run('echo ran; exit 3', { cluster: 'again' }));
    await node.says(/(?:ran\n){3}/);
    const waits = [...node.stderr.matchAll(/restart in (\d+) ms/g)].map(([, ms]) => Number(ms));
    expect(waits.slice(0, 2)).toEqual([100, 200]);
    expect(node.stderr).toMatch(/the program has ended: exit code 3, after \d+ ms/);
    expect(await node.end('SIGTERM')).toBe(0);
  });

  test('with --on-exit exit ends as its program does, also by a signal', async () => {
    const args = ['--on-exit', 'exit'];
    expect((await graft(run('exit 7', { cluster: 'ends', args }))).code).toBe(7);
    expect((await graft(run('kill -SEGV $$', { cluster: 'dies', args }))).code).toBe(139);
  });

  test('with --on-exit step-down gives leadership to another node when its program ends', async () => {
    const options = { cluster: 'gives', voters: 'a,b', args: ['--on-exit', 'step-down'] };
    await using a = await GraftProcess.start(run('echo ran; sleep 0.5', { ...options, id: 'a' }));
    await using b = await GraftProcess.start(run('echo ran; sleep 0.5', { ...options, id: 'b' }));
    await a.says(/^ran$/m);
    await b.says(/^ran$/m);
    await vi.waitUntil(() => /step-down in 100 ms/.test(a.stderr + b.stderr), 30_000);
  });

  test('whose guard is killed while another node leads ends with code 1: it could keep no promise when it leads', async () => {
    const options = { cluster: 'unguarded', voters: 'a,b' };
    await using a = await GraftProcess.start(run('sleep 60', { ...options, id: 'a' }));
    await using b = await GraftProcess.start(run('sleep 60', { ...options, id: 'b' }));
    const leads = /this node leads/;
    await vi.waitUntil(() => leads.test(a.stderr) || leads.test(b.stderr), 30_000);
    const follower = leads.test(a.stderr) ? b : a;
    process.kill(await follower.guard(), 'SIGKILL');
    expect(await follower.end()).toBe(1);
    expect(follower.stderr).toContain('the guard process was killed');
  });

  test('has code 6 where there is no server', async () => {
    const away = ['run', '-c', 'x', '--voters', 'a', '--id', 'a', '--log', join(folder, 'x.json'), '-s', '127.0.0.1:1'];
    expect(await graft([...away, '--', 'true'])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('no connection'),
    });
  });

  test('has code 7 where its log is in use, and 2 where its timings contradict each other', async () => {
    const args = run('sleep 60', { cluster: 'owned' });
    await using first = await GraftProcess.start(args);
    await first.says(/has joined/);
    expect(await graft(args)).toMatchObject({ code: 7, stderr: expect.stringContaining('is in use by process') });
    const wrong = run('true', { cluster: 'wrong', args: ['--heartbeat-interval', '1s'] });
    expect((await graft(wrong)).code).toBe(2);
  });

  test('with an --on-exit that there is none of ends with code 2, and no node that leads without a program', async () => {
    const args = run('sleep 60', { cluster: 'unhandled', args: ['--on-exit', 'again'] });
    await using node = await GraftProcess.start(args);
    await node.says(/--on-exit is "again"/);
    await vi.waitUntil(() => node.hasEnded, 10_000);
    expect(await node.end()).toBe(2);
    expect(node.stderr).not.toContain('has joined');
  });

  test('over HTTP needs no server: two nodes elect, answer graft status and graft tune, and hand over on graft step-down', async () => {
    await using ports = await ReservedPorts.reserve(2);
    const peers = ports.all.map((port, index) => `${'ab'[index]}=http://127.0.0.1:${port}`).join(',');
    for (const port of ports.all) await ports.take(port);
    const start = (id: string) => {
      const node = ['run', '-c', 'web', '--voters', 'a,b', '--id', id, '--log', join(folder, `web-${id}.json`)];
      return GraftProcess.start([...node, '--peers', peers, ...STEADY, '--allow-step-down', '--', 'sleep', '60']);
    };
    await using a = await start('a');
    await using b = await start('b');
    await vi.waitUntil(() => /this node leads/.test(a.stderr + b.stderr), 30_000);
    const from = /this node leads/.test(a.stderr) ? 'a' : 'b';
    const status = await graft(['status', '-c', 'web', '--peers', peers, '--json']);
    expect([status.code, JSON.parse(status.stdout).leader]).toEqual([0, from]);
    const tuned = await graft(['tune', '-c', 'web', '--peers', peers, '--json']);
    const { leader, nodes, verdict } = JSON.parse(tuned.stdout);
    expect([leader, verdict]).toEqual([from, expect.stringMatching(/^(?:fits|notEnoughSamples)$/)]);
    for (const { measured } of nodes) expect(measured.persist.count).toBeGreaterThan(0);
    const stepped = await graft(['step-down', '-c', 'web', '--peers', peers]);
    expect(stepped).toMatchObject({ code: 0, stdout: expect.stringMatching(`^${from} has handed over to [ab], `) });
  });
});

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
