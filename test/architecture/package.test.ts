// What an installation brings along, and where from.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/version.js';

function readJson(name: string) {
  return JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8'));
}

const manifest = readJson('package.json');

test('the library depends on protobufjs and eventemitter3 alone', () => {
  expect(Object.keys(manifest.dependencies).sort()).toEqual(['eventemitter3', 'protobufjs']);
  expect(manifest.optionalDependencies).toBeUndefined();
});

test('the clients of NATS, HTTP and Prometheus are optional peers, so installing the library installs none', () => {
  const clients = ['@nats-io/transport-node', 'nats', 'prom-client', 'undici'];
  expect(Object.keys(manifest.peerDependencies).sort()).toEqual(clients);
  for (const name of Object.keys(manifest.peerDependencies)) {
    expect(manifest.peerDependenciesMeta[name]).toEqual({ optional: true });
  }
});

test('package-lock.json names no download address, so that any registry serves', () => {
  const packages: readonly { readonly resolved?: string; readonly integrity?: string }[] = Object.values(
    readJson('package-lock.json').packages,
  );
  expect(packages.length).toBeGreaterThan(1);
  expect(packages.filter(({ resolved }) => resolved !== undefined)).toEqual([]);
});

test('package.json and package-lock.json agree, so that `npm ci` takes them', () => {
  const root = readJson('package-lock.json').packages[''];
  for (const part of ['dependencies', 'devDependencies', 'peerDependencies', 'engines']) {
    expect(root[part]).toEqual(manifest[part]);
  }
});

test('the version that nodes tell is the one in package.json', () => {
  expect(VERSION).toBe(manifest.version);
});

test('what help texts and deploy/ point at is in the package: docs and examples', () => {
  const sources = ['src/cli', 'deploy'].flatMap((folder) =>
    readdirSync(new URL(`../../${folder}`, import.meta.url), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  const pages = new Set(sources.flatMap((text) => text.match(/\b(?:docs|examples)\/[\w/-]+\.\w+/g) ?? []));
  expect(pages).toContain('docs/cli.md');
  for (const page of pages) {
    expect(manifest.files).toContain(page.split('/')[0]);
    expect([page, existsSync(new URL(`../../${page}`, import.meta.url))]).toEqual([page, true]);
  }
});
