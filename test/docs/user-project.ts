import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { compiledSourceDir } from '../support/compiled.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const execute = promisify(execFile);

/** As strict as a user may be. */
const STRICT = {
  target: 'es2023',
  lib: ['es2023', 'esnext.disposable'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  // The NATS clients' declarations do not stand options this strict.
  skipLibCheck: true,
};

interface Exported {
  readonly types: string;
}

/**
 * A project of a user's, who has this library installed as it is now: its types from src/, its code compiled from it.
 * Below node_modules, so that it finds what this project has installed.
 */
export class UserProject implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<UserProject> {
    const cache = join(root, 'node_modules/.cache');
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(join(cache, 'graft-docs-'));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'user', type: 'module' }));
    const installed = join(folder, 'node_modules/graft-election');
    await mkdir(installed, { recursive: true });
    await symlink(join(root, 'package.json'), join(installed, 'package.json'));
    await symlink(await compiledSourceDir(), join(installed, 'dist'));
    return new UserProject(folder);
  }

  /** What the compiler has to say about `programs`, by file name; nothing when they are right. */
  async complaints(programs: ReadonlyMap<string, string>): Promise<string> {
    const home = await this.#write('checked', programs);
    const compilerOptions = { ...STRICT, noEmit: true, paths: await this.#paths() };
    return await this.#compile(home, { compilerOptions, files: [...programs.keys()] });
  }

  /** The path of `code` as a program that Node can run. */
  async program(name: string, code: string): Promise<string> {
    const home = await this.#write(name, new Map([[`${name}.ts`, code]]));
    // Types are checked by `complaints`; here they are only taken off.
    const compilerOptions = { ...STRICT, noCheck: true, noResolve: true, rootDir: '.', outDir: '.' };
    const complaints = await this.#compile(home, { compilerOptions, files: [`${name}.ts`] });
    if (complaints !== '') throw new Error(complaints);
    return join(home, `${name}.js`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  async #write(name: string, programs: ReadonlyMap<string, string>): Promise<string> {
    const home = join(this.folder, name);
    await mkdir(home);
    for (const [file, code] of programs) await writeFile(join(home, file), code);
    return home;
  }

  async #compile(home: string, config: object): Promise<string> {
    const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify(config));
    try {
      await execute(process.execPath, [tsc, '-p', home, '--pretty', 'false'], { cwd: home });
      return '';
    } catch (error) {
      if (error instanceof Error && 'stdout' in error && error.stdout !== '') return String(error.stdout);
      throw error;
    }
  }

  /** Where each subpath that the package exports has its types here. */
  async #paths(): Promise<Record<string, readonly string[]>> {
    const manifest: { readonly exports: Readonly<Record<string, string | Exported>> } = JSON.parse(
      await readFile(join(root, 'package.json'), 'utf8'),
    );
    return Object.fromEntries(
      Object.entries(manifest.exports).flatMap(([subpath, entry]) => {
        if (typeof entry === 'string') return [];
        const source = entry.types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts');
        return [[subpath.replace('.', 'graft-election'), [join(root, source)]]];
      }),
    );
  }
}
