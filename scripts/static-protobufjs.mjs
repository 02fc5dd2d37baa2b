// What protobufjs's own generator makes of proto/graft.proto, as it is: our wire code is measured beside it, and must
// agree with it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const OPTIONS = ['--target', 'static-module', '--wrap', 'esm', '--dependency', 'protobufjs/minimal.js', '--keep-case'];

/** Generates it, which takes a second, and loads it. */
export async function staticProtobufjs() {
  const compiler = createRequire(import.meta.url).resolve('protobufjs-cli/bin/pbjs');
  // Below node_modules, so that it finds protobufjs.
  const cache = join(project, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'graft-static-protobufjs-'));
  try {
    const file = join(folder, 'graft.mjs');
    execFileSync(process.execPath, [compiler, ...OPTIONS, '--out', file, 'proto/graft.proto'], { cwd: project });
    const { graft } = await import(pathToFileURL(file).href);
    return graft;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
