// Compiles src and the simulator's command for `npm run simulate`, once per content; and copies of it in which one class of
// src has a deliberate bug (test/simulation/bugs/bugs.ts). Only in the copy that bears the bug's name is a subclass put in
// the real one's place, so that whole nodes run it.
import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const cache = join(project, 'node_modules/.cache/graft-election-simulation');
const PARTS = ['src', 'test/simulation/world', 'test/simulation/bugs', 'test/core/twins'];
/** Code that stands upon the real classes, whichever the nodes run. */
const UPON_THE_SOUND = ['test/simulation/bugs', 'test/core/twins'];

/**
 * The folder with the compiled simulator, `src/` and `test/simulation/` below it.
 * @param {{ readonly bug?: import('../../test/simulation/bugs/bugs.js').Bug }} [options] nodes then have that bug.
 * @returns {string} its path.
 */
export function compiledSimulation({ bug } = {}) {
  const sources = readSources();
  const sound = once(join(cache, hashOf(sources)), (draft) => compile(draft, sources));
  if (bug === undefined) return sound;
  return once(`${sound}-${bug.by.className}`, (draft) => infest(draft, sound, bug));
}

/** Whoever is first puts the finished folder in its place; the others find it there, with the same content. */
function once(home, make) {
  if (existsSync(home)) return home;
  const draft = `${home}.${randomUUID()}`;
  make(draft);
  try {
    renameSync(draft, home);
  } catch (error) {
    if (!existsSync(home)) throw error;
    rmSync(draft, { recursive: true });
  }
  return home;
}

function readSources() {
  const files = PARTS.flatMap((part) =>
    readdirSync(join(project, part), { recursive: true })
      .map((name) => join(part, name))
      .filter((path) => /\.[jt]s$/.test(path) && !path.endsWith('.test.ts')),
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
function compile(draft, sources) {
  for (const [path, text] of sources) {
    mkdirSync(dirname(join(draft, path)), { recursive: true });
    writeFileSync(join(draft, path), text);
  }
  // Below node_modules the package's own "type" is out of sight.
  writeFileSync(join(draft, 'package.json'), JSON.stringify({ type: 'module' }));
  const emit = { noEmit: false, noCheck: true, removeComments: true, rootDir: '.', outDir: '.' };
  const config = { extends: './tsconfig.json', compilerOptions: emit, include: PARTS, exclude: [] };
  writeFileSync(join(draft, 'tsconfig.emit.json'), JSON.stringify(config));
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(draft, 'tsconfig.emit.json')], { stdio: 'inherit' });
}

function infest(draft, sound, { replaces, by }) {
  cpSync(sound, draft, { recursive: true });
  const sealed = `${replaces.module}-sound`;
  renameSync(join(draft, `${replaces.module}.js`), join(draft, `${sealed}.js`));
  writeFileSync(
    join(draft, `${replaces.module}.js`),
    `export * from './${basename(sealed)}.js';\n` +
      `export { ${by.className} as ${replaces.className} } from '${relative(dirname(replaces.module), by.module)}.js';\n`,
  );
  const [real, kept] = [replaces.module, sealed].map((module) => `/${relative('src', module)}.js`);
  for (const part of UPON_THE_SOUND) {
    for (const name of readdirSync(join(draft, part)).filter((each) => each.endsWith('.js'))) {
      const path = join(draft, part, name);
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(real, kept));
    }
  }
}
