/**
 * Rule 1 when the power fails, which no SIGKILL shows: the kernel's memory goes too. A model of a disk keeps what was
 * synced, and of the rest any part, in any order, as POSIX allows.
 */
import { describe, expect, test } from 'vitest';
import { parseNodeId } from '../../src/core/names.js';
import { decodeLog, encodeLog } from '../../src/log/envelope.js';
import { type LogFileHandle, type LogFileSystem, replaceFile } from '../../src/log/replace-file.js';

const old = { term: 1, votedFor: 'a', nodeId: parseNodeId('a'), isNew: false };
const next = { term: 2, votedFor: 'b', nodeId: parseNodeId('a'), isNew: false };
const forgotten = { term: 0, votedFor: undefined, nodeId: undefined, isNew: true };

interface Inode {
  /** Every content that the disk may hold for it; the last is what a process reads. */
  contents: Uint8Array[];
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

  directory(): LogFileHandle {
    return this.#handle(() => {
      for (const [name, inode] of this.#names) this.#possible.set(name, new Set([inode]));
      for (const name of this.#possible.keys()) {
        if (!this.#names.has(name)) this.#possible.set(name, new Set([undefined]));
      }
    });
  }

  async open(path: string): Promise<LogFileHandle> {
    this.#call();
    const inode: Inode = { contents: [new Uint8Array()] };
    this.#point(path, inode);
    return this.#handle(
      () => {
        inode.contents = inode.contents.slice(-1);
      },
      (bytes) => inode.contents.push(bytes.subarray(0, bytes.length / 2), bytes),
    );
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

  #handle(sync: () => void, write: (bytes: Uint8Array) => void = () => undefined): LogFileHandle {
    const call = async (effect: () => void) => {
      this.#call();
      effect();
    };
    return {
      chmod: () => call(() => undefined),
      writeFile: (bytes) => call(() => write(bytes)),
      sync: () => call(sync),
      close: () => call(() => undefined),
    };
  }

  #call(): void {
    if (this.#callsLeft === 0) throw new PowerCut();
    this.#callsLeft -= 1;
  }
}

type Save = (disk: Disk) => Promise<void>;

const durably: Save = (disk) => saveWith(disk, disk.directory());

function saveWith(fs: LogFileSystem, directory: LogFileHandle): Promise<void> {
  return replaceFile(fs, { file: 'log', temporaryFile: 'log.tmp', directory, bytes: encodeLog(next) });
}

/** What may be read after a cut before each call in turn; the last entry is after a save that resolved. */
async function readAfterEveryCut(save: Save): Promise<readonly unknown[][]> {
  const outcomes: unknown[][] = [];
  for (let cutAt = 0; ; cutAt += 1) {
    const disk = new Disk(cutAt, 'log', encodeLog(old));
    const resolved = await save(disk).then(
      () => true,
      (error: unknown) => {
        if (error instanceof PowerCut) return false;
        throw error;
      },
    );
    outcomes.push(disk.afterwards('log').map(read));
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

describe('a power cut before any call of a save', () => {
  test('leaves the old state or the new, and after the save the new', async () => {
    expect(await readAfterEveryCut(durably)).toEqual([...Array<unknown>(6).fill([old]), [old, next], [next]]);
  });

  test('would leave a new node or a corrupt log, were the file not synced before the rename', async () => {
    const outcomes = await readAfterEveryCut((disk) => {
      const fs: LogFileSystem = {
        open: async (path) => withoutSync(await disk.open(path)),
        rename: (from, to) => disk.rename(from, to),
        rm: () => disk.rm(),
      };
      return saveWith(fs, disk.directory());
    });
    expect(outcomes.at(-1)).toEqual([forgotten, 'corrupt', next]);
  });

  test('would bring a replaced vote back after the save, were the directory not synced', async () => {
    const outcomes = await readAfterEveryCut((disk) => saveWith(disk, withoutSync(disk.directory())));
    expect(outcomes.at(-1)).toEqual([old, next]);
  });

  test('would leave a new node, were the file written in place', async () => {
    const outcomes = await readAfterEveryCut(async (disk) => {
      const handle = await disk.open('log');
      await handle.writeFile(encodeLog(next));
      await handle.sync();
    });
    expect(outcomes.flat()).toContainEqual(forgotten);
    expect(outcomes.flat()).toContain('corrupt');
  });
});
