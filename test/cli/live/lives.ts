import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** From when to when a program ran, its companion included, by the machine's monotonic clock. */
export interface Life {
  readonly term: number;
  readonly id: string;
  readonly pid: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the programs under test have stamped. */
export class Stamps implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Stamps> {
    return new Stamps(await mkdtemp(join(tmpdir(), 'graft-stamps-')));
  }

  /** All lives so far, in the order of their beginnings. */
  async lives(): Promise<readonly Life[]> {
    const lives = new Map<number, Life>();
    for (const name of await readdir(this.folder)) {
      const [, term, id = '', pid] = /^(\d+)-(\w+)-(\d+)-\w+$/.exec(name) ?? [];
      const text = await readFile(join(this.folder, name), 'utf8');
      // The last line may be cut off by a kill.
      const stamps = text
        .split('\n')
        .slice(0, -1)
        .map((line) => Number(line) / 1e6);
      const [fromMs, toMs] = [stamps[0], stamps.at(-1)];
      if (pid === undefined || fromMs === undefined || toMs === undefined) continue;
      const known = lives.get(Number(pid));
      lives.set(Number(pid), {
        ...{ term: Number(term), id, pid: Number(pid) },
        fromMs: Math.min(fromMs, known?.fromMs ?? fromMs),
        toMs: Math.max(toMs, known?.toMs ?? toMs),
      });
    }
    return [...lives.values()].sort((one, other) => one.fromMs - other.fromMs);
  }

  /** Kills whatever still stamps: also what a supervisor without a guard left behind. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of await this.lives()) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // It is gone, as it should be.
      }
    }
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Each time that two lives had something in common, in words; how long, in milliseconds. */
export function overlaps(lives: readonly Life[]): readonly { readonly text: string; readonly ms: number }[] {
  return lives.flatMap((one, index) =>
    lives
      .slice(index + 1)
      .map((other) => ({ other, ms: Math.min(one.toMs, other.toMs) - other.fromMs }))
      .filter(({ ms }) => ms >= 0)
      .map(({ other, ms }) => ({ text: `${one.id} in term ${one.term} and ${other.id} in term ${other.term}`, ms })),
  );
}
