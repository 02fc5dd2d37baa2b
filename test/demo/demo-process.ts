import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

/** Generous: an election takes a second or two, but the machine may be busy. */
const LIMIT_MS = 40_000;

/** `npm run demo`, running; killed at the end of the block that holds it, at the latest. */
export class DemoProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The first match of `pattern` in what was printed from `from` on, as soon as there is one. */
  async prints(pattern: RegExp, from = 0): Promise<RegExpExecArray> {
    return await vi.waitFor(
      () => {
        const found = pattern.exec(this.#stdout.slice(from));
        if (found === null) throw new Error(`no ${pattern} in:\n${this.#stdout.slice(from)}\n${this.#stderr}`);
        return found;
      },
      { timeout: LIMIT_MS, interval: 20 },
    );
  }

  /** Types a line, and waits for what it brings about. */
  async type(line: string, pattern: RegExp): Promise<RegExpExecArray> {
    const from = this.#stdout.length;
    this.#child.stdin?.write(`${line}\n`);
    return await this.prints(pattern, from);
  }

  /** Asks, in interactive mode, until one leads, has an heir, and all others follow. */
  async settles(): Promise<void> {
    await vi.waitFor(
      async () => {
        const [line] = await this.type('l', /^[abc] .*\| [abc] .*\| [abc] .*$/m);
        expect(line.match(/ follows [abc]/g)).toHaveLength(2);
        expect(line).toMatch(/LEADS term \d+, lease left \d+ ms, heir [abc]/);
      },
      { timeout: LIMIT_MS, interval: 50 },
    );
  }

  /** Ends its stdin. */
  closeInput(): void {
    this.#child.stdin?.end();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves with the exit code. */
  async end(): Promise<number | null> {
    await this.#ended;
    return this.#child.exitCode;
  }

  /** What it printed that it started: the pids of servers and members, and the folder of the logs. */
  get traces(): { readonly pids: readonly number[]; readonly folder: string } {
    const pids = [...this.#stdout.matchAll(/\bpid (\d+)/g)].map(([, pid]) => Number(pid));
    const folder = /^logs +(\S+)\/\{/m.exec(this.#stdout)?.[1] ?? '';
    return { pids, folder };
  }

  /** That it left nothing running and nothing lying about. */
  expectNothingLeft(): void {
    const { pids, folder } = this.traces;
    expect(folder).toMatch(/graft-demo-/);
    expect(existsSync(folder)).toBe(false);
    expect(pids).not.toHaveLength(0);
    expect(pids.filter(isRunning)).toEqual([]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // Its own way out, which ends what it started.
    this.#child.kill('SIGTERM');
    await this.#ended;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
