// docs/driver-http.md: each piece of TypeScript is compiled. The program of its three terminals runs in test/drivers/http.
import { expect, test } from 'vitest';
import { codeBlocks } from './code-blocks.js';
import { readPage } from './pages.js';
import { UserProject } from './user-project.js';

const { path, text } = await readPage('docs/driver-http.md');

test('the code in docs/driver-http.md compiles under strict options, against the types of Express and Fastify', async () => {
  await using project = await UserProject.create();
  const programs = codeBlocks(path, text).filter(({ language }) => language === 'ts');
  const files = programs.map(({ line, mark = '', code }) => {
    const given = /^checked: (.*)$/.exec(mark)?.[1] ?? '';
    return [`line-${line}.ts`, `${given}\n${code}`] as const;
  });
  expect(files).toHaveLength(3);
  expect(await project.complaints(new Map(files))).toBe('');
});
