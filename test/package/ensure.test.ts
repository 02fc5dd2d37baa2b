// `npm test` and `npm run demo` work from an empty clone: what is missing is noticed and, if it cannot be had, named.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const execute = promisify(execFile);
const scripts = fileURLToPath(new URL('../../scripts/', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'graft-ensure-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Packages = Readonly<Record<string, { readonly version: string; readonly optional?: boolean }>>;

const LOCKED: Packages = {
  '': { version: '1.0.0' },
  'node_modules/a': { version: '1.0.0' },
  'node_modules/a-win32': { version: '1.0.0', optional: true },
};

/** In a process of its own, where no module but Node's has been loaded. */
async function whyInstall(installed: Packages | undefined): Promise<string> {
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: LOCKED }));
  if (installed) {
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
  }
  const program = `
    const { whyInstall } = await import(${JSON.stringify(`${scripts}ensure-dependencies.mjs`)});
    console.log(whyInstall(${JSON.stringify(folder)}));`;
  const { stdout } = await execute(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder });
  return stdout.trim();
}

describe('dependencies are installed', () => {
  test('not when all that are locked are there; those for other systems may be missing', async () => {
    expect(await whyInstall({ 'node_modules/a': { version: '1.0.0' } })).toBe('undefined');
  });

  test('in an empty clone', async () => {
    expect(await whyInstall(undefined)).toBe('there is no complete node_modules');
  });

  test('when one is missing', async () => {
    expect(await whyInstall({})).toBe('node_modules/a is missing, locked is 1.0.0');
  });

  test('when one has another version than the locked one', async () => {
    const installed = { 'node_modules/a': { version: '1.1.0' } };
    expect(await whyInstall(installed)).toBe('node_modules/a is 1.1.0, locked is 1.0.0');
  });
});

describe('a Chromium', () => {
  function ensureChromium(env: Readonly<Record<string, string | undefined>>) {
    return execute(process.execPath, [`${scripts}ensure-chromium.mjs`], { env: { ...process.env, ...env } });
  }

  test('that GRAFT_CHROMIUM names is taken, whatever else is there', async () => {
    const path = join(folder, 'my-browser');
    writeFileSync(path, '#!/bin/sh\necho Google Chrome 9.9.9\n', { mode: 0o755 });
    const { stdout } = await ensureChromium({ GRAFT_CHROMIUM: path });
    expect(stdout).toBe(`${path} Google Chrome 9.9.9 (GRAFT_CHROMIUM)\n`);
  });

  test('is looked for on the PATH by each of its names', async () => {
    const path = join(folder, 'chromium-browser');
    writeFileSync(path, '#!/bin/sh\necho Chromium 9.9.9 built on Debian\n', { mode: 0o755 });
    const { stdout } = await ensureChromium({ PATH: `${folder}:${process.env['PATH']}`, GRAFT_CHROMIUM: '' });
    expect(stdout).toBe(`${path} Chromium 9.9.9 (found)\n`);
  });

  test.each(['/nowhere/chromium', '/bin/true'])(
    'that GRAFT_CHROMIUM names and that is none, %s, is an error: no other one is taken for it',
    async (path) => {
      await expect(ensureChromium({ GRAFT_CHROMIUM: path })).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: `GRAFT_CHROMIUM is ${path}: that is no Chromium that runs.\n`,
      });
    },
  );
});

describe('a nats-server', () => {
  function ensureNatsServer(env: Readonly<Record<string, string | undefined>>) {
    return execute(process.execPath, [`${scripts}ensure-nats-server.mjs`], { env: { ...process.env, ...env } });
  }

  test('is found, and its path and version are printed', async () => {
    const { stdout } = await ensureNatsServer({});
    expect(stdout).toMatch(/^\/\S+ \d+\.\d+\.\d+\S* \(.+\)\n$/);
  });

  test('that GRAFT_NATS_SERVER names is taken, whatever else is there', async () => {
    const path = join(folder, 'my-server');
    writeFileSync(path, '#!/bin/sh\necho nats-server: v9.9.9\n', { mode: 0o755 });
    const { stdout } = await ensureNatsServer({ GRAFT_NATS_SERVER: path });
    expect(stdout).toBe(`${path} 9.9.9 (GRAFT_NATS_SERVER)\n`);
  });

  test.each(['/nowhere/nats-server', '/bin/true'])(
    'that GRAFT_NATS_SERVER names and that is none, %s, is an error: no other one is taken for it',
    async (path) => {
      await expect(ensureNatsServer({ GRAFT_NATS_SERVER: path })).rejects.toMatchObject({
        code: 1,
        stdout: '',
        stderr: `GRAFT_NATS_SERVER is ${path}: that is no nats-server that runs.\n`,
      });
    },
  );
});
