// docs/threads.md: its code is compiled.
import { expect, test } from 'vitest';
import { asFiles, codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { UserProject } from './user-project.js';

const { path, text } = await readPage('docs/threads.md');
const programs = codeBlocks(path, text);

test('the code in docs/threads.md is TypeScript, and compiles under strict options', async () => {
  await using project = await UserProject.create();
  expect(programs.map(({ language, mark }) => [language, mark])).toEqual([['ts', 'checked']]);
  expect(await project.complaints(asFiles(programs))).toBe('');
});
