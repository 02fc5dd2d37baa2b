import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledSourceDir } from '../support/compiled.js';

/** `graft`, as an installation puts it on the path. Gone at the end of the block that holds it. */
export class InstalledCommand implements AsyncDisposable {
  readonly #bin: string;

  private constructor(bin: string) {
    this.#bin = bin;
  }

  static async create(): Promise<InstalledCommand> {
    const bin = await mkdtemp(join(tmpdir(), 'graft-bin-'));
    const program = `${await compiledSourceDir()}/cli/main.js`;
    await writeFile(join(bin, 'graft'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    await chmod(join(bin, 'graft'), 0o755);
    return new InstalledCommand(bin);
  }

  /** Where it is found first. */
  get path(): string {
    return `${this.#bin}:${process.env['PATH']}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#bin, { recursive: true, force: true });
  }
}
