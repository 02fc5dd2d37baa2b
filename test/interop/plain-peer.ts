import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../processes/entries.js';
import type { Life } from '../processes/history.js';

const program = fileURLToPath(new URL('plain-graft.mjs', import.meta.url));

/** All JSON: it goes to the process on its command line. */
export interface PlainGraftOptions {
  readonly cluster: string;
  readonly size: number;
  readonly servers: string;
  readonly log: string;
  /** What travels as `CurrentState`; candidates with less are refused. Default: none, and everybody passes. */
  readonly position?: number;
}

interface Started {
  readonly id: string;
  readonly term: number;
  readonly vote: string;
}

/** The model of a plain graft peer in a real process (plain-graft.mjs). Ends with the test process at the latest. */
export class PlainPeer implements Life {
  readonly name: string;
  readonly log: string;
  readonly entries: Entry[] = [];
  /** Resolves when the process is gone and all that it said is read. */
  readonly ended: Promise<number | undefined>;
  readonly #child: ChildProcess;
  #started: Started | undefined;
  #hasEnded = false;
  #isAskedToEnd = false;

  constructor(name: string, options: PlainGraftOptions) {
    this.name = name;
    this.log = options.log;
    this.#child = spawn(process.execPath, [program, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const endWithUs = () => this.#child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#child.once('exit', () => process.off('exit', endWithUs));
    this.ended = this.#follow();
  }

  /** Drawn anew at every start; known once it has started. */
  get id(): string {
    return this.#started?.id ?? '';
  }

  get hasStarted(): boolean {
    return this.#started !== undefined;
  }

  /** What its log held when it started. */
  get recovered(): { readonly term: number; readonly vote: string } | undefined {
    return this.#started && { term: this.#started.term, vote: this.#started.vote };
  }

  get isRunning(): boolean {
    return this.hasStarted && !this.#hasEnded && !this.#isAskedToEnd;
  }

  /** The term that it leads, by its newest answer. */
  get leads(): number | undefined {
    return this.entries.findLast((entry) => entry.kind === 'answer')?.term;
  }

  get leader(): { readonly leader?: string; readonly term: number } | undefined {
    return this.entries.findLast((entry) => entry.kind === 'leader');
  }

  /** It ended by itself. */
  get isCrashed(): boolean {
    return this.#hasEnded && !this.#isAskedToEnd;
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM: it closes, and its log is gone. */
  async terminate(): Promise<void> {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGTERM');
    await this.ended;
  }

  async #follow(): Promise<number | undefined> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('the child has no stdout');
    createInterface({ input: stdout }).on('line', (line) => {
      const entry: Entry = JSON.parse(line);
      if (entry.kind === 'started') this.#started = JSON.parse(line);
      this.entries.push(entry);
    });
    // Not 'exit': what was said last may still be in the pipe then.
    const [code] = await once(this.#child, 'close');
    this.#hasEnded = true;
    return code ?? undefined;
  }
}
