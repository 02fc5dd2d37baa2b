// graft run: at no instant does the program run twice, whatever is done to its supervisors (docs/cli.md, what it promises).
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compiledSourceDir } from '../../support/compiled.js';
import { NatsServer } from '../../support/nats-server.js';
import { GraftProcess } from '../graft-process.js';
import { type Life, overlaps, Stamps } from './lives.js';

const VOTERS = ['a', 'b', 'c'];
const stamper = fileURLToPath(new URL('stamper.mjs', import.meta.url));

let server: NatsServer;
let logs: string;
beforeAll(async () => {
  server = await NatsServer.start();
  logs = await mkdtemp(join(tmpdir(), 'graft-logs-'));
});
afterAll(async () => {
  await server.stop();
  await rm(logs, { recursive: true, force: true });
});

/** Three supervisors of one program, and what can be done to the one that leads. */
class Supervisors implements AsyncDisposable {
  readonly stamps: Stamps;
  readonly #cluster: string;
  readonly #processes = new Map<string, GraftProcess>();
  readonly #stoppedGuards = new Set<number>();

  constructor(cluster: string, stamps: Stamps) {
    this.#cluster = cluster;
    this.stamps = stamps;
  }

  async start(id: string): Promise<void> {
    const node = ['--cluster', this.#cluster, '--voters', VOTERS.join(','), '--id', id];
    const rest = ['--log', join(logs, `${this.#cluster}-${id}.json`), '--grace', '200ms', '--server', server.url];
    const program = ['--', process.execPath, stamper, this.stamps.folder];
    this.#processes.set(id, await GraftProcess.start(['run', ...node, ...rest, ...program]));
  }

  of(id: string): GraftProcess {
    const found = this.#processes.get(id);
    if (found === undefined) throw new Error(`${id} was not started`);
    return found;
  }

  /** SIGSTOP. @returns how to let it go on. */
  async stopGuardOf(id: string): Promise<() => void> {
    const guard = await this.of(id).guard();
    process.kill(guard, 'SIGSTOP');
    this.#stoppedGuards.add(guard);
    return () => {
      this.#stoppedGuards.delete(guard);
      process.kill(guard, 'SIGCONT');
    };
  }

  /** The newest life, once it is of a later term than `term`. */
  async nextLife(term: number): Promise<Life> {
    return await vi.waitFor(
      async () => {
        const life = (await this.stamps.lives()).at(-1);
        if (life === undefined || life.term <= term) throw new Error(`nobody after term ${term}${this.#said()}`);
        return life;
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  #said(): string {
    return [...this.#processes.values()].map(({ stderr }) => `\n${stderr}`).join('');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const guard of this.#stoppedGuards) process.kill(guard, 'SIGKILL');
    await Promise.all([...this.#processes.values()].map((child) => child[Symbol.asyncDispose]()));
  }
}

/** What is done to a leader, and returned: what is done once another one leads. */
type Disruption = (leader: string, all: Supervisors) => Promise<() => Promise<void>>;

const DISRUPTIONS: readonly Disruption[] = [
  async function killSupervisor(leader, all) {
    await all.of(leader).end('SIGKILL');
    return () => all.start(leader);
  },
  async function stopSupervisor(leader, all) {
    all.of(leader).signal('SIGSTOP');
    return async () => all.of(leader).signal('SIGCONT');
  },
  async function endSupervisor(leader, all) {
    all.of(leader).signal('SIGTERM');
    return async () => {
      expect(await all.of(leader).end()).toBe(0);
      await all.start(leader);
    };
  },
  async function killGuard(leader, all) {
    process.kill(await all.of(leader).guard(), 'SIGKILL');
    return async () => {
      expect(await all.of(leader).end()).toBe(1);
      await all.start(leader);
    };
  },
  async function stopGuardAndEndSupervisor(leader, all) {
    const goOn = await all.stopGuardOf(leader);
    all.of(leader).signal('SIGTERM');
    return async () => {
      goOn();
      expect(await all.of(leader).end()).toBe(0);
      await all.start(leader);
    };
  },
];

test('of three supervisors the leading one is killed, stopped or ended ten times: no two lives of the program have an instant in common', {
  timeout: 180_000,
}, async () => {
  await using stamps = await Stamps.create();
  await using all = new Supervisors('stamps', stamps);
  for (const id of VOTERS) await all.start(id);
  let term = 0;
  for (const disrupt of [...DISRUPTIONS, ...DISRUPTIONS]) {
    const leader = await all.nextLife(term);
    const mend = await disrupt(leader.id, all);
    term = leader.term;
    await all.nextLife(term);
    await mend();
  }
  await all.nextLife(term);
  const lives = await stamps.lives();
  expect(lives.length).toBeGreaterThan(10);
  expect(new Set(lives.map(({ term }) => term)).size).toBeGreaterThan(10);
  expect(overlaps(lives)).toEqual([]);
});

test('twin: without the guard, a supervisor that is stopped leaves its program running beside the next one', async () => {
  await using stamps = await Stamps.create();
  const children = await Promise.all(
    VOTERS.map(async (id) => {
      const command = [process.execPath, stamper, stamps.folder];
      const log = join(logs, `naive-${id}.json`);
      const settings = { sourceDir: await compiledSourceDir(), id, voters: VOTERS, url: server.url, log, command };
      const naive = fileURLToPath(new URL('naive.mjs', import.meta.url));
      return { id, child: spawn(process.execPath, [naive, JSON.stringify(settings)], { stdio: 'inherit' }) };
    }),
  );
  try {
    await vi.waitUntil(async () => (await stamps.lives()).length === 1, 30_000);
    const [first] = await stamps.lives();
    children.find(({ id }) => id === first?.id)?.child.kill('SIGSTOP');
    await vi.waitUntil(async () => overlaps(await stamps.lives()).some(({ ms }) => ms > 200), 30_000);
  } finally {
    for (const { child } of children) {
      child.kill('SIGKILL');
      child.kill('SIGCONT');
    }
  }
});
