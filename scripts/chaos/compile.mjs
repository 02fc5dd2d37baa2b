// Compiles src/ and the chaos run for Node, which runs no TypeScript: once per content, below node_modules, so that the
// compiled code finds its packages.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(project, 'node_modules/.cache/graft-election-chaos');
/** What the run is made of. */
const PARTS = ['src', 'test/chaos', 'test/processes', 'test/support'];

/**
 * The folder with the compiled run, `test/chaos/` and `src/` below it.
 * @returns its path.
 */
export function compiledChaosDir() {
  const sources = readSources();
  const home = join(cache, hashOf(sources));
  if (existsSync(home)) return home;
  const draft = `${home}.${randomUUID()}`;
  for (const [path, text] of sources) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), text);
  }
  // Below node_modules the package's own "type" is out of sight.
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ type: 'module' }));
  compile(draft);
  try {
    renameSync(draft, home);
  } catch (error) {
    // Another process was faster, with the same content.
    if (!existsSync(home)) throw error;
    rmSync(draft, { recursive: true });
  }
  return home;
}

function readSources() {
  const files = PARTS.flatMap((part) =>
    readdirSync(join(project, part), { recursive: true })
      .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.test.ts'))
      .map((name) => join(part, name)),
  );
  files.push('tsconfig.json');
  return files.sort().map((path) => [path, readFileSync(join(project, path), 'utf8')]);
}

function hashOf(sources) {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  return createHash('sha256')
    .update(JSON.stringify([own, sources]))
    .digest('hex')
    .slice(0, 16);
}

/** Types are not checked here: that is `npm run typecheck`'s job. */
function compile(draft) {
  const emit = { noEmit: false, noCheck: true, rootDir: '.', outDir: '.' };
  const config = { extends: './tsconfig.json', compilerOptions: emit, include: PARTS, exclude: [] };
  writeFileSync(join(draft, 'tsconfig.emit.json'), JSON.stringify(config));
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(draft, 'tsconfig.emit.json')], { stdio: 'inherit' });
}
