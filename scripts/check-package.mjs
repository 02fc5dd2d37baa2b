// `npm run check:package`: what a user gets. Packs the package, installs the tarball into empty folders and uses it
// there: without a client of any transport, with several versions of TypeScript, and against a real server.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ensureNatsServer } from './ensure-nats-server.mjs';
import { freePort } from './free-port.mjs';

const execute = promisify(execFile);
const project = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const CLIENTS = Object.keys(manifest.peerDependencies);
const NATS_CLIENTS = CLIENTS.filter((name) => /nats/.test(name));
const SUBPATHS = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace('.', manifest.name));

/** The newest of two majors, and the oldest that reads our declarations. */
const TYPESCRIPTS = { typescript7: '7', typescript5: '5', 'typescript5.4': '5.4' };
const MODULE_MODES = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
};
/** As strict as a user may be. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  lib: ['es2022', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
};

const scratch = mkdtempSync(join(tmpdir(), 'graft-package-'));
let failures = 0;

async function check(claim, body) {
  try {
    await body();
    console.log(`ok      ${claim}`);
  } catch (error) {
    failures++;
    const output = [error.stdout, error.stderr].filter(Boolean).join('');
    console.log(`FAILED  ${claim}\n${(output || error.message).replace(/^/gm, '        ')}`);
  }
}

function expectEqual(actual, expected) {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`is         ${is}\nshould be  ${should}`);
}

function installInto(folder, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

function installedIn(folder) {
  return readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
}

async function checkContents(files) {
  await check('the tarball holds what is promised and nothing else', () => {
    const rooms = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'deploy',
      'dist',
      'docs',
      'examples',
      'package.json',
      'proto',
    ];
    expectEqual([...new Set(files.map((path) => path.split('/')[0]))].sort(), [...rooms, 'src']);
    expectEqual(
      files.filter((path) => /node_modules|\.log$|\.tgz$/.test(path)),
      [],
    );
    const entries = Object.values(manifest.exports).flatMap((entry) => Object.values(entry));
    const promised = entries.filter((path) => path.startsWith('./dist/')).map((path) => path.slice(2));
    expectEqual(
      promised.filter((path) => !files.includes(path)),
      [],
    );
  });
}

async function checkBareInstall(tarball) {
  const folder = join(scratch, 'bare');
  installInto(folder, [tarball]);
  await check('it installs protobufjs and eventemitter3 alone, and no client of a transport', () => {
    // `long` is protobufjs's own.
    expectEqual(installedIn(folder), ['eventemitter3', 'graft-election', 'long', 'protobufjs']);
  });
  for (const subpath of SUBPATHS) {
    await check(`importing ${subpath} needs no client, makes no code from strings and starts nothing`, async () => {
      const program = `const names = Object.keys(await import('${subpath}')); if (names.length === 0) throw new Error('empty');`;
      const options = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program];
      // Whatever an import starts would keep the process alive past this.
      const { stdout, stderr } = await execute(process.execPath, options, { cwd: folder, timeout: 20_000 });
      expectEqual(stdout + stderr, '');
    });
  }
  await checkBareCommand(folder);
}

/** The command, as npm links it. */
async function graft(folder, args, env = {}) {
  const program = join(folder, 'node_modules/.bin/graft');
  const options = {
    cwd: folder,
    timeout: 60_000,
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  };
  return await execute(program, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

async function checkBareCommand(folder) {
  await check('graft says its version and demonstrates an election, with nothing else installed', async () => {
    expectEqual(await graft(folder, ['--version']), { code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const { code, stdout, stderr } = await graft(folder, ['demo', '--json']);
    const leaders = stdout
      .trim()
      .split('\n')
      .filter((line) => JSON.parse(line).what === 'leads');
    expectEqual([code, leaders.length, stderr], [0, 3, '']);
  });
  await check('graft status says which client is to be installed where there is none', async () => {
    const { code, stderr } = await graft(folder, ['status', '--cluster', 'reports']);
    expectEqual([code, stderr.includes('npm install nats')], [6, true]);
  });
}

/** As in docs/dashboard.md: the page, and all that it is made of. */
async function checkDashboard(folder, { url }) {
  await check('graft dashboard serves its page and every file that it names, and ends when it is told to', async () => {
    const args = ['dashboard', '--cluster', 'packed', '--server', url, '--listen', '0', '--timeout', '100ms'];
    const child = spawn(join(folder, 'node_modules/.bin/graft'), args, { cwd: folder });
    const exit = once(child, 'exit');
    try {
      const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
      const page = line.trim();
      const files = new Set(['/']);
      for (const file of files) {
        const response = await fetch(new URL(file, page));
        expectEqual([file, response.status], [file, 200]);
        for (const [, linked, imported] of (await response.text()).matchAll(/(?:href|src)="([^"]+)"|from '([^']+)'/g)) {
          files.add(new URL(linked ?? imported, new URL(file, page)).pathname);
        }
      }
      // The page, its style, its icon, and scripts.
      expectEqual(files.size > 15, true);
    } finally {
      child.kill('SIGTERM');
    }
    expectEqual(await exit, [0, null]);
  });
}

/** Three terminals, as in docs/cli.md. */
async function checkCommand(folder, { url }) {
  await check('three graft run elect; after kill -9 of the one that leads another runs the program', async () => {
    const env = { ...process.env, NATS_URL: url };
    const cluster = ['--cluster', 'packed', '--voters', 'a,b,c'];
    const program = ['--', 'sh', '-c', 'echo works; sleep 600'];
    let output = '';
    const nodes = ['a', 'b', 'c'].map((id) => {
      const args = ['run', ...cluster, '--id', id, '--log', `./packed-${id}.json`, ...program];
      const child = spawn(join(folder, 'node_modules/.bin/graft'), args, { cwd: folder, env });
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      return { id, child };
    });
    const untilWorks = async (times) => {
      const limitMs = Date.now() + 60_000;
      while (output.split('works').length <= times) {
        if (Date.now() > limitMs) throw new Error(`it did not work ${times} times: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    try {
      await untilWorks(1);
      const { code, stdout } = await graft(folder, ['status', ...cluster, '--json'], { NATS_URL: url });
      expectEqual(code, 0);
      const { leader } = JSON.parse(stdout);
      nodes.find(({ id }) => id === leader).child.kill('SIGKILL');
      await untilWorks(2);
    } finally {
      const ends = nodes.map(({ child }) => (child.exitCode ?? child.signalCode) || once(child, 'exit'));
      for (const { child } of nodes) child.kill('SIGTERM');
      await Promise.all(ends);
    }
  });
}

/** Our declarations, down to the last one, where no NATS client is installed. */
async function checkAlone(tarball) {
  const folder = join(scratch, 'alone');
  installConsumer('alone', folder, [tarball, ...Object.keys(TYPESCRIPTS).map(aliased)]);
  for (const alias of Object.keys(TYPESCRIPTS)) {
    for (const mode of Object.keys(MODULE_MODES)) {
      await check(`its types hold under TypeScript ${versionIn(folder, alias)}, module resolution ${mode}`, () =>
        compile(folder, alias, { ...MODULE_MODES[mode], skipLibCheck: false, outDir: `out-${alias}-${mode}` }),
      );
    }
  }
  // TypeScript 7 takes in no @types package by itself, and a user may have set no lib: ours must stand all the same.
  for (const alias of Object.keys(TYPESCRIPTS)) {
    await check(`its types hold under TypeScript ${versionIn(folder, alias)} with neither lib nor types set`, () =>
      compile(
        folder,
        alias,
        {
          ...MODULE_MODES.nodenext,
          lib: undefined,
          types: [],
          skipLibCheck: false,
          rootDir: '.',
          outDir: `out-${alias}-bare`,
        },
        ['bare/*.ts'],
      ),
    );
  }
  await check('three nodes elect over a network in memory', async () => {
    expectEqual(
      await run(folder, 'out-typescript7-nodenext/elect-in-memory.js'),
      'elected true in a term from 1: true\n',
    );
  });
}

/** What each client calls a connection is what we take for one. Their own declarations do not stand so strict a look. */
async function checkWithClients(tarball) {
  const folder = join(scratch, 'with-clients');
  const clients = [...CLIENTS, 'pino'].map((name) => `${name}@${manifest.devDependencies[name]}`);
  const compilers = ['typescript7', 'typescript5'];
  installConsumer('with-clients', folder, [tarball, ...clients, ...compilers.map(aliased)]);
  for (const alias of compilers) {
    await check(
      `the clients' connections, registry and logger are taken under TypeScript ${versionIn(folder, alias)}`,
      () => compile(folder, alias, { ...MODULE_MODES.nodenext, skipLibCheck: true, outDir: `out-${alias}` }),
    );
  }
  await check('three nodes elect over HTTP with nothing but undici', async () => {
    const ports = await Promise.all([freePort(), freePort(), freePort()]);
    const args = [mkdtempSync(join(folder, 'logs-')), ...ports.map(String)];
    expectEqual(await run(folder, 'out-typescript7/elect-over-http.js', ...args), 'elected, and all agree: true\n');
  });
  await check("three nodes show their metrics on prom-client's registry", async () => {
    expectEqual(
      await run(folder, 'out-typescript7/show-metrics.js'),
      'leaders 1, elections won 1, shown once closed: false\n',
    );
  });
  const server = await startNatsServer();
  try {
    await check('three nodes in threads elect over NATS, where no code may be made from strings', async () => {
      const program = join(folder, 'out-typescript7/elect-in-threads.js');
      const args = ['--disallow-code-generation-from-strings', program, server.url, mkdtempSync(join(folder, 'logs-'))];
      const { stdout, stderr } = await execute(process.execPath, args, { cwd: folder, timeout: 60_000 });
      expectEqual(stdout + stderr, 'leads after a block: true, closed: CLOSED CLOSED CLOSED\n');
    });
    for (const client of NATS_CLIENTS) {
      await check(`three nodes elect over NATS with a connection of ${client}`, async () => {
        const args = [server.url, client, mkdtempSync(join(folder, 'logs-'))];
        expectEqual(
          await run(folder, 'out-typescript7/elect-over-nats.js', ...args),
          'leads: true, in a term from 1: true, aborted: false\n',
        );
      });
    }
    await checkDashboard(folder, server);
    await checkCommand(folder, server);
  } finally {
    await server.stop();
  }
}

function aliased(alias) {
  return `${alias}@npm:typescript@${TYPESCRIPTS[alias]}`;
}

function versionIn(folder, name) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function installConsumer(name, folder, packages) {
  installInto(folder, [...packages, `@types/node@${manifest.devDependencies['@types/node']}`]);
  cpSync(join(project, 'test/package/consumer', name), folder, { recursive: true });
}

async function compile(folder, alias, options, include = ['*.ts']) {
  const config = join(folder, 'tsconfig.json');
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, ...options }, include }));
  await execute(process.execPath, [`node_modules/${alias}/bin/tsc`, '-p', config], { cwd: folder });
}

async function run(folder, program, ...args) {
  const { stdout } = await execute(process.execPath, [join(folder, program), ...args], {
    cwd: folder,
    timeout: 60_000,
  });
  return stdout;
}

async function startNatsServer() {
  const { path } = await ensureNatsServer();
  const port = await freePort();
  const server = spawn(path, ['--addr', '127.0.0.1', '--port', String(port)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(server, 'exit');
  await new Promise((resolve, reject) => {
    let output = '';
    server.stderr.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Server is ready')) resolve();
    });
    server.on('error', reject);
    exit.then(() => reject(new Error(`nats-server ended before it was ready:\n${output}`)));
  });
  const stop = async () => {
    server.kill('SIGKILL');
    await exit;
  };
  return { url: `nats://127.0.0.1:${port}`, stop };
}

try {
  execFileSync(process.execPath, [join(project, 'scripts/build.mjs')], { stdio: 'inherit' });
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', scratch];
  const shell = process.platform === 'win32';
  const [{ filename, files }] = JSON.parse(execFileSync('npm', pack, { cwd: project, encoding: 'utf8', shell }));
  const tarball = join(scratch, filename);
  await checkContents(files.map(({ path }) => path));
  await checkBareInstall(tarball);
  await checkAlone(tarball);
  await checkWithClients(tarball);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
if (failures > 0) {
  console.error(`${failures} of the checks of the package failed.`);
  process.exit(1);
}
