import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * Compiles src/ for this run alone: what is shown is the code as it stands, and two demos, or a build, never meet.
 * Below node_modules, so that the compiled code finds its packages.
 */
export function compileLibrary() {
  const cache = join(project, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'graft-demo-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const compiler = join(project, 'node_modules/typescript/bin/tsc');
    const emit = ['--noCheck', '--declaration', 'false', '--declarationMap', 'false', '--sourceMap', 'false'];
    execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', folder, ...emit], {
      cwd: project,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    remove,
    folder,
    main: join(folder, 'index.js'),
    nats: join(folder, 'drivers/nats/index.js'),
    testing: join(folder, 'testing/index.js'),
  };
}
