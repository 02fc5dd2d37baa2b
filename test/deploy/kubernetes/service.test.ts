/** examples/kubernetes: the service of the manifests, as three real processes, updated as Kubernetes does it. */
import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RunningService } from '../../docs/running-service.js';
import { UserProject } from '../../docs/user-project.js';
import { ReservedPorts } from '../../drivers/http/reserved-ports.js';
import { samplesOf } from '../../metrics/exposition.js';
import { NatsServer } from '../../support/nats-server.js';
import { only, podOf, readManifests } from './manifests.js';

const { pod, container, names } = podOf(only('StatefulSet', await readManifests()));
const SERVICE = fileURLToPath(new URL('../../../examples/kubernetes/service.mjs', import.meta.url));
const LIMIT = { timeout: 30_000, interval: 50 };

/** One pod: its name, its disk and its environment as the manifest has them; its ports are free ones of this machine. */
class Pod {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: string;
  #service: RunningService | undefined;
  #earlier = '';

  constructor(name: string, folder: string, changes: Readonly<Record<string, string>>) {
    this.name = name;
    this.#folder = folder;
    const given = Object.fromEntries(container.env?.map((each) => [each.name, each.value ?? name]) ?? []);
    this.environment = { ...given, ...changes, LOG: join(folder, `${name}.json`) };
  }

  /** All that it has printed, its former selves included. */
  get output(): string {
    return this.#earlier + (this.#service?.output ?? '');
  }

  start(): void {
    this.#earlier = this.output;
    this.#service = new RunningService(join(this.#folder, 'service.mjs'), [], this.#folder, this.environment);
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.get(container.readinessProbe?.httpGet?.path ?? '')).ok;
    } catch {
      return false;
    }
  }

  async untilReady(): Promise<void> {
    await vi.waitFor(async () => {
      if (!(await this.isReady())) throw new Error(`${this.name} is not ready: ${this.output}`);
    }, LIMIT);
  }

  async leads(): Promise<boolean> {
    const samples = samplesOf(await (await this.get('/metrics')).text());
    return samples.value('graft_is_leader', { cluster: 'reports', id: this.name }) === 1;
  }

  async get(path: string): Promise<Response> {
    return await fetch(`http://127.0.0.1:${this.environment['PORT']}${path}`);
  }

  /** The hook of the manifest, as it stands there. */
  async preStop(): Promise<void> {
    const [, ...args] = container.lifecycle?.preStop?.exec?.command ?? [];
    await promisify(execFile)(process.execPath, args, { env: { ...this.environment } });
  }

  async end(): Promise<number | string | null | undefined> {
    return await this.#service?.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.#service?.[Symbol.asyncDispose]();
  }
}

async function leaderOf(pods: readonly Pod[]): Promise<Pod> {
  return await vi.waitFor(async () => {
    for (const each of pods) if (await each.leads()) return each;
    throw new Error('nobody leads');
  }, LIMIT);
}

test('the service of the manifests is ready once it knows a leader, hands over in preStop, ends in time, and takes its log up again', async () => {
  await using server = await NatsServer.start();
  await using project = await UserProject.create();
  await using ports = await ReservedPorts.reserve(2 * names.length);
  await copyFile(SERVICE, join(project.folder, 'service.mjs'));
  const pods = names.map(
    (name, index) =>
      new Pod(name, project.folder, {
        NATS_URL: server.url,
        PORT: String(ports.all[2 * index]),
        HANDOVER_PORT: String(ports.all[2 * index + 1]),
      }),
  );
  onTestFinished(async () => {
    for (const each of pods) await each.kill();
  });
  for (const port of ports.all) await ports.take(port);
  const [first] = pods;
  if (first === undefined) throw new Error('no pods');

  // One alone lives, and is not ready: who waits for it before the next would wait for ever.
  first.start();
  await vi.waitFor(
    async () => expect((await first.get(container.livenessProbe?.httpGet?.path ?? '')).ok).toBe(true),
    LIMIT,
  );
  expect(await first.isReady()).toBe(false);

  for (const each of pods.slice(1)) each.start();
  for (const each of pods) await each.untilReady();

  for (const each of pods.toReversed()) {
    const leader = await leaderOf(pods);
    if (each === leader) {
      await each.preStop();
      expect(await leaderOf(pods)).not.toBe(each);
    }
    const beganMs = performance.now();
    expect(await each.end(), each.output).toBe(0);
    expect(performance.now() - beganMs).toBeLessThan((pod.terminationGracePeriodSeconds ?? 0) * 1000);
    each.start();
    await each.untilReady();
  }

  // Each term was led once, by one pod.
  const led = pods.flatMap(({ output }) => [...output.matchAll(/is at work in term (\d+)/g)].map(([, term]) => term));
  expect(led.length).toBeGreaterThanOrEqual(2);
  expect(new Set(led).size).toBe(led.length);
});
