// Compiles TypeScript for Node, which runs none before version 22: once per content, below node_modules, so that the
// compiled code finds its packages.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The folder that holds `parts`, folders of this project, as JavaScript; tests are left out.
 *
 * @param name of the cache.
 * @param finish is called with the folder before it is ready, to change what was compiled; `version` is any text that
 *   changes when `finish` does.
 * @returns its path.
 */
export function compiledOnce(name, parts, { finish = () => {}, version = '' } = {}) {
  const sources = readSources(parts);
  const home = join(project, 'node_modules/.cache', name, hashOf([version, sources]));
  if (existsSync(home)) return home;
  const draft = `${home}.${randomUUID()}`;
  for (const [path, text] of sources) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), text);
  }
  // Below node_modules the package's own "type" is out of sight.
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ type: 'module' }));
  compile(draft, parts);
  finish(draft);
  try {
    renameSync(draft, home);
  } catch (error) {
    // Another process was faster, with the same content.
    if (!existsSync(home)) throw error;
    rmSync(draft, { recursive: true });
  }
  return home;
}

function readSources(parts) {
  const files = parts.flatMap((part) =>
    readdirSync(join(project, part), { recursive: true })
      .filter((file) => /\.ts$/.test(file) && !file.endsWith('.test.ts'))
      .map((file) => join(part, file)),
  );
  files.push('tsconfig.json');
  return files.sort().map((path) => [path, readFileSync(join(project, path), 'utf8')]);
}

function hashOf(content) {
  const own = readFileSync(fileURLToPath(import.meta.url), 'utf8');
  return createHash('sha256')
    .update(JSON.stringify([own, content]))
    .digest('hex')
    .slice(0, 16);
}

/** Types are not checked here: that is `npm run typecheck`'s job. */
function compile(draft, parts) {
  const emit = { noEmit: false, noCheck: true, removeComments: true, rootDir: '.', outDir: '.' };
  const config = { extends: './tsconfig.json', compilerOptions: emit, include: parts, exclude: [] };
  writeFileSync(join(draft, 'tsconfig.emit.json'), JSON.stringify(config));
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(draft, 'tsconfig.emit.json')], { stdio: 'inherit' });
}
