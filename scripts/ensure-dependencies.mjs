// Makes sure that node_modules/ is what package-lock.json says. Nothing but Node's own modules may be imported here:
// this runs first in an empty clone.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));

/** Installs the development dependencies where they are missing or others than locked. Says so, and throws if it cannot. */
export function ensureDependencies() {
  const reason = whyInstall(project);
  if (reason === undefined) return;
  console.error(`Installing the dependencies (${reason}) ...`);
  // `--include=dev` because NODE_ENV=production would leave out the very tools that are needed.
  if (npm('ci', '--include=dev')) return;
  console.error('`npm ci` failed; trying `npm install`, without the lock file ...');
  if (npm('install', '--include=dev', '--no-package-lock')) return;
  throw new Error('The dependencies could not be installed: see npm above. Is the registry reachable? Try `npm ci`.');
}

/** Why the dependencies in `folder` must be installed; `undefined` when they need not be. */
export function whyInstall(folder) {
  const locked = readPackages(join(folder, 'package-lock.json'));
  if (locked === undefined) return 'there is no package-lock.json';
  // npm writes this at the end of an installation, so an interrupted one does not count.
  const installed = readPackages(join(folder, 'node_modules/.package-lock.json'));
  if (installed === undefined) return 'there is no complete node_modules';
  for (const [path, { version, optional }] of Object.entries(locked)) {
    const isRoot = path === '';
    // Optional packages are mostly the builds for other systems.
    if (isRoot || (optional && installed[path] === undefined)) continue;
    if (installed[path]?.version !== version) {
      return `${path} is ${installed[path]?.version ?? 'missing'}, locked is ${version}`;
    }
  }
  return undefined;
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function npm(...args) {
  // Under `npm test` this is the npm that runs us; an npm elsewhere on the PATH may be another one.
  const own = process.env.npm_execpath;
  const [command, before] = own?.endsWith('npm-cli.js') ? [process.execPath, [own]] : ['npm', []];
  // npm's own output goes to stderr: stdout belongs to the program that is about to start.
  const { status } = spawnSync(command, [...before, ...args, '--no-audit', '--no-fund'], {
    cwd: project,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32' && command === 'npm',
  });
  return status === 0;
}
