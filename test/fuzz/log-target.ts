import { deepStrictEqual } from 'node:assert';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GraftError } from '../../src/core/errors.js';
import { isNodeId, parseNodeId } from '../../src/core/names.js';
import { FileLog } from '../../src/log/file-log.js';
import { decodeLog, encodeLog } from '../../src/log/image.js';
import type { DurableState } from '../../src/log/term-log.js';
import { logFiles } from './corpus.js';
import { mutateBytes } from './mutate-bytes.js';
import { mutateJson } from './mutate-json.js';
import type { Source } from './source.js';
import type { OpenTarget, Surroundings, Target } from './target.js';

const REFUSALS = ['LOG_CORRUPT', 'LOG_TERM_TOO_LARGE'];
/** One case in so many goes over the disk: the bytes decide, and files are slow. */
const ON_DISK = 50;

/** Whatever the file, it holds a state, or it is refused with a code and left as it is. */
export const logTarget: Target = {
  name: 'log',
  purpose: 'log files: those of Go graft and ours, changed, with and without a digest that fits',
  inspectEvery: 5_000,
  open: async ({ fixtures }: Surroundings) =>
    new OpenLogs(logFiles(fixtures), await mkdtemp(join(tmpdir(), 'graft-fuzz-'))),
};

type Read = { readonly state: DurableState } | { readonly refusal: string };

class OpenLogs implements OpenTarget {
  readonly #files: readonly Uint8Array[];
  readonly #folder: string;
  readonly #path: string;

  constructor(files: readonly Uint8Array[], folder: string) {
    this.#files = files;
    this.#folder = folder;
    this.#path = join(folder, 'graft.log');
  }

  async feed(source: Source): Promise<string> {
    const bytes = this.#file(source);
    const read = readBytes(bytes);
    if ('state' in read) checkState(read.state);
    if (source.below(ON_DISK) === 0) await this.#readFromDisk(bytes, read);
    return 'state' in read ? 'taken' : read.refusal;
  }

  async inspect(): Promise<void> {
    const left = (await readdir(this.#folder)).filter((name) => name !== 'graft.log');
    if (left.length > 0) throw new Error(`closed logs left ${left.join(', ')} behind`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #file(source: Source): Uint8Array {
    switch (source.below(4)) {
      case 0:
        return mutateBytes(source.pick(this.#files), source);
      case 1:
        return mutateBytes(encodeLog(randomState(source)), source);
      case 2:
        return source.bytes(source.size(4_096));
      default:
        // Past the digest, where a damaged disk never gets and a careless tool does.
        return signed(mutateJson({ CurrentTerm: 7, VotedFor: 'b', NodeId: 'a', New: true }, source));
    }
  }

  /** The log on disk says what its bytes say, twice, and what is refused is left as it is. */
  async #readFromDisk(bytes: Uint8Array, read: Read): Promise<void> {
    await writeFile(this.#path, bytes);
    for (let times = 0; times < 2; times++) deepStrictEqual(await this.#open(), read);
    if ('refusal' in read) {
      deepStrictEqual(new Uint8Array(await readFile(this.#path)), new Uint8Array(bytes));
      return;
    }
    const log = new FileLog(this.#path);
    await log.open();
    const next = { ...read.state, term: 9, votedFor: 'c' };
    await log.save(next);
    await log.close();
    deepStrictEqual(await this.#open(), { state: next });
  }

  async #open(): Promise<Read> {
    const log = new FileLog(this.#path);
    try {
      return { state: await log.open() };
    } catch (error) {
      return { refusal: refusalOf(error) };
    } finally {
      await log.close();
    }
  }
}

function readBytes(bytes: Uint8Array): Read {
  try {
    return { state: decodeLog(bytes, 'graft.log') };
  } catch (error) {
    return { refusal: refusalOf(error) };
  }
}

function refusalOf(error: unknown): string {
  if (error instanceof GraftError && REFUSALS.includes(error.code)) return error.code;
  throw error;
}

function checkState(state: DurableState): void {
  const { term, votedFor, nodeId, isNew } = state;
  const isSound =
    Number.isSafeInteger(term) && term >= 0 && votedFor !== '' && (nodeId === undefined || isNodeId(nodeId));
  if (!isSound || typeof isNew !== 'boolean') throw new Error(`a log was read as ${JSON.stringify(state)}`);
  deepStrictEqual(decodeLog(encodeLog(state), 'graft.log'), state);
}

function randomState(source: Source): DurableState {
  return {
    term: source.size(Number.MAX_SAFE_INTEGER),
    votedFor: source.chance(0.3) ? undefined : source.pick(['b', '<b>', 'é\u2028"\\', 'x'.repeat(500)]),
    nodeId: source.chance(0.5) ? undefined : parseNodeId('a'),
    isNew: source.chance(0.5),
  };
}

/** A file whose digest fits, whatever its data. */
function signed(data: Uint8Array): Uint8Array {
  const digest = createHash('sha1').update(data).digest('base64');
  return Buffer.from(JSON.stringify({ SHA: digest, Data: Buffer.from(data).toString('base64') }));
}
