import { setTimeout as sleep } from 'node:timers/promises';
import type { Leadership } from '../../src/index.js';
import { nowUs } from '../processes/clock.js';
import type { HistoryFile } from './history-file.js';
import type { Register } from './register.js';

/** How often a leader writes. */
const WRITE_INTERVAL_MS = 25;
/** How long after its leadership a member still writes once, as one does that has stood still. */
const LATE_MS = { least: 50, most: 1200 };

export interface WriterParts {
  /** Which process writes. */
  readonly name: string;
  readonly register: Register;
  readonly history: HistoryFile;
  /** The term that this member leads, by what it goes by. */
  readonly leads: () => number | undefined;
}

/** What only a leader may do: writes to the register while it leads, and, wrongly and on purpose, once after. */
export class Writer {
  readonly #parts: WriterParts;
  readonly #late = new Set<NodeJS.Timeout>();
  readonly #writing = new Set<Promise<void>>();

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  /** The work of a leadership: it asks before every step. */
  async lead({ term, signal }: Leadership): Promise<void> {
    while (!signal.aborted) {
      if (this.#parts.leads() === term) await this.#write(term, { isLate: false });
      await sleep(WRITE_INTERVAL_MS, undefined, { signal }).catch(() => undefined);
    }
    // Not awaited: a run that goes on would hold up the next one.
    const timer = setTimeout(
      () => {
        this.#late.delete(timer);
        void this.#write(term, { isLate: true });
      },
      LATE_MS.least + Math.random() * (LATE_MS.most - LATE_MS.least),
    );
    this.#late.add(timer);
  }

  async close(): Promise<void> {
    for (const timer of this.#late) clearTimeout(timer);
    await Promise.all(this.#writing);
    await this.#parts.register.close();
  }

  async #write(token: number, { isLate }: { readonly isLate: boolean }): Promise<void> {
    const writing = this.#tell(token, isLate);
    this.#writing.add(writing);
    await writing;
    this.#writing.delete(writing);
  }

  async #tell(token: number, isLate: boolean): Promise<void> {
    const { name, register, history, leads } = this.#parts;
    const ledBefore = leads() === token;
    const atUs = nowUs();
    const outcome = await register.write(token, name);
    const ledThroughout = ledBefore && leads() === token;
    history.say({ kind: 'write', atUs, untilUs: nowUs(), token, outcome, isLate, ledThroughout });
  }
}
