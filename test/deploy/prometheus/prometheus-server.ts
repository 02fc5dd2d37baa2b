import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { ALERTS } from './files.js';

const execute = promisify(execFile);

/** Whether `tool` can be run here. */
export async function isInstalled(tool: 'prometheus' | 'promtool'): Promise<boolean> {
  try {
    await execute(tool, ['--version']);
    return true;
  } catch {
    return false;
  }
}

/** @returns what promtool has to complain about; nothing when it is content. */
export async function promtool(args: readonly string[], input = ''): Promise<string> {
  const child = spawn('promtool', args, { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  return code === 0 ? '' : output;
}

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

/** A real Prometheus that scrapes `targets` four times a second, with the alerts of this project loaded. */
export class PrometheusServer implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(process: ChildProcess, folder: string, url: string) {
    this.#process = process;
    this.#folder = folder;
    this.#url = url;
  }

  static async start(targets: readonly string[]): Promise<PrometheusServer> {
    const folder = await mkdtemp(join(tmpdir(), 'graft-prometheus-'));
    const config = {
      global: { scrape_interval: '250ms', scrape_timeout: '250ms', evaluation_interval: '250ms' },
      rule_files: [ALERTS],
      scrape_configs: [{ job_name: 'graft', static_configs: [{ targets }] }],
    };
    // JSON is YAML.
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const address = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
      { stdio: 'ignore' },
    );
    const server = new PrometheusServer(child, folder, `http://${address}`);
    await vi.waitFor(async () => {
      if (!(await fetch(`http://${address}/-/ready`)).ok) throw new Error('not ready');
    }, LIMIT);
    return server;
  }

  async query(expression: string): Promise<readonly Series[]> {
    const { result }: { result: readonly Series[] } = await this.#get(`query?query=${encodeURIComponent(expression)}`);
    return result;
  }

  /** Waits until `expression` has this many series, or any. */
  async untilSeries(expression: string, count?: number): Promise<readonly Series[]> {
    return await vi.waitFor(async () => {
      const series = await this.query(expression);
      if (count === undefined ? series.length === 0 : series.length !== count) {
        throw new Error(`${series.length} series of ${expression}`);
      }
      return series;
    }, LIMIT);
  }

  /** How each alert's expression fared, by its name: `ok`, or what is wrong. */
  async ruleHealth(): Promise<Readonly<Record<string, string>>> {
    return await vi.waitFor(async () => {
      const { groups }: { groups: readonly { readonly rules: readonly Rule[] }[] } = await this.#get('rules');
      const rules = groups.flatMap((group) => group.rules);
      const unknown = rules.filter(({ health }) => health === 'unknown');
      if (rules.length === 0 || unknown.length > 0) throw new Error('not evaluated yet');
      return Object.fromEntries(rules.map(({ name, health, lastError }) => [name, lastError ?? health]));
    }, LIMIT);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const ended = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await ended;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.#url}/api/v1/${path}`);
    const body: { readonly status: string; readonly data: T; readonly error?: string } = JSON.parse(
      await response.text(),
    );
    if (body.status !== 'success') throw new Error(body.error);
    return body.data;
  }
}

interface Rule {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
}

const LIMIT = { timeout: 30_000, interval: 50 };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
