// The registers that fencing tokens guard, a bucket of a real nats-server and a file: each with the guard and without.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cleanup } from './cleanup.js';
import type { Transport } from './fault.js';
import { FileRegister } from './file-register.js';
import { KvRegister } from './kv-register.js';
import type { RegisterSettings } from './member-settings.js';
import type { Register } from './register.js';
import { registerViolations } from './register-check.js';
import { openVault } from './vault.js';

let cleanup: Cleanup;
let directory: string;
beforeEach(async () => {
  cleanup = new Cleanup();
  directory = await mkdtemp(join(tmpdir(), 'graft-register-'));
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
});
afterEach(() => cleanup[Symbol.asyncDispose]());

async function open(settings: RegisterSettings): Promise<Register> {
  const register =
    settings.kind === 'kv' ? await KvRegister.open(settings.url, settings) : new FileRegister(settings.path, settings);
  cleanup.add(() => register.close());
  return register;
}

async function twoWriters(transport: Transport, isGuarded: boolean) {
  const vault = await openVault(cleanup, { transport, isGuarded, directory });
  return { vault, one: await open(vault.settings), other: await open(vault.settings) };
}

describe.each([
  { transport: 'nats', what: 'A bucket' },
  { transport: 'http', what: 'A file' },
] as const)('$what', ({ transport }) => {
  test('refuses an older token after a newer one, and takes the same one and newer ones', async () => {
    const { vault, one, other } = await twoWriters(transport, true);
    expect(await one.write(1, 'one')).toBe('taken');
    expect(await one.write(1, 'one')).toBe('taken');
    expect(await other.write(2, 'other')).toBe('taken');
    expect(await one.write(1, 'one')).toBe('refused');
    expect(await other.write(2, 'other')).toBe('taken');
    const taken = await vault.taken();
    expect(taken.map(({ token }) => token)).toEqual([1, 1, 2, 2]);
    expect(registerViolations(taken, [])).toEqual([]);
  });

  test('stays in order when many write at once, and tells each what became of its write', async () => {
    const { vault, one, other } = await twoWriters(transport, true);
    const tokens = Array.from({ length: 30 }, (_, index) => index + 1);
    const outcomes = await Promise.all(
      tokens.map(async (token) => ({ token, outcome: await (token % 2 === 0 ? one : other).write(token, `${token}`) })),
    );
    const taken = await vault.taken();
    expect(registerViolations(taken, [])).toEqual([]);
    expect(taken.map(({ token }) => token).sort((a, b) => a - b)).toEqual(
      outcomes.filter(({ outcome }) => outcome === 'taken').map(({ token }) => token),
    );
    expect(taken.at(-1)?.token).toBe(30);
  });

  test('twin: without the guard it takes the older token, and the judge sees it', async () => {
    const { vault, one, other } = await twoWriters(transport, false);
    await one.write(1, 'one');
    await other.write(2, 'other');
    expect(await one.write(1, 'one')).toBe('taken');
    expect(registerViolations(await vault.taken(), [])).toEqual(['the register took token 1 of one after 2 of other']);
  });
});
