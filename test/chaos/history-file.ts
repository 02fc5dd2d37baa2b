import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { nowUs } from '../processes/clock.js';
import type { ChaosEntry } from './entries.js';

type Told = ChaosEntry extends infer Each
  ? Each extends ChaosEntry
    ? Omit<Each, 'atUs'> & { atUs?: number }
    : never
  : never;

/** Where a member tells its life, a line of JSON each. What was told before a SIGKILL has been told. */
export class HistoryFile {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  say(told: Told): void {
    // Synchronous, and in one piece.
    writeSync(this.#file, `${JSON.stringify({ atUs: nowUs(), ...told })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** What a file tells. A last line that a kill cut short is no line. */
export function readHistory(path: string): readonly ChaosEntry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}
