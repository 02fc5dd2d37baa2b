import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { vi } from 'vitest';

/** A program of the documentation, running. Killed at the end of the block that holds it, at the latest. */
export class RunningService implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  output = '';

  /** @param environment what it finds there besides this process's own. */
  constructor(
    program: string,
    args: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>> = {},
  ) {
    // On a busy machine a node may warn that its event loop was late; that is no part of what a page shows.
    const env = { ...process.env, NODE_NO_WARNINGS: '1', ...environment };
    this.#child = spawn(process.execPath, [program, ...args], { cwd, env });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** Resolves once it has printed `pattern`. */
  async prints(pattern: RegExp): Promise<void> {
    await vi.waitFor(
      () => {
        if (!pattern.test(this.output)) throw new Error(`no ${pattern} in: ${this.output}`);
      },
      { timeout: 30_000, interval: 20 },
    );
  }

  /** Resolves with how it ended: an exit code or a signal. */
  async end(signal?: NodeJS.Signals): Promise<number | string | null> {
    if (signal !== undefined) this.#child.kill(signal);
    await this.#ended;
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.end('SIGKILL');
  }
}
