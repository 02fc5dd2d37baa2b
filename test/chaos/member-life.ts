import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nowUs } from '../processes/clock.js';
import type { ChaosEntry } from './entries.js';
import { readHistory } from './history-file.js';
import type { MemberSettings } from './member-settings.js';

const program = fileURLToPath(new URL('member.js', import.meta.url));
/** More than a handover, the draining of work and the closing of a connection may take together. */
const CLOSE_LIMIT_MS = 20_000;

export interface LifeOptions {
  readonly settings: MemberSettings;
  readonly env: NodeJS.ProcessEnv;
  /** Where its stderr goes. */
  readonly stderr: string;
}

/** One process of a member, from its start to its end. Ends with our own process at the latest. */
export class MemberLife {
  readonly name: string;
  readonly id: string;
  readonly log: string;
  readonly startedUs = nowUs();
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  readonly #historyPath: string;
  readonly #child: ChildProcess;
  #endedUs: number | undefined;
  #leads: number | undefined;
  #pauses = 0;
  #wish: 'live' | 'close' | 'die' = 'live';
  #fault: string | undefined;

  constructor(name: string, { settings, env, stderr }: LifeOptions) {
    this.name = name;
    this.id = settings.id;
    this.log = settings.log;
    this.#historyPath = settings.history;
    // A process that is killed at once leaves a history without a line, which is no missing one.
    closeSync(openSync(settings.history, 'a'));
    const said = openSync(stderr, 'a');
    this.#child = spawn(process.execPath, [program, JSON.stringify(settings)], {
      stdio: ['ignore', 'ignore', said, 'ipc'],
      env,
    });
    closeSync(said);
    this.ended = this.#follow();
  }

  /** Until when it lived; undefined while it does. */
  get endedUs(): number | undefined {
    return this.#endedUs;
  }

  /** The term that it leads, by what it last told. */
  get leads(): number | undefined {
    return this.#endedUs === undefined ? this.#leads : undefined;
  }

  /** What it did that no process may do: it ended by itself, or not when asked to. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** All that it has told of itself. */
  readHistory(): readonly ChaosEntry[] {
    return readHistory(this.#historyPath);
  }

  /** SIGSTOP. @returns what ends this pause; the process runs on when the last has ended. */
  pause(): () => void {
    this.#pauses += 1;
    this.#child.kill('SIGSTOP');
    return () => {
      this.#pauses -= 1;
      if (this.#pauses === 0) this.#child.kill('SIGCONT');
    };
  }

  kill(): void {
    this.#wish = 'die';
    this.#child.kill('SIGKILL');
  }

  /** SIGTERM. A process that then does not end has a {@link fault}, and is killed. */
  terminate(): void {
    if (this.#wish !== 'live') return;
    this.#wish = 'close';
    this.#child.kill('SIGTERM');
    const limit = setTimeout(() => {
      this.#fault = `${this.name} did not end within ${CLOSE_LIMIT_MS} ms of SIGTERM`;
      this.kill();
    }, CLOSE_LIMIT_MS);
    void this.ended.then(() => clearTimeout(limit));
  }

  async #follow(): Promise<void> {
    const endWithUs = () => this.#child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#child.on('message', (message: { readonly leads?: number }) => {
      this.#leads = message.leads;
    });
    const [code, signal] = await once(this.#child, 'exit');
    process.off('exit', endWithUs);
    this.#endedUs = nowUs();
    this.#fault ??= this.#judge(code, signal);
  }

  #judge(code: number | null, signal: NodeJS.Signals | null): string | undefined {
    if (this.#wish === 'die') return undefined;
    const isRefused = code === 1 && this.readHistory().at(-1)?.kind === 'refused';
    if (isRefused) return undefined;
    const how = signal ?? `code ${code}`;
    if (this.#wish === 'live') return `${this.name} ended by itself, with ${how}`;
    // One that had not come far enough to hear SIGTERM dies of it.
    return code === 0 || signal === 'SIGTERM' ? undefined : `${this.name} ended with ${how} when it was asked to close`;
  }
}
