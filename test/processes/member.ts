import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { NodeOptions } from '../../src/index.js';
import type { ThreadOptions } from '../../src/thread/index.js';
import { compiledSourceDir } from '../support/compiled.js';
import type { Commands, Entry, ErrorEntry, ReplyError, StateEntry } from './entries.js';
import type { Life } from './history.js';

const program = fileURLToPath(new URL('member.mjs', import.meta.url));

const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** Which client the member uses: the name of its package. */
export type ClientPackage = 'nats' | '@nats-io/transport-node';

/** All JSON: it goes to the process on its command line. */
export interface MemberOptions {
  readonly client: ClientPackage;
  /** Options of the client's `connect`. */
  readonly connection: object;
  /** The node is a `ThreadedNode` then, whose driver opens the connection. */
  readonly thread?: ThreadOptions;
  readonly node: Pick<NodeOptions, 'cluster' | 'timings'> & { readonly id: string; readonly log: string };
}

type Ending = { readonly by: 'exit'; readonly code: number } | { readonly by: 'signal'; readonly signal: string };
type Reply = Extract<Entry, { kind: 'reply' }>;

/** A member in a real process. Ends with the test process at the latest. */
export class Member implements Life {
  readonly name: string;
  readonly id: string;
  readonly log: string;
  readonly entries: Entry[] = [];
  readonly eventsLag: boolean;
  /** Resolves when the process is gone and all that it said is read. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply | undefined) => void>();
  #ending: Ending | undefined;
  #isFrozen = false;
  #isAskedToEnd = false;
  #commands = 0;
  #leads: number | undefined;
  #leader: { readonly leader: string | undefined; readonly term: number } | undefined;

  private constructor(name: string, options: MemberOptions, child: ChildProcess) {
    this.name = name;
    this.id = options.node.id;
    this.log = options.node.log;
    this.eventsLag = options.thread !== undefined;
    this.#child = child;
    this.ended = this.#follow();
  }

  /** Starts the process; what becomes of it, `entries` tell. */
  static async spawn(name: string, options: MemberOptions): Promise<Member> {
    const settings = JSON.stringify({ sourceDir: await compiledSourceDir(), ...options });
    const child = spawn(process.execPath, [program, settings], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.add(child);
    child.once('exit', () => children.delete(child));
    // A command to a process that has just ended: its end is what is looked at.
    child.stdin.on('error', () => undefined);
    return new Member(name, options, child);
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.#child.pid;
  }

  // ---------------------------------------------------------------- what is known of it

  /** When it had joined; infinite before. */
  get startedUs(): number {
    return this.entries.find(({ kind }) => kind === 'started')?.atUs ?? Number.POSITIVE_INFINITY;
  }

  /** It runs, and is able to act: neither ended, nor asked to end, nor frozen. */
  get isRunning(): boolean {
    return this.has('started') && !this.hasEnded && !this.#isFrozen && !this.#isAskedToEnd;
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  /** It ended by itself: with an error, or for no reason. */
  get isCrashed(): boolean {
    return this.hasEnded && !this.#isAskedToEnd && !this.has('refused');
  }

  /** The term that it leads, by its newest answer. */
  get leads(): number | undefined {
    return this.#leads;
  }

  /** Whom it knows to lead, by its newest event. */
  get leader(): { readonly leader: string | undefined; readonly term: number } | undefined {
    return this.#leader;
  }

  /**
   * Its answers that it leads `term`, asked for since `sinceUs`; not by when they were written: one that was stopped
   * between its answer and the writing of it writes it when it goes on.
   */
  claims(term: number | undefined, sinceUs: number): readonly Entry[] {
    return this.entries.filter((entry) => entry.kind === 'answer' && entry.term === term && entry.atUs >= sinceUs);
  }

  get changes(): readonly (StateEntry & { readonly atUs: number })[] {
    return this.entries.filter((entry) => entry.kind === 'state');
  }

  get errors(): readonly ErrorEntry[] {
    return this.entries.filter((entry) => entry.kind === 'error');
  }

  /** The codes of all errors that it reported, each once. */
  get errorCodes(): ReadonlySet<string> {
    return new Set(this.errors.map(({ code }) => code));
  }

  has(kind: Entry['kind']): boolean {
    return this.entries.some((entry) => entry.kind === kind);
  }

  // ---------------------------------------------------------------- what is done to it

  /** Rejects with the member's own error, its `code` kept. */
  async ask<Name extends keyof Commands>(
    command: Name,
    takes: Commands[Name]['takes'],
  ): Promise<Commands[Name]['gives']> {
    this.#commands += 1;
    const number = this.#commands;
    const replied = new Promise<Reply | undefined>((resolve) => this.#waiting.set(number, resolve));
    this.#child.stdin?.write(`${JSON.stringify({ number, command, ...takes })}\n`);
    const reply = await replied;
    if (reply === undefined) throw new Error(`${this.name} ended at '${command}'`);
    if (reply.error !== undefined) throw failure(reply.error);
    return reply.result as Commands[Name]['gives'];
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** SIGTERM, which the program takes for `close()`. */
  async terminate(): Promise<Ending> {
    this.#isAskedToEnd = true;
    this.#child.kill('SIGTERM');
    return await this.ended;
  }

  /** SIGSTOP. */
  freeze(): void {
    this.#isFrozen = true;
    this.#child.kill('SIGSTOP');
  }

  /** SIGCONT. */
  thaw(): void {
    this.#isFrozen = false;
    this.#child.kill('SIGCONT');
  }

  // ---------------------------------------------------------------- what it says

  async #follow(): Promise<Ending> {
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('the child has no stdout');
    createInterface({ input: stdout }).on('line', (line) => this.#take(JSON.parse(line)));
    // Not 'exit': what was said last may still be in the pipe then.
    const [code, signal] = await once(this.#child, 'close');
    this.#ending = signal === null ? { by: 'exit', code } : { by: 'signal', signal };
    for (const resolve of this.#waiting.values()) resolve(undefined);
    return this.#ending;
  }

  #take(entry: Entry): void {
    this.entries.push(entry);
    if (entry.kind === 'answer') this.#leads = entry.term;
    if (entry.kind === 'leader') this.#leader = { leader: entry.leader, term: entry.term };
    if (entry.kind !== 'reply') return;
    this.#waiting.get(entry.to)?.(entry);
    this.#waiting.delete(entry.to);
  }
}

function failure({ code, message }: ReplyError): Error {
  return Object.assign(new Error(message), { code });
}
