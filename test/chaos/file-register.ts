import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Register, TakenWrite, WriteOutcome } from './register.js';

/**
 * A register in a file, for processes that may die or stand still at any instant: no lock that one of them could keep.
 * A write appends a line, which the kernel does in one piece; whether it is taken its place decides: refused if any line
 * before it has a newer token. All who read the file agree.
 */
export class FileRegister implements Register {
  readonly #file: number;
  readonly #isGuarded: boolean;
  #writes = 0;
  #read = 0;
  #newest = 0;

  constructor(path: string, { isGuarded }: { readonly isGuarded: boolean }) {
    this.#file = openSync(path, 'a+');
    this.#isGuarded = isGuarded;
  }

  async write(token: number, writer: string): Promise<WriteOutcome> {
    this.#writes += 1;
    const line = `${token} ${writer} ${this.#writes}`;
    writeSync(this.#file, `${line}\n`);
    const outcome = this.#readUpTo(line, token);
    return this.#isGuarded ? outcome : 'taken';
  }

  async close(): Promise<void> {
    closeSync(this.#file);
  }

  /** The lines that came since the last look: the newest token before ours decides. */
  #readUpTo(own: string, token: number): WriteOutcome {
    const buffer = Buffer.alloc(1 << 16);
    const length = readSync(this.#file, buffer, 0, buffer.length, this.#read);
    const whole = buffer.subarray(0, buffer.subarray(0, length).lastIndexOf('\n') + 1);
    this.#read += whole.length;
    let outcome: WriteOutcome | undefined;
    for (const line of whole.toString('utf8').split('\n').slice(0, -1)) {
      if (line === own) outcome = token < this.#newest ? 'refused' : 'taken';
      this.#newest = Math.max(this.#newest, Number(line.split(' ')[0]));
    }
    return outcome ?? this.#readUpTo(own, token);
  }
}

/** What the register took, by the file alone. */
export function readFileRegister(path: string, { isGuarded }: { readonly isGuarded: boolean }): readonly TakenWrite[] {
  let newest = 0;
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const [token = '', writer = ''] = line.split(' ');
      const isRefused = isGuarded && Number(token) < newest;
      newest = Math.max(newest, Number(token));
      return isRefused ? [] : [{ token: Number(token), writer }];
    });
}
