// What an installation brings along, and where from.
import { readFileSync } from 'node:fs';
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
