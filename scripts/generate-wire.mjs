// Generates the wire code from proto/graft.proto: `node scripts/generate-wire.mjs [folder]`, by default into
// src/drivers/wire. What it writes is committed, so that building needs no protobuf compiler; a test regenerates it
// and fails when the two differ.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = createRequire(import.meta.url).resolve('protobufjs-cli/bin/pbjs');
const target = process.argv[2] ?? join(project, 'src/drivers/wire');

const HEADER = '// Generated from proto/graft.proto by `npm run generate`: change that file, never this one.\n';
const OPTIONS = [
  ...['--target', 'static-module', '--wrap', 'esm', '--dependency', 'protobufjs/minimal.js', '--keep-case'],
  ...['--no-create', '--no-verify', '--no-convert', '--no-delimited', '--no-typeurl', '--no-service'],
];

/** Replaces what must be there exactly once: another compiler version may write something else. */
function replaceOnce(code, found, replacement) {
  if (code.split(found).length !== 2) throw new Error(`expected exactly once in the generated code: ${found}`);
  return code.replace(found, replacement);
}

const scratch = mkdtempSync(join(tmpdir(), 'graft-wire-'));
try {
  const compile = (name, options) => {
    const out = join(scratch, name);
    execFileSync(process.execPath, [compiler, ...OPTIONS, ...options, '--out', out, 'proto/graft.proto'], {
      cwd: project,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return out;
  };

  let code = readFileSync(compile('bare.js', ['--no-comments']), 'utf8');
  // protobufjs would keep the message types in a registry shared by the whole process, where another package's
  // `graft` would silently take the place of ours.
  code = replaceOnce(
    code,
    'const $root = $protobuf.roots["default"] || ($protobuf.roots["default"] = {});',
    'const $root = {};',
  );
  code = replaceOnce(code, '\nexport {\n  $root as default\n};\n', '');
  // The declarations are drawn from the comments, so they need a second run that keeps them.
  let types = readFileSync(compile('full.js', ['--dts']).replace(/\.js$/, '.d.ts'), 'utf8');
  // `import =` does not compile in every module mode, and `long` is a dependency of protobufjs, not of ours.
  types = replaceOnce(
    types,
    'import Long = require("long");',
    'interface Long {\n    readonly low: number;\n    readonly high: number;\n    readonly unsigned: boolean;\n}',
  );

  writeFileSync(join(target, 'graft.pb.js'), HEADER + code);
  writeFileSync(join(target, 'graft.pb.d.ts'), HEADER + types);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
