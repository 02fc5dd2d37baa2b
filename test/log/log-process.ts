import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { GraftErrorCode } from '../../src/core/errors.js';
import type { DurableState } from '../../src/log/term-log.js';
import { compiledSourceDir } from '../support/compiled.js';

const program = fileURLToPath(new URL('log-process.mjs', import.meta.url));

/** The call of a save before which the process is to stop. */
export type Step =
  | 'open w'
  | 'chmod'
  | 'write'
  | 'half of write'
  | 'sync'
  | 'rename'
  | 'sync directory'
  | 'overwrite'
  | 'half of overwrite'
  | 'sync data';

export interface Answer {
  readonly ok?: unknown;
  readonly error?: { readonly code: GraftErrorCode; readonly message: string; readonly errno?: string };
  readonly stopped?: Step;
  readonly saved?: number;
}

export type Command =
  | { readonly do: 'open' | 'close' }
  | { readonly do: 'save' | 'overwrite'; readonly state: Partial<DurableState>; readonly stopAt?: Step }
  | { readonly do: 'flood'; readonly state: Partial<DurableState> };

/** A real child process with a FileLog of its own, killed when the test ends. */
export class LogProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  private constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error('the child has no stdout');
    this.#child = child;
    this.#answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  static async start(file: string): Promise<LogProcess> {
    return LogProcess.#spawn(process.execPath, [program, await compiledSourceDir(), file], {});
  }

  /** The child's file size limit is 32 blocks of the shell, 512 or 1024 bytes: a write beyond is cut, the next fails. */
  static async startWithFewBlocks(file: string): Promise<LogProcess> {
    const script = 'trap "" XFSZ; ulimit -f 32; exec "$0" "$@"';
    const node = [process.execPath, program, await compiledSourceDir(), file];
    return LogProcess.#spawn('sh', ['-c', script, ...node], {});
  }

  /** As a user whom file permissions bind, which root is not: `nobody`, if we are root. `library` is a copy it may read. */
  static async startUnprivileged(file: string, library: string): Promise<LogProcess> {
    await cp(await compiledSourceDir(), join(library, 'src'), { recursive: true });
    await cp(program, join(library, 'log-process.mjs'));
    await chmod(library, 0o755);
    const credentials = process.getuid?.() === 0 ? unprivileged : {};
    return LogProcess.#spawn(
      process.execPath,
      [join(library, 'log-process.mjs'), join(library, 'src'), file],
      credentials,
    );
  }

  static #spawn(command: string, args: readonly string[], credentials: { uid?: number; gid?: number }): LogProcess {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/', ...credentials });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    return new LogProcess(child);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('the child did not start');
    return this.#child.pid;
  }

  /** Sends a command and resolves to its first answer. */
  async ask(command: Command): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
    const answer = await this.nextAnswer();
    if (answer === undefined) throw new Error(`the child ended at ${JSON.stringify(command)}`);
    return answer;
  }

  /** Undefined once the process has ended and all that it said is read. */
  async nextAnswer(): Promise<Answer | undefined> {
    const { value, done } = await this.#answers.next();
    return done === true ? undefined : JSON.parse(value);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** kill -9; resolves when the process is gone. */
  async kill(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Nothing more to come on its stdin; resolves to the exit code. */
  async end(): Promise<number | null> {
    const gone = once(this.#child, 'exit');
    this.#child.stdin?.end();
    await gone;
    return this.#child.exitCode;
  }
}

/** `nobody` on every system that we know of. */
export const unprivileged = { uid: 65_534, gid: 65_534 };
