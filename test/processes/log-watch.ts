import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { GraftError } from '../../src/core/errors.js';
import { decodeLog } from '../../src/log/image.js';
import type { Sighting } from './history.js';

const INTERVAL_MS = 20;

/** Reads logs over and over: a vote that changed and changed back is seen too. */
export class LogWatch {
  readonly #logs: () => readonly string[];
  readonly #sightings: Sighting[] = [];
  readonly #corrupt = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;

  /** @param logs the paths, asked each time: members come and go. */
  constructor(logs: () => readonly string[]) {
    this.#logs = logs;
    this.#watching = this.#watch();
  }

  /** Every content that differed from the one before in the same log. */
  get sightings(): readonly Sighting[] {
    return this.#sightings;
  }

  /** What was wrong with logs that could not be understood: none may ever be, whatever a crash left half done. */
  get corrupt(): readonly string[] {
    return [...this.#corrupt];
  }

  /** Looks once more, and no more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
    await this.#readAll();
  }

  async #watch(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#readAll();
      await setTimeout(INTERVAL_MS);
    }
  }

  /** Serial, so that what is read first is noted first. */
  async #readAll(): Promise<void> {
    for (const log of new Set(this.#logs())) {
      const bytes = await readUnlessMissing(log);
      try {
        this.#note(log, bytes);
      } catch (error) {
        if (!(error instanceof GraftError)) throw error;
        this.#corrupt.add(error.message);
      }
    }
  }

  #note(log: string, bytes: Uint8Array): void {
    const { term, votedFor } = decodeLog(bytes, log);
    const last = this.#sightings.findLast((sighting) => sighting.log === log);
    if (last?.term !== term || last.votedFor !== votedFor) this.#sightings.push({ log, term, votedFor });
  }
}

/** A log that is not there yet holds what an empty one does. */
async function readUnlessMissing(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array();
    throw error;
  }
}
