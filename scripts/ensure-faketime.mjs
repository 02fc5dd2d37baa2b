// Finds libfaketime, which moves one process's wall clock, or installs it. Nothing but Node's own modules may be
// imported here: it also runs in an empty clone.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const FOLDERS = [
  '/usr/lib/x86_64-linux-gnu/faketime',
  '/usr/lib/aarch64-linux-gnu/faketime',
  '/usr/lib64/faketime',
  '/usr/lib/faketime',
  '/usr/local/lib/faketime',
];

/** `library` is its path. Never throws: `missing` says why there is none. */
export function ensureFaketime({ log = (line) => console.error(line) } = {}) {
  const library = find();
  if (library !== undefined) return { library };
  const missing = install(log);
  if (missing !== undefined) return { missing };
  const installed = find();
  return installed === undefined
    ? { missing: 'apt-get installed no libfaketime where one was looked for' }
    : { library: installed };
}

function find() {
  return FOLDERS.map((folder) => `${folder}/libfaketime.so.1`).find((path) => existsSync(path));
}

/** Why it could not be installed, if so. */
function install(log) {
  if (process.platform !== 'linux') return `libfaketime is used on Linux alone, and this is ${process.platform}`;
  if (!succeeds('apt-get', ['--version'])) return 'there is no libfaketime, and no apt-get to install it';
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !succeeds('sudo', ['-n', 'true'])) return 'there is no libfaketime, and no right to install it';
  log('Installing libfaketime: apt-get install faketime ...');
  const command = ['apt-get', '-y', '-o', 'DPkg::Lock::Timeout=60', 'install', '--no-install-recommends', 'faketime'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [program, ...args] = isRoot ? command : ['sudo', '-n', ...command];
  return succeeds(program, args, env) ? undefined : 'apt-get install faketime failed';
}

function succeeds(program, args, env = process.env) {
  return spawnSync(program, args, { stdio: 'ignore', env, timeout: 120_000 }).status === 0;
}
