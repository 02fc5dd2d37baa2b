// The wire code in the repository is the one that proto/graft.proto says, and it runs where code generation is forbidden.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { compiledSourceDir } from '../support/compiled.js';

const project = fileURLToPath(new URL('../../', import.meta.url));
const codec = join(await compiledSourceDir(), 'drivers/wire/codec.js');
const scratch = mkdtempSync(join(tmpdir(), 'graft-generated-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the generated file is what `npm run generate` writes now', () => {
  execFileSync(process.execPath, [join(project, 'scripts/generate-wire.mjs'), scratch]);
  const committed = readFileSync(join(project, 'src/drivers/wire/graft.pb.ts'), 'utf8');
  expect(readFileSync(join(scratch, 'graft.pb.ts'), 'utf8'), 'stale: run `npm run generate`').toBe(committed);
});

const DECODE_A_HEARTBEAT = `
  const { decodeFrame, encodeFrame } = await import(${JSON.stringify(codec)});
  const heartbeat = { kind: 'heartbeat', term: 7, leader: 'a', round: 1, heir: undefined, incarnation: 2 ** 48 - 1 };
  console.log(decodeFrame(encodeFrame(heartbeat)).leader);
`;

function run(program: string, ...flags: readonly string[]): string {
  const options = [...flags, '--input-type=module', '--eval', program];
  return execFileSync(process.execPath, options, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
}

test('a message is encoded and decoded under --disallow-code-generation-from-strings', () => {
  expect(run(DECODE_A_HEARTBEAT, '--disallow-code-generation-from-strings')).toBe('a\n');
});

test('twin: that flag does stop a program that generates code', () => {
  expect(() => run("new Function('return 1')()", '--disallow-code-generation-from-strings')).toThrow(
    /Code generation from strings disallowed/,
  );
});

test('terms are exact in a process whose application took `Long` from protobufjs', () => {
  const program = `
    const { default: protobuf } = await import('protobufjs/minimal.js');
    protobuf.util.Long = undefined;
    protobuf.configure();
    const { decodeMessage, encodeMessage } = await import(${JSON.stringify(codec)});
    for (const term of [1, 2 ** 49, Number.MAX_SAFE_INTEGER]) {
      const message = decodeMessage('timeoutNow', encodeMessage({ kind: 'timeoutNow', term, leader: 'a' }));
      console.log(message.term);
    }
    const huge = Uint8Array.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, 18, 1, 97);
    try { decodeMessage('timeoutNow', huge); } catch (error) { console.log(error.message); }
    const wrapped = new protobuf.Reader(huge.subarray(1)).uint64();
    console.log(typeof wrapped);`;
  expect(run(program).trim().split('\n')).toEqual([
    '1',
    '562949953421312',
    '9007199254740991',
    'malformed timeoutNow: Term is 18446744073709551615; expected a safe integer from 1',
    // The twin: protobufjs itself does round there.
    'number',
  ]);
});
