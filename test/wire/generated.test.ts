// The wire code in the repository is the one that proto/graft.proto says, and it runs where code generation is forbidden.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const project = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'graft-generated-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the generated files are what `npm run generate` writes now', () => {
  execFileSync(process.execPath, [join(project, 'scripts/generate-wire.mjs'), scratch]);
  for (const name of ['graft.pb.js', 'graft.pb.d.ts']) {
    const committed = readFileSync(join(project, 'src/drivers/wire', name), 'utf8');
    expect(readFileSync(join(scratch, name), 'utf8'), `${name} is stale: run \`npm run generate\``).toBe(committed);
  }
});

const DECODE_A_HEARTBEAT = `
  const { graft } = await import('./src/drivers/wire/graft.pb.js');
  const payload = graft.Frame.encode({ Heartbeat: { Term: 7, Leader: 'a' } }).finish();
  console.log(graft.Frame.decode(payload).Heartbeat.Leader);
`;

function runWithoutCodeGeneration(program: string): string {
  const options = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', program];
  return execFileSync(process.execPath, options, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
}

test('a message is encoded and decoded under --disallow-code-generation-from-strings', () => {
  expect(runWithoutCodeGeneration(DECODE_A_HEARTBEAT)).toBe('a\n');
});

test('twin: that flag does stop a program that generates code', () => {
  expect(() => runWithoutCodeGeneration("new Function('return 1')()")).toThrow(
    /Code generation from strings disallowed/,
  );
});

test('the message types stay out of the registry of protobufjs, where another package of the process could replace them', () => {
  const program = `
    const { default: protobuf } = await import('protobufjs/minimal.js');
    await import('./src/drivers/wire/graft.pb.js');
    console.log(JSON.stringify(protobuf.roots));`;
  expect(runWithoutCodeGeneration(program)).toBe('{}\n');
});
