// Compiles src/core and test/model for the model checker, and opens the core: its private names `#name` become `$name`,
// so that the whole state of an elector can be read, copied and compared. Nothing else changes.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(project, 'node_modules/.cache/graft-election-model');
const PARTS = ['src/core', 'test/model', 'test/core/twins'];
/** Where names are opened: electors, and electors with a rule taken away. */
const OPENED = ['src/core', 'test/core/twins'];

/**
 * The folder with the compiled model, `test/model/` and `src/core/` below it. Compiled once per content.
 * @returns its path.
 */
export function compiledModelDir() {
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
  for (const part of OPENED) openNames(join(draft, part));
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
    readdirSync(join(project, part))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
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
  const emit = { noEmit: false, noCheck: true, removeComments: true, rootDir: '.', outDir: '.' };
  const config = { extends: './tsconfig.json', compilerOptions: emit, include: PARTS, exclude: [] };
  writeFileSync(join(draft, 'tsconfig.emit.json'), JSON.stringify(config));
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(draft, 'tsconfig.emit.json')], { stdio: 'inherit' });
}

function openNames(folder) {
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.js'))) {
    const path = join(folder, name);
    const sealed = readFileSync(path, 'utf8');
    if (/\$[A-Za-z]\w*\s*[=;(.]/.test(sealed))
      throw new Error(`${name} has names with $ already: they could be mixed up`);
    writeFileSync(path, sealed.replace(/#([A-Za-z_]\w*)/g, '$$$1'));
  }
}
