import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/chaos.mjs', import.meta.url));

/** What the tests read of report.json. */
export interface Report {
  readonly violations: readonly string[];
  readonly crashes: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly availability: { readonly share: number };
  readonly faults: readonly { readonly what: string; readonly skipped?: string }[];
}

/** `npm run chaos`, running; it has left nothing behind when the block that holds it ends. */
export class ChaosProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #directory: string;
  #output = '';

  private constructor(directory: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#directory = directory;
    // What it makes for itself alone it makes in here: what is left of it can be seen.
    const ownEnv = { ...process.env, TMPDIR: join(directory, 'scratch'), ...env };
    this.#child = spawn(process.execPath, [script, ...args, '--out', join(directory, 'out')], { env: ownEnv });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  static async start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ChaosProcess> {
    return new ChaosProcess(await scratchDirectory(), args, env);
  }

  /** All that it printed. */
  get output(): string {
    return this.#output;
  }

  async prints(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!pattern.test(this.#output)) throw new Error(`no ${pattern} in:\n${this.#output}`);
      },
      { timeout: 60_000, interval: 50 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  async report(): Promise<Report> {
    return JSON.parse(await this.#read('report.json'));
  }

  picture(): Promise<string> {
    return this.#read('timeline.svg');
  }

  /** The members' processes that run now. */
  async memberPids(): Promise<readonly number[]> {
    const commands = await this.#commands();
    return commands.flatMap(({ pid, command }) => (command.includes('member.js') ? [pid] : []));
  }

  /** Processes that still run, and files and file systems that are still there, of what it made for itself. */
  async leftovers(): Promise<readonly string[]> {
    const mounts = (await readFile('/proc/mounts', 'utf8'))
      .split('\n')
      .filter((mount) => mount.includes(this.#scratch));
    const commands = await this.#commands();
    return [...mounts, ...commands.map(({ command }) => command), ...(await readdir(this.#scratch))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      // Its own way out, which ends what it started.
      this.#child.kill('SIGTERM');
      await this.#ended;
    }
    await rm(this.#directory, { recursive: true, force: true });
  }

  get #scratch(): string {
    return join(this.#directory, 'scratch');
  }

  /** Processes that were told of the scratch directory: all that it has started. */
  async #commands(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const all = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), command: await commandOf(pid) })));
    return all.filter(({ command }) => command.includes(this.#scratch));
  }

  #read(name: string): Promise<string> {
    return readFile(join(this.#directory, 'out', name), 'utf8');
  }
}

async function scratchDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'graft-chaos-test-'));
  await mkdir(join(directory, 'scratch'));
  return directory;
}

async function commandOf(pid: string): Promise<string> {
  // It may be gone by now.
  return await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}
