/**
 * Rule 1 when the power fails, which no SIGKILL shows: the kernel's memory goes too. A model of a disk keeps what was
 * synced, and of the rest any part, in any order, as POSIX allows.
 */
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { encodeEnvelope } from '../../src/log/envelope.js';
import { BLOCK_BYTES, decodeLog, encodeLog } from '../../src/log/image.js';
import type { FileIdentity, LogFileHandle, LogFileSystem } from '../../src/log/log-file-system.js';
import { replaceFile } from '../../src/log/replace-file.js';
import { TermFile } from '../../src/log/term-file.js';

const old = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const next = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };
const forgotten = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };

const IDENTITY: FileIdentity = { dev: 1n, ino: 1n, size: 1n };

interface Inode {
  /** Every content that the disk may hold for it; the last is what a process reads. */
  contents: Uint8Array[];
}

/** A file of the model: an overwrite is a write, of which the disk may hold any part, and its sync. */
interface ModelFile extends LogFileHandle {
  write(bytes: Uint8Array, position: number): Promise<void>;
}

class PowerCut extends Error {}

/** A directory on a disk whose power fails before its call number `cutAt`. */
class Disk implements LogFileSystem {
  readonly #names = new Map<string, Inode>();
  /** Every inode that the disk may hold under a name. */
  readonly #possible = new Map<string, Set<Inode | undefined>>();
  #callsLeft: number;

  constructor(cutAt: number, name: string, bytes: Uint8Array) {
    this.#callsLeft = cutAt;
    const inode = { contents: [bytes] };
    this.#names.set(name, inode);
    this.#possible.set(name, new Set([inode]));
  }

  /** What may be read under `name` when the power is back. */
  afterwards(name: string): readonly Uint8Array[] {
    return [...(this.#possible.get(name) ?? [])].flatMap((inode) => inode?.contents ?? [new Uint8Array()]);
  }

  directory(): ModelFile {
    return this.#handle(() => {
      for (const [name, inode] of this.#names) this.#possible.set(name, new Set([inode]));
      for (const name of this.#possible.keys()) {
        if (!this.#names.has(name)) this.#possible.set(name, new Set([undefined]));
      }
    });
  }

  async open(path: string, flags: 'r' | 'r+' | 'w'): Promise<ModelFile> {
    if (path === '/') return this.directory();
    if (flags !== 'w') return this.#file(this.#names.get(path) ?? { contents: [] });
    this.#call();
    const inode: Inode = { contents: [new Uint8Array()] };
    this.#point(path, inode);
    return this.#file(inode);
  }

  async stat(): Promise<FileIdentity> {
    return IDENTITY;
  }

  async rename(from: string, to: string): Promise<void> {
    this.#call();
    const inode = this.#names.get(from);
    if (inode === undefined) throw new Error(`no ${from}`);
    this.#point(to, inode);
    this.#names.delete(from);
    this.#possible.get(from)?.add(undefined);
  }

  async rm(): Promise<void> {
    this.#call();
  }

  #point(name: string, inode: Inode): void {
    this.#names.set(name, inode);
    this.#possible.set(name, new Set([...(this.#possible.get(name) ?? [undefined]), inode]));
  }

  #file(inode: Inode): ModelFile {
    const sync = () => {
      inode.contents = inode.contents.slice(-1);
    };
    const write = (bytes: Uint8Array, position: number) =>
      this.#do(() => {
        const old = inode.contents.at(-1) ?? new Uint8Array();
        const at = (start: number, end: number) => patched(old, bytes.subarray(start, end), position + start);
        const [some, half, all] = [46, bytes.length / 2, bytes.length];
        inode.contents.push(at(0, some), at(0, half), at(half, half + 50), at(half, all), at(0, all));
      });
    return {
      ...this.#handle(sync),
      readFile: async () => inode.contents.at(-1) ?? new Uint8Array(),
      writeFile: (bytes) => this.#do(() => void inode.contents.push(bytes.subarray(0, bytes.length / 2), bytes)),
      write,
      overwrite: async (bytes, position) => {
        const before = inode.contents;
        inode.contents = [...before];
        await write(bytes, position);
        await this.#do(() => {
          // What was written, and no more, whatever else the disk may hold of the file.
          inode.contents = before.map((content) => patched(content, bytes, position));
        });
      },
    };
  }

  #handle(sync: () => void): ModelFile {
    const no = async (): Promise<never> => {
      throw new Error('no call of a save');
    };
    return {
      chmod: () => this.#do(() => undefined),
      readFile: no,
      writeFile: no,
      write: no,
      overwrite: no,
      sync: () => this.#do(sync),
      stat: async () => IDENTITY,
      close: async () => undefined,
    };
  }

  async #do(effect: () => void): Promise<void> {
    this.#call();
    effect();
  }

  #call(): void {
    if (this.#callsLeft === 0) throw new PowerCut();
    this.#callsLeft -= 1;
  }
}

function patched(whole: Uint8Array, bytes: Uint8Array, position: number): Uint8Array {
  const result = new Uint8Array(whole);
  result.set(bytes, position);
  return result;
}

type Save = (disk: Disk) => Promise<unknown>;

const durably: Save = (disk) => saveWith(disk, disk.directory());

function saveWith(fs: LogFileSystem, directory: LogFileHandle): Promise<unknown> {
  return replaceFile(fs, { file: '/log', temporaryFile: '/log.tmp', directory, bytes: encodeLog(next) });
}

/**
 * What may be read after a cut before each call in turn; the last entry is after a save that resolved.
 * @param bytes of the log before.
 */
