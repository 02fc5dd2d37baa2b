// Finds a nats-server, or installs one. From the command line it prints the path and the version. Nothing but Node's
// own modules may be imported here: it also runs in an empty clone.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const ownFolder = join(project, '.cache', 'bin');
const executable = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/**
 * A nats-server that runs: the one that GRAFT_NATS_SERVER names, or else one that is found, or else one that is
 * installed with apt-get, brew or Go, whichever works.
 *
 * Resolves with `path`, `version` (as in `2.10.7`) and `how` it was come by. Rejects with all that was tried.
 */
export async function ensureNatsServer({ log = (line) => console.error(line) } = {}) {
  const given = process.env.GRAFT_NATS_SERVER;
  if (given) {
    const version = await versionOf(given);
    // Taking another one silently would test something else than was asked for.
    if (version === undefined) throw new Error(`GRAFT_NATS_SERVER is ${given}: that is no nats-server that runs.`);
    return { path: given, version, how: 'GRAFT_NATS_SERVER' };
  }

  const found = await findServer();
  if (found) return { ...found, how: 'found' };

  const tried = [];
  for (const install of [installWithApt, installWithBrew, installWithGo]) {
    const { name, failure } = await install(log);
    if (failure !== undefined) {
      tried.push(`  ${name}: ${failure}`);
      continue;
    }
    const installed = await findServer();
    if (installed) return { ...installed, how: name };
    tried.push(`  ${name}: it succeeded, and yet no nats-server is where one was looked for`);
  }
  throw new Error(
    [
      'There is no nats-server here, and none could be installed.',
      `Looked in: ${(await searchFolders()).join(', ')}`,
      'Tried:',
      ...tried,
      'Install one (https://docs.nats.io/running-a-nats-service/introduction/installation)',
      'and put it on the PATH, or set GRAFT_NATS_SERVER to its path.',
    ].join('\n'),
  );
}

async function findServer() {
  for (const folder of await searchFolders()) {
    const path = join(folder, executable);
    const version = await versionOf(path);
    if (version !== undefined) return { path, version };
  }
  return undefined;
}

async function searchFolders() {
  const goPath = await run('go', ['env', 'GOPATH']);
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''),
    ownFolder,
    ...(goPath.ok
      ? goPath.output
          .trim()
          .split(delimiter)
          .map((path) => join(path, 'bin'))
      : []),
    join(homedir(), 'go', 'bin'),
    // Debian installs it here, which is not on the PATH of every user.
    '/usr/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return [...new Set(folders)];
}

async function versionOf(path) {
  const { ok, output } = await run(path, ['--version']);
  return ok ? /nats-server: v(\S+)/.exec(output)?.[1] : undefined;
}

async function installWithApt(log) {
  const name = 'apt-get install nats-server';
  if (!(await run('apt-get', ['--version'])).ok) return { name, failure: 'there is no apt-get' };
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await run('sudo', ['-n', 'true'])).ok)
    return { name, failure: 'neither root nor sudo without a password' };
  const aptGet = (...args) => {
    const command = [
      'env',
      'DEBIAN_FRONTEND=noninteractive',
      'apt-get',
      '-y',
      '-o',
      'DPkg::Lock::Timeout=120',
      ...args,
    ];
    return isRoot ? run(command[0], command.slice(1)) : run('sudo', ['-n', ...command]);
  };
  log(`Installing nats-server: ${name} ...`);
  const install = () => aptGet('install', '--no-install-recommends', 'nats-server');
  if ((await install()).ok) return { name };
  // A fresh image has no package lists, an old one lists packages that are gone.
  log('Installing nats-server: apt-get update first ...');
  await aptGet('update');
  const { ok, output } = await install();
  return ok ? { name } : { name, failure: lastLine(output) };
}

async function installWithBrew(log) {
  const name = 'brew install nats-server';
  if (!(await run('brew', ['--version'])).ok) return { name, failure: 'there is no brew' };
  log(`Installing nats-server: ${name} ...`);
  const { ok, output } = await run('brew', ['install', 'nats-server']);
  return ok ? { name } : { name, failure: lastLine(output) };
}

async function installWithGo(log) {
  const name = 'go install github.com/nats-io/nats-server/v2@latest';
  if (!(await run('go', ['version'])).ok) return { name, failure: 'there is no go' };
  log(`Installing nats-server into .cache/bin: ${name} (takes a minute or two) ...`);
  const { ok, output } = await run('go', ['install', 'github.com/nats-io/nats-server/v2@latest'], { GOBIN: ownFolder });
  return ok ? { name } : { name, failure: lastLine(output) };
}

function lastLine(output) {
  return output.trim().split('\n').at(-1) || 'it failed without a word';
}

/** Runs a command to its end. A command that does not exist is one that failed. */
function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { path, version, how } = await ensureNatsServer();
    console.log(`${path} ${version} (${how})`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
