import type { Rng } from '../../core/random.js';
import type { Overwrite } from '../../log/image.js';
import type { FileIdentity, LogFileHandle, LogFileSystem } from '../../log/log-file-system.js';

/** A file's bytes: what every process reads now, and what a power cut leaves. */
interface Inode {
  readonly number: bigint;
  cached: Uint8Array;
  synced: Uint8Array;
  /** What is cached has still to be written. After a sync that failed the system believes that it was (Linux). */
  isDirty: boolean;
}

/** Passes each step of a write on, late or never, or fails it; `land` is what the step does to the disk. */
export type Passage = (step: WriteStep, land: () => void) => Promise<void>;

/**
 * The steps of a write, in the order in which they are made: of one that replaces the file, or of one that is made over
 * it. `cleanUp` and `close` after a failure, or an end.
 */
export type WriteStep =
  | 'open'
  | 'chmod'
  | 'write'
  | 'sync'
  | 'rename'
  | 'syncDirectory'
  | 'overwrite'
  | 'syncData'
  | 'cleanUp'
  | 'close';

const NOTHING: Readonly<Uint8Array> = new Uint8Array();
const ROOT = '/';
/** The least that a disk writes. */
const SECTOR_BYTES = 512;

/**
 * The disk of one machine: a directory, as POSIX promises it and no better. Bytes that were not synced, and names whose
 * directory was not, survive the death of a process; after a power cut they may be there, or not, or in part.
 */
export class SimulatedDisk {
  readonly #rng: Rng;
  #cached = new Map<string, Inode>();
  #durable = new Map<string, Inode>();
  #inodes = 0n;

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
    const inode = this.#newInode(bytes);
    this.#cached.set(path, inode);
    this.#durable.set(path, inode);
  }

  /** The calls of one process; `passage` decides when each step is done, if ever. */
  mount(passage: Passage): LogFileSystem {
    return {
      open: async (path, flags) => {
        if (path === ROOT) return this.#directory(passage);
        if (flags !== 'w') return this.#file(this.#find(path), passage);
        const inode = this.#cached.get(path) ?? this.#newInode(NOTHING);
        await passage('open', () => {
          change(inode, NOTHING);
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
      stat: async (path) => identityOf(this.#find(path)),
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
      else if (fate < 0.7) inode.synced = this.#torn(inode);
      inode.cached = inode.synced;
      inode.isDirty = false;
    }
    this.#cached = new Map(this.#durable);
  }

  /** A new disk, empty. */
  replace(): void {
    this.#cached.clear();
    this.#durable.clear();
  }

  #newInode(bytes: Uint8Array): Inode {
    this.#inodes += 1n;
    return { number: this.#inodes, cached: bytes, synced: bytes, isDirty: false };
  }

  #find(path: string): Inode {
    const inode = this.#cached.get(path);
    if (inode === undefined) throw Object.assign(new Error(`ENOENT: no simulated file ${path}`), { code: 'ENOENT' });
    return inode;
  }

  /** Some of it: of a file that was made, its beginning; of one that was written over, any of its sectors, one in part. */
  #torn({ cached, synced }: Inode): Uint8Array {
    const cut = Math.floor(cached.length * this.#rng.next());
    if (cached.length !== synced.length) return cached.subarray(0, cut);
    const bytes = new Uint8Array(synced);
    for (let from = 0; from < bytes.length; from += SECTOR_BYTES) {
      const isCut = from <= cut && cut < from + SECTOR_BYTES;
      if (isCut) bytes.set(cached.subarray(from, cut), from);
      else if (this.#rng.next() < 0.5) bytes.set(cached.subarray(from, from + SECTOR_BYTES), from);
    }
    return bytes;
  }

  #file(inode: Inode, passage: Passage): LogFileHandle {
    return {
      chmod: () => passage('chmod', () => undefined),
      readFile: async () => inode.cached,
      writeFile: (bytes) =>
        passage('write', () => {
          change(inode, bytes);
        }),
      overwrite: (bytes, position) => overwrite(inode, { bytes, position }, passage),
      sync: () => sync(inode, passage),
      stat: async () => identityOf(inode),
      close: () => passage('close', () => undefined),
    };
  }

  #directory(passage: Passage): LogFileHandle {
    const onlySync = async (): Promise<never> => {
      throw new Error('a directory of a simulated disk can be synced and closed, and nothing else');
    };
    return {
      chmod: onlySync,
      readFile: onlySync,
      writeFile: onlySync,
      overwrite: onlySync,
      stat: onlySync,
      sync: () =>
        passage('syncDirectory', () => {
          this.#durable = new Map(this.#cached);
        }),
      close: async () => undefined,
    };
  }
}

function change(inode: Inode, bytes: Uint8Array): void {
  inode.cached = bytes;
  inode.isDirty = true;
}

/** Two steps, be it one call of the system's or two: into the cache, and of that onto the disk. */
async function overwrite(inode: Inode, { bytes, position }: Overwrite, passage: Passage): Promise<void> {
  const wasDirty = inode.isDirty;
  await passage('overwrite', () => change(inode, patched(inode.cached, { bytes, position })));
  try {
    await passage('syncData', () => {
      if (!inode.isDirty) return;
      // No more than was written, where the system has one call for both: what else is in the cache only stays there.
      const written = inode.cached.subarray(position, position + bytes.length);
      const synced = patched(inode.synced, { bytes: written, position });
      inode.synced = Buffer.compare(synced, inode.cached) === 0 ? inode.cached : synced;
    });
  } finally {
    inode.isDirty = wasDirty;
  }
}

function patched(whole: Uint8Array, { bytes, position }: Overwrite): Uint8Array {
  const result = new Uint8Array(Math.max(whole.length, position + bytes.length));
  result.set(whole);
  result.set(bytes, position);
  return result;
}

async function sync(inode: Inode, passage: Passage): Promise<void> {
  try {
    await passage('sync', () => {
      if (inode.isDirty) inode.synced = inode.cached;
    });
  } finally {
    inode.isDirty = false;
  }
}

function identityOf({ number, cached }: Inode): FileIdentity {
  return { dev: 0n, ino: number, size: BigInt(cached.length) };
}
