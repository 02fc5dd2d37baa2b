import type { Rng } from '../../core/random.js';
import type { LogFileHandle, LogFileSystem } from '../../log/replace-file.js';

/** A file's bytes: what every process reads now, and what a power cut leaves. */
interface Inode {
  cached: Uint8Array;
  synced: Uint8Array;
}

/** Passes each step of a write on, late or never, or fails it; `land` is what the step does to the disk. */
export type Passage = (step: WriteStep, land: () => void) => Promise<void>;

/** The steps of a write, in the order in which `replaceFile` makes them; `cleanUp` after a failure only. */
export type WriteStep = 'open' | 'chmod' | 'write' | 'sync' | 'close' | 'rename' | 'syncDirectory' | 'cleanUp';

const NOTHING: Readonly<Uint8Array> = new Uint8Array();

/**
 * The disk of one machine: a directory, as POSIX promises it and no better. Bytes that were not synced, and names whose
 * directory was not, survive the death of a process; after a power cut they may be there, or not, or in part.
 */
export class SimulatedDisk {
  readonly #rng: Rng;
  #cached = new Map<string, Inode>();
  #durable = new Map<string, Inode>();

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** What a process reads. */
  read(path: string): Uint8Array {
    return this.#cached.get(path)?.cached ?? NOTHING;
  }

  /** What is sure to be read after any crash, were it now; `undefined` while that is up to chance. */
  survivor(path: string): Uint8Array | undefined {
    const inode = this.#durable.get(path);
    if (inode !== this.#cached.get(path) || inode?.cached !== inode?.synced) return undefined;
    return inode?.synced ?? NOTHING;
  }

  /** Puts a file on the disk for good. */
  install(path: string, bytes: Uint8Array): void {
    const inode = { cached: bytes, synced: bytes };
    this.#cached.set(path, inode);
    this.#durable.set(path, inode);
  }

  /** The calls of one process; `passage` decides when each step is done, if ever. */
  mount(passage: Passage): LogFileSystem {
    return {
      open: async (path, flags) => {
        if (flags === 'r') return this.#directory(passage);
        const inode: Inode = this.#cached.get(path) ?? { cached: NOTHING, synced: NOTHING };
        await passage('open', () => {
          inode.cached = NOTHING;
          this.#cached.set(path, inode);
        });
        return this.#file(inode, passage);
      },
      rename: (from, to) =>
        passage('rename', () => {
          const inode = this.#cached.get(from);
          if (inode === undefined) return;
          this.#cached.delete(from);
          this.#cached.set(to, inode);
        }),
      rm: (path) => passage('cleanUp', () => void this.#cached.delete(path)),
    };
  }

  /** The machine loses its power: of what was not synced, anything may be left. */
  powerCut(): void {
    for (const name of new Set([...this.#cached.keys(), ...this.#durable.keys()])) {
      const inode = (this.#rng.next() < 0.5 ? this.#cached : this.#durable).get(name);
      if (inode === undefined) this.#durable.delete(name);
      else this.#durable.set(name, inode);
    }
    for (const inode of this.#durable.values()) {
      if (inode.cached === inode.synced) continue;
      const fate = this.#rng.next();
      if (fate < 0.4) inode.synced = inode.cached;
      else if (fate < 0.7) inode.synced = inode.cached.subarray(0, Math.floor(inode.cached.length * this.#rng.next()));
      inode.cached = inode.synced;
    }
    this.#cached = new Map(this.#durable);
  }

  /** A new disk, empty. */
  replace(): void {
    this.#cached.clear();
    this.#durable.clear();
  }

  #file(inode: Inode, passage: Passage): LogFileHandle {
    return {
      chmod: () => passage('chmod', () => undefined),
      writeFile: (bytes) =>
        passage('write', () => {
          inode.cached = bytes;
        }),
      sync: () =>
        passage('sync', () => {
          inode.synced = inode.cached;
        }),
      close: () => passage('close', () => undefined),
    };
  }

  #directory(passage: Passage): LogFileHandle {
    return {
      chmod: async () => undefined,
      writeFile: async () => undefined,
      sync: () =>
        passage('syncDirectory', () => {
          this.#durable = new Map(this.#cached);
        }),
      close: async () => undefined,
    };
  }
}
