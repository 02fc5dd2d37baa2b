// Finds a nats-server, or installs one. From the command line it prints the path and the version. Nothing but Node's
// own modules may be imported here: it also runs in an empty clone.
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { installWithApt, installWithBrew, lastLine, run } from './install-package.mjs';

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
  const ways = [
    () => installWithApt('nats-server', log),
    () => installWithBrew(['nats-server'], log),
    () => installWithGo(log),
  ];
  for (const install of ways) {
    const { name, failure } = await install();
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

async function installWithGo(log) {
  const name = 'go install github.com/nats-io/nats-server/v2@latest';
  if (!(await run('go', ['version'])).ok) return { name, failure: 'there is no go' };
  log(`Installing nats-server into .cache/bin: ${name} (takes a minute or two) ...`);
  const { ok, output } = await run('go', ['install', 'github.com/nats-io/nats-server/v2@latest'], { GOBIN: ownFolder });
  return ok ? { name } : { name, failure: lastLine(output) };
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
