import type { Terminal } from '../terminal.js';
import { clockTime } from '../time-text.js';

/** Everything that `graft run` has to say, to the stream that its program's results do not go to. */
export type Entry =
  | { readonly what: 'leader'; readonly leader: string | undefined; readonly term: number }
  | { readonly what: 'started'; readonly term: number; readonly pid: number }
  | { readonly what: 'terminated' | 'killed' }
  | { readonly what: 'ended'; readonly how: string; readonly ranMs: number }
  | { readonly what: 'waiting'; readonly ms: number; readonly before: 'restart' | 'step-down' }
  | { readonly what: 'closing' | 'closed' | 'joined' }
  | { readonly what: 'error'; readonly code: string; readonly message: string };

export class Journal {
  readonly #terminal: Terminal;
  readonly #id: string;

  constructor(terminal: Terminal, id: string) {
    this.#terminal = terminal;
    this.#id = id;
  }

  note(entry: Entry): void {
    const nowMs = Date.now();
    if (this.#terminal.json) {
      const at = new Date(nowMs).toISOString();
      this.#terminal.note(JSON.stringify({ at, node: this.#id, ...entry }));
    } else {
      this.#terminal.note(`graft ${this.#id} ${clockTime(nowMs)}  ${inWords(entry)}`);
    }
  }
}

function inWords(entry: Entry): string {
  switch (entry.what) {
    case 'joined':
      return 'has joined';
    case 'leader':
      return entry.leader === undefined ? 'nobody leads' : `${entry.leader} leads term ${entry.term}`;
    case 'started':
      return `this node leads term ${entry.term}: the program is started, pid ${entry.pid}`;
    case 'terminated':
      return 'the program is told to end (SIGTERM)';
    case 'killed':
      return 'the program is killed (SIGKILL)';
    case 'ended':
      return `the program has ended: ${entry.how}, after ${Math.round(entry.ranMs)} ms`;
    case 'waiting':
      return `${entry.before} in ${entry.ms} ms`;
    case 'closing':
      return 'asked to end: lets the program end, then hands over';
    case 'closed':
      return 'has left';
    case 'error':
      return `${entry.code}: ${entry.message}`;
  }
}
