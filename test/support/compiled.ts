import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, 'node_modules/.cache/graft-election-test');

let compiling: Promise<string> | undefined;

/**
 * The directory of `src/` as JavaScript, for child processes: Node 20 runs no TypeScript, and no build is there to
 * rely on. Import from it by path, `${dir}/log/file-log.js`.
 *
 * Compiled once per content, whoever asks first: vitest's workers call this at once, so each compiles a copy of its own
 * and the first to rename it into place wins. Types are not checked: that is `npm run typecheck`'s job.
 */
export function compiledSourceDir(): Promise<string> {
  compiling ??= compileOnce();
  return compiling;
}

async function compileOnce(): Promise<string> {
  const sources = await readSources();
  const home = join(cache, hashOf(sources));
  const compiled = join(home, 'src');
  if (await exists(home)) return compiled;

  const draft = `${home}.${randomUUID()}`;
  await writeSnapshot(draft, sources);
  await compile(draft);
  try {
    await rename(draft, home);
  } catch (error) {
    await rm(draft, { recursive: true });
    // Another worker was faster, with the same content.
    if (!(await exists(home))) throw error;
  }
  return compiled;
}

/** Text by path relative to the root. What is read here is what is compiled, even if an editor saves meanwhile. */
async function readSources(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(join(root, 'src'), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  files.push(join(root, 'tsconfig.json'));
  return new Map(
    await Promise.all(files.sort().map(async (file) => [relative(root, file), await readFile(file, 'utf8')] as const)),
  );
}

function hashOf(sources: ReadonlyMap<string, string>): string {
  return createHash('sha256')
    .update(JSON.stringify([...sources]))
    .digest('hex')
    .slice(0, 16);
}

async function writeSnapshot(draft: string, sources: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of sources) {
    await mkdir(dirname(join(draft, path)), { recursive: true });
    await writeFile(join(draft, path), text);
  }
  // Below node_modules the package's own "type" is out of sight.
  await writeFile(join(draft, 'package.json'), JSON.stringify({ type: 'module' }));
}

async function compile(draft: string): Promise<void> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const emit = { noEmit: false, noCheck: true, rootDir: 'src', outDir: 'src' };
  const config = { extends: './tsconfig.json', compilerOptions: emit, include: ['src'], exclude: [] };
  await writeFile(join(draft, 'tsconfig.emit.json'), JSON.stringify(config));
  await promisify(execFile)(process.execPath, [tsc, '-p', join(draft, 'tsconfig.emit.json')]);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