async function readAfterEveryCut(save: Save, bytes = encodeLog(old)): Promise<readonly unknown[][]> {
  const outcomes: unknown[][] = [];
  for (let cutAt = 0; ; cutAt += 1) {
    const disk = new Disk(cutAt, '/log', bytes);
    const resolved = await save(disk).then(
      () => true,
      (error: unknown) => {
        if (error instanceof PowerCut) return false;
        throw error;
      },
    );
    outcomes.push(disk.afterwards('/log').map(read));
    if (resolved) return outcomes;
  }
}

function read(bytes: Uint8Array): unknown {
  try {
    return decodeLog(bytes, 'log');
  } catch {
    return 'corrupt';
  }
}

function withoutSync(handle: LogFileHandle): LogFileHandle {
  return { ...handle, sync: async () => undefined };
}

describe('a power cut before any call of a save that makes a new file', () => {
  test('leaves the old state or the new, and after the save the new', async () => {
    expect(await readAfterEveryCut(durably)).toEqual([...Array<unknown>(5).fill([old]), [old, next], [next]]);
  });

  test('would leave a new node or a corrupt log, were the file not synced before the rename', async () => {
    const outcomes = await readAfterEveryCut((disk) => {
      const fs: LogFileSystem = {
        open: async (path, flags) => withoutSync(await disk.open(path, flags)),
        rename: (from, to) => disk.rename(from, to),
        rm: () => disk.rm(),
        stat: () => disk.stat(),
      };
      return saveWith(fs, disk.directory());
    });
    expect(outcomes.at(-1)).toEqual([forgotten, 'corrupt', next]);
  });

  test('would bring a replaced vote back after the save, were the directory not synced', async () => {
    const outcomes = await readAfterEveryCut((disk) => saveWith(disk, withoutSync(disk.directory())));
    expect(outcomes.at(-1)).toEqual([old, next]);
  });

  test('would leave a new node, were graft’s file written in place', async () => {
    const outcomes = await readAfterEveryCut(async (disk) => {
      const handle = await disk.open('/log', 'w');
      await handle.writeFile(encodeLog(next));
      await handle.sync();
    });
    expect(outcomes.flat()).toContainEqual(forgotten);
    expect(outcomes.flat()).toContain('corrupt');
  });
});

describe('a power cut before any call of a save over the file', () => {
  /** Sync of the directory and of what is read; what the last process left unfinished is removed; what was read is written, in two parts. */
  const OPENING = 7;

  async function saveOver(fs: LogFileSystem): Promise<void> {
    const { termFile } = await TermFile.open(fs, '/log');
    await termFile.save(next);
  }

  test('leaves the old state or the new, whatever part of it was written, and after the save the new', async () => {
    const outcomes = await readAfterEveryCut(saveOver);
    const [written, resolved] = outcomes.slice(-2);
    expect(outcomes).toHaveLength(OPENING + 3);
    for (const state of outcomes.slice(0, -2).flat()) expect(state).toEqual(old);
    expect(written).toHaveLength(6);
    expect(new Set(written?.map((state) => JSON.stringify(state)))).toEqual(
      new Set([old, next].map((state) => JSON.stringify(state))),
    );
    expect(resolved).toEqual([next]);
  });

  test('would leave the old state after the save, were the bytes not synced', async () => {
    const outcomes = await readAfterEveryCut((disk) => {
      const fs: LogFileSystem = {
        open: async (path, flags) => {
          const file = await disk.open(path, flags);
          return { ...file, overwrite: file.write };
        },
        rename: (from, to) => disk.rename(from, to),
        rm: () => disk.rm(),
        stat: () => disk.stat(),
      };
      return saveOver(fs);
    });
    expect(outcomes.at(-1)).toContainEqual(old);
  });

  test('would leave a corrupt log, were there no second copy', async () => {
    const outcomes = await readAfterEveryCut(
      async (disk) => {
        const handle = await disk.open('/log', 'r+');
        const bytes = Buffer.from(encodeEnvelope({ state: next, save: undefined }).padEnd(2 * BLOCK_BYTES));
        await handle.write(bytes, 0);
      },
      Buffer.from(encodeEnvelope({ state: old, save: undefined }).padEnd(2 * BLOCK_BYTES)),
    );
    expect(outcomes.flat()).toContain('corrupt');
  });

  test('that its process had not synced before it died does not take back what the next process read', async () => {
    const disk = new Disk(Number.POSITIVE_INFINITY, '/log', encodeLog(old));
    const { termFile } = await TermFile.open({ ...portsOf(disk), open: unsynced(disk) }, '/log');
    await termFile.save(next);
    expect(disk.afterwards('/log').map(read)).toContainEqual(old);
    expect((await TermFile.open(disk, '/log')).state).toEqual(next);
    expect(disk.afterwards('/log').map(read)).toEqual([next]);
  });

  test('would take it back, were what is read not synced', async () => {
    const disk = new Disk(Number.POSITIVE_INFINITY, '/log', encodeLog(old));
    const { termFile } = await TermFile.open({ ...portsOf(disk), open: unsynced(disk) }, '/log');
    await termFile.save(next);
    const { state } = await TermFile.open({ ...portsOf(disk), open: unsynced(disk) }, '/log');
    expect(state).toEqual(next);
    expect(disk.afterwards('/log').map(read)).toContainEqual(old);
  });
});

function portsOf(disk: Disk): LogFileSystem {
  return {
    open: (path, flags) => disk.open(path, flags),
    rename: (from, to) => disk.rename(from, to),
    rm: () => disk.rm(),
    stat: () => disk.stat(),
  };
}

/** Files whose syncs do nothing: the process dies before. */
function unsynced(disk: Disk): LogFileSystem['open'] {
  return async (path, flags) => {
    const file = await disk.open(path, flags);
    return { ...file, sync: async () => undefined, overwrite: file.write };
  };
}
