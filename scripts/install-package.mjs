// Installs a program with the machine's own package manager. Nothing but Node's own modules may be imported here: it also
// runs in an empty clone.
import { spawn } from 'node:child_process';

/** Each resolves with its `name` and, where it did not succeed, with the `failure`. */
export async function installWithApt(what, log) {
  const name = `apt-get install ${what}`;
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
  log(`Installing ${what}: ${name} ...`);
  const install = () => aptGet('install', '--no-install-recommends', what);
  if ((await install()).ok) return { name };
  // A fresh image has no package lists, an old one lists packages that are gone.
  log(`Installing ${what}: apt-get update first ...`);
  await aptGet('update');
  const { ok, output } = await install();
  return ok ? { name } : { name, failure: lastLine(output) };
}

/** @param args what `brew install` is given: `nats-server`, or `--cask` and a name. */
export async function installWithBrew(args, log) {
  const name = `brew install ${args.join(' ')}`;
  if (!(await run('brew', ['--version'])).ok) return { name, failure: 'there is no brew' };
  log(`Installing ${args.at(-1)}: ${name} ...`);
  const { ok, output } = await run('brew', ['install', ...args]);
  return ok ? { name } : { name, failure: lastLine(output) };
}

export function lastLine(output) {
  return output.trim().split('\n').at(-1) || 'it failed without a word';
}

/** Runs a command to its end. A command that does not exist is one that failed. */
export function run(command, args, env = {}) {
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
