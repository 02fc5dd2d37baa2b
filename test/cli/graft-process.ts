import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { compiledSourceDir } from '../support/compiled.js';

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** What of this process's environment a command may see: nothing that says where a server is, or how to paint. */
const { PATH } = process.env;

export interface GraftOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `graft`, as a process. Killed at the end of the block that holds it, at the latest. */
export class GraftProcess implements AsyncDisposable {
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    running.add(child);
    // Not 'exit': what it said last may be in the pipe then.
    this.#ended = once(child, 'close').then(() => running.delete(child));
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
  }

  static async start(args: readonly string[], { env = {}, cwd }: GraftOptions = {}): Promise<GraftProcess> {
    const program = `${await compiledSourceDir()}/cli/main.js`;
    const child = spawn(process.execPath, [program, ...args], {
      cwd,
      env: { PATH, HOME: '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new GraftProcess(child);
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** It has ended, by itself or not. */
  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** The pid of the guard of `graft run`: the one child that it has. */
  async guard(): Promise<number> {
    return await vi.waitFor(
      async () => Number((await promisify(execFile)('pgrep', ['-P', String(this.pid)])).stdout.trim()),
      { timeout: 10_000, interval: 20 },
    );
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves once it has said `pattern`, on either stream. */
  async says(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!pattern.test(this.stdout + this.stderr)) {
          throw new Error(`no ${pattern} in:\n${this.stdout}\n${this.stderr}`);
        }
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  /** Resolves with its exit code, or the signal that ended it, once it has gone with all that writes to its streams. */
  async end(signal?: NodeJS.Signals): Promise<number | string | null> {
    if (signal !== undefined) this.signal(signal);
    await this.#ended;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.hasEnded) return;
    this.#child.kill('SIGKILL');
    this.#child.kill('SIGCONT');
    await this.#ended;
  }
}

/** Runs `graft` to its end. */
export async function graft(args: readonly string[], options?: GraftOptions) {
  await using child = await GraftProcess.start(args, options);
  const code = await child.end();
  return { code, stdout: child.stdout, stderr: child.stderr };
}
