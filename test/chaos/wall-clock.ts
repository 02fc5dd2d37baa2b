import { renameSync, writeFileSync } from 'node:fs';

/** One member's wall clock, by libfaketime: it can jump while the process runs. Its monotonic clock stays the machine's. */
export class WallClock {
  /** What the member's process needs; nothing without the library. */
  readonly env: NodeJS.ProcessEnv;
  /** Whether it can jump. */
  readonly canStep: boolean;
  readonly #file: string;

  /** @param library the path of libfaketime; undefined: the clock cannot jump. */
  constructor(file: string, library: string | undefined) {
    this.#file = file;
    this.canStep = library !== undefined;
    this.#set(0);
    this.env =
      library === undefined
        ? {}
        : {
            LD_PRELOAD: library,
            FAKETIME_TIMESTAMP_FILE: file,
            // Read anew at every question: a jump is seen at once.
            FAKETIME_NO_CACHE: '1',
            // Which of the names counts depends on the version.
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
            DONT_FAKE_MONOTONIC: '1',
            NO_FAKE_STAT: '1',
          };
  }

  /** @returns what puts it right again. */
  step(offsetS: number): () => void {
    this.#set(offsetS);
    return () => this.#set(0);
  }

  #set(offsetS: number): void {
    // In one piece: the library may read at any instant.
    writeFileSync(`${this.#file}.new`, `${offsetS < 0 ? '' : '+'}${offsetS}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}
